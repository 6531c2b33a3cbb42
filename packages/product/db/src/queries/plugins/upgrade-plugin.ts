import { type SQL, sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import {
  addIndexStatements,
  columnTypeOf,
  dropIndexStatement,
  entityTablesOf,
  entityTableStatements,
} from './entity-tables.ts';
import { type NewPlugin, putPluginModules } from './install-plugin.ts';
import { type EntityTable, entityTable, entityTableName } from './plugin-row.ts';
import { keepPluginVersion } from './plugin-versions.ts';

/** `refused`: what is stored does not fit the new manifest. `moved`: it is no longer the version that was expected. */
export type UpgradeResult =
  | { outcome: 'upgraded' }
  | { outcome: 'missing' | 'moved' }
  | { outcome: 'refused'; message: string };

/** An entry of an index must fit on a third of a page; the manifest's check says the same of new values. */
const INDEXED_CHARACTERS = 500;

/**
 * Puts another version in a plugin's place, all or nothing: its component, and its tables as the new manifest wants
 * them. Data stays, also of fields and entities that the manifest no longer has. What is under way by the old version
 * is fenced out, and its event comes again. A dry run does the same and takes it back.
 */
export async function upgradePlugin(
  db: Db,
  plugin: NewPlugin,
  { from, back = false, dryRun = false }: { from: string; back?: boolean; dryRun?: boolean },
): Promise<UpgradeResult> {
  try {
    return await db.transaction(async (tx): Promise<UpgradeResult> => {
      const [row] = await tx.execute<{ sha256: string; manifest: unknown }>(
        sql`select sha256, manifest from plugins where id = ${plugin.id} for update`,
      );
      if (!row) return { outcome: 'missing' };
      if (row.sha256 !== from) return { outcome: 'moved' };
      for (const table of entityTablesOf(plugin.manifest)) await fitTable(tx, plugin, table, { back });
      await keepPluginVersion(tx, plugin.id);
      // The way back is no step to come back to.
      await tx.execute(sql`delete from plugin_versions where plugin_id = ${plugin.id} and sha256 = ${plugin.sha256}`);
      await tx.execute(sql`
        update plugins set name = ${plugin.name}, version = ${plugin.version}, sha256 = ${plugin.sha256},
          manifest = ${JSON.stringify(plugin.manifest)}::json, plan = ${plugin.plan},
          meter_version = ${plugin.meterVersion}, updated_at = slipway_now()
        where id = ${plugin.id}`);
      await putPluginModules(tx, plugin.id, plugin.modules);
      await tx.execute(sql`
        update plugin_deliveries set epoch = epoch + 1, lease_until = 0, attempts = 0 where plugin_id = ${plugin.id}`);
      if (dryRun) throw new Stopped({ outcome: 'upgraded' });
      return { outcome: 'upgraded' };
    });
  } catch (error) {
    if (error instanceof Stopped) return error.result;
    throw error;
  }
}

/** Rolls back, with an answer for the caller. */
class Stopped extends Error {
  readonly result: UpgradeResult;

  constructor(result: UpgradeResult) {
    super('Cannot upgrade the plugin');
    this.result = result;
  }
}

type Fields = Record<string, { type: string; required?: boolean }>;

/** Holds against the table as it is, not against what an older manifest said: there may have been several. */
async function fitTable(tx: DbOrTx, plugin: NewPlugin, table: EntityTable, { back }: { back: boolean }): Promise<void> {
  const name = entityTableName(plugin.id, table.entity);
  const found = await tx.execute<{ name: string; type: string }>(sql`
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
    from pg_attribute a
    where a.attrelid = to_regclass(${`plugin_data."${name}"`}) and a.attnum > 0 and not a.attisdropped`);
  if (found.length === 0) {
    for (const statement of entityTableStatements(plugin.id, table)) await tx.execute(sql.raw(statement));
    return;
  }
  const { fields } = (plugin.manifest as { entities: Record<string, { fields: Fields }> }).entities[table.entity]!;
  const rows = entityTable(plugin.id, table.entity);
  for (const [field, { type, required }] of Object.entries(fields)) {
    const misfit = misfitOf(field, type);
    if (misfit)
      await refuseWhere(tx, rows, misfit, `of "${table.entity}" hold something else than ${type} in "${field}"`);
    if (required && !back) {
      const lacking = sql`deleted_at is null and coalesce(data->${field}, 'null') = 'null'`;
      await refuseWhere(tx, rows, lacking, `of "${table.entity}" have no "${field}", which is to be required`);
    }
  }
  const wanted = new Map(table.indexed.map((field) => [`field_${field.name}`, field]));
  for (const column of found) {
    if (!column.name.startsWith('field_')) continue;
    const field = wanted.get(column.name);
    if (field && columnTypeOf(field) === column.type) wanted.delete(column.name);
    else {
      const gone = { name: column.name.slice('field_'.length), type: 'string' } as const;
      await tx.execute(sql.raw(dropIndexStatement(plugin.id, table.entity, gone)));
    }
  }
  for (const field of wanted.values()) {
    if (field.type === 'string') {
      const long = sql`length(data->>${field.name}) > ${INDEXED_CHARACTERS}`;
      const what = `of "${table.entity}" have more than ${INDEXED_CHARACTERS} characters in "${field.name}"`;
      await refuseWhere(tx, rows, long, `${what}, which is to be indexed`);
    }
    for (const statement of addIndexStatements(plugin.id, table.entity, field)) await tx.execute(sql.raw(statement));
  }
}

/** Rows whose value is not of a type; whatever a manifest once allowed may be there. */
function misfitOf(field: string, type: string): SQL | undefined {
  const kinds: Readonly<Record<string, string>> = { string: 'string', date: 'string', boolean: 'boolean' };
  const other = (kind: string) => sql`jsonb_typeof(data->${field}) not in ('null', ${kind})`;
  if (type === 'json') return undefined;
  if (type === 'integer') return sql`(${other('number')} or data->>${field} !~ '^-?[0-9]{1,18}$')`;
  return other(kinds[type] ?? 'number');
}

async function refuseWhere(tx: DbOrTx, rows: SQL, where: SQL, what: string): Promise<void> {
  const [row] = await tx.execute<{ count: number }>(sql`select count(*)::int as count from ${rows} where ${where}`);
  if (row!.count === 0) return;
  throw new Stopped({ outcome: 'refused', message: `Cannot upgrade: ${row!.count} rows ${what}` });
}
