import { type EntityTable, entityTableName, type IndexedField } from './plugin-row.ts';
import { lockStatements } from './plugin-role.ts';

const SQL_TYPES: Readonly<Record<IndexedField['type'], string>> = {
  string: 'text',
  // `::date` depends on settings of the session, which a generated column may not: ISO texts sort as well.
  date: 'text',
  number: 'double precision',
  integer: 'bigint',
  boolean: 'boolean',
};

const FIELD_NAME = /^[a-z][A-Za-z0-9]{0,31}$/;

/** The tables that a manifest wants, which was checked before it was stored. */
export function entityTablesOf(manifest: unknown): EntityTable[] {
  const { entities } = manifest as {
    entities: Record<string, { fields: Record<string, { type: string; indexed: boolean }> }>;
  };
  return Object.entries(entities).map(([entity, { fields }]) => ({
    entity,
    indexed: Object.entries(fields).flatMap(([name, { type, indexed }]) =>
      indexed && Object.hasOwn(SQL_TYPES, type) ? [{ name, type: type as IndexedField['type'] }] : [],
    ),
  }));
}

/** Statements that make an entity's table; every name in them was held against a pattern. */
export function entityTableStatements(pluginId: string, { entity, indexed }: EntityTable): string[] {
  const name = entityTableName(pluginId, entity);
  return [
    `create table plugin_data."${name}" (
      id uuid primary key,
      tenant_id uuid not null references public.users (id) on delete cascade,
      data jsonb not null,
      version integer not null default 1,
      deleted_at bigint,
      created_at bigint not null default slipway_now(),
      updated_at bigint not null default slipway_now())`,
    `create index "${name}_tenant" on plugin_data."${name}" (tenant_id, created_at, id)`,
    ...indexed.flatMap((field) => addIndexStatements(pluginId, entity, field)),
    ...lockStatements(`plugin_data."${name}"`),
  ];
}

/** Statements that make a field one that can be asked for. The index goes with its column. */
export function addIndexStatements(pluginId: string, entity: string, field: IndexedField): string[] {
  const name = entityTableName(pluginId, entity);
  const column = columnOf(pluginId, field);
  const type = SQL_TYPES[field.type];
  return [
    `alter table plugin_data."${name}" add column ${column} ${type}
      generated always as ((data->>'${field.name}')::${type}) stored`,
    `create index on plugin_data."${name}" (tenant_id, ${column})`,
  ];
}

/** How Postgres calls the type of such a column. */
export const columnTypeOf = (field: IndexedField): string => SQL_TYPES[field.type];

/** What an earlier version indexed: the column goes, and the values stay in the row's JSON. */
export function dropIndexStatement(pluginId: string, entity: string, field: IndexedField): string {
  const name = entityTableName(pluginId, entity);
  return `alter table plugin_data."${name}" drop column if exists ${columnOf(pluginId, field)}`;
}

function columnOf(pluginId: string, field: IndexedField): string {
  if (!FIELD_NAME.test(field.name)) throw new Error(`Cannot name a column of "${pluginId}": ${field.name}`);
  return `"field_${field.name}"`;
}
