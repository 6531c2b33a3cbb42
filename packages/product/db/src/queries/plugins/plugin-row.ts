import { sql } from 'drizzle-orm';
import type { PLUGIN_STATES } from '../../schema/index.ts';

/** See `plugin-state.ts` of the server. */
export type PluginState = (typeof PLUGIN_STATES)[number];

/** An installed plugin, without its bytes. */
export interface PluginRow extends Record<string, unknown> {
  id: string;
  name: string;
  version: string;
  manifest: unknown;
  plan: string;
  meterVersion: number;
  sha256: string;
  state: PluginState;
  error: string | null;
  createdAt: number;
  updatedAt: number;
}

/** Names with capitals are quoted: PostgreSQL folds all others to lower case. */
export const pluginColumns = sql`
  id, name, version, manifest, plan, meter_version as "meterVersion", sha256, state, error,
  created_at as "createdAt", updated_at as "updatedAt"`;

/** A column that is made of an entity's data, so that it can be asked for. */
export interface IndexedField {
  name: string;
  type: 'string' | 'number' | 'integer' | 'boolean' | 'date';
}

/** Only indexed fields have columns; all else is in the row's JSON. */
export interface EntityTable {
  entity: string;
  indexed: readonly IndexedField[];
}

/**
 * Name of an entity's table. Both names are of small letters, digits and single `-` between them, so that with
 * `_` for `-` and two of them between no two pairs become one name (PL-13).
 */
export function entityTableName(pluginId: string, entity: string): string {
  const name = /^(?=.{1,24}$)[a-z](-?[a-z0-9])*$/;
  if (!name.test(pluginId) || !name.test(entity))
    throw new Error(`Cannot name a table of "${pluginId}" and "${entity}"`);
  return `${pluginId.replaceAll('-', '_')}__${entity.replaceAll('-', '_')}`;
}

/** Quoted and in a schema of its own, apart from the product's tables. */
export const entityTable = (pluginId: string, entity: string) =>
  sql`${sql.identifier('plugin_data')}.${sql.identifier(entityTableName(pluginId, entity))}`;

/** Prefixed, so that no field is ever taken for a column of the table's own. */
export const fieldColumn = (field: string) => sql.identifier(`field_${field}`);
