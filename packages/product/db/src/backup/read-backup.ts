import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type postgres from 'postgres';
import { liftConnectionLimits } from '../connection/connection-limits.ts';
import { openClient } from '../connection/open-client.ts';
import { countMigrations, migrateDatabase } from '../migrations/migrate.ts';
import {
  backupFooter,
  backupHeader,
  type BackupHeader,
  type BackupSummary,
  HEADER_LIMIT_BYTES,
} from './backup-format.ts';
import { ByteReader } from './byte-reader.ts';
import { entityTablesOf, entityTableStatements } from '../queries/plugins/entity-tables.ts';
import { type EntityTable, entityTableName } from '../queries/plugins/plugin-row.ts';
import { type CopiedTable, copyTarget, describeTables, isPluginTable, quoteName } from './describe-tables.ts';

/**
 * Fills an empty database with a backup, all or nothing. It is migrated first; one
 * that holds anything is left as it is.
 */
export async function readBackup(url: string, source: Readable): Promise<BackupSummary> {
  const unpacked = createGunzip();
  source.once('error', (error) => unpacked.destroy(error));
  const reader = new ByteReader(source.pipe(unpacked));
  try {
    const header = parseHeader(await reader.readLine(HEADER_LIMIT_BYTES));
    if (header.migrations !== countMigrations())
      throw new Error(
        `Cannot restore: the backup has ${header.migrations} migrations and this version ${countMigrations()}; ` +
          'restore it with the version that made it, then upgrade',
      );
    await migrateDatabase(url);
    return await fill(url, header, reader);
  } finally {
    source.destroy();
    unpacked.destroy();
  }
}

function parseHeader(line: string): BackupHeader {
  const parsed = backupHeader.safeParse(parseJson(line));
  if (!parsed.success) throw new Error('Cannot restore: this is no backup of Slipway');
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function fill(url: string, header: BackupHeader, reader: ByteReader): Promise<BackupSummary> {
  const client = openClient(url, { maxConnections: 1 });
  try {
    await liftConnectionLimits(client, { until: 'session' });
    return (await client.begin(async (tx) => {
      // What stands in the file chooses no table and no column: the database's own do.
      let own = await ownTables(tx);
      await refuseFull(tx, [...own.keys()]);
      let [bytes, rows] = [0, 0];
      for (const { name, columns, rows: expected } of header.tables) {
        if (isPluginTable({ name }) && !own.has(name)) {
          await makePluginTables(tx, name);
          own = await ownTables(tx);
        }
        const table = own.get(name);
        if (!table || table.columns.toSorted().join() !== columns.toSorted().join())
          throw new Error(`Cannot restore table "${name}": this version has none with the same columns`);
        bytes += await copyIn(tx, `copy ${copyTarget({ name, columns })} from stdin (format binary)`, reader);
        const [counted] = await tx.unsafe<{ count: number }[]>(`select count(*) as count from ${quoteName(name)}`);
        if (counted!.count !== expected)
          throw new Error(`Cannot restore table "${name}": ${counted!.count} of its ${expected} rows came`);
        rows += expected;
      }
      if (!backupFooter.safeParse(parseJson(await reader.readLine(HEADER_LIMIT_BYTES))).success)
        throw new Error('Cannot restore: the backup has no end');
      await setSequences(tx);
      return { tables: header.tables.length, rows, bytes };
    })) as BackupSummary;
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function ownTables(tx: postgres.TransactionSql): Promise<Map<string, CopiedTable>> {
  return new Map((await describeTables(tx)).map((table) => [table.name, table]));
}

/** Of all plugins, whose rows have come already; or one that no manifest has any more, whose rows were kept. */
async function makePluginTables(tx: postgres.TransactionSql, name: string): Promise<void> {
  const own = await ownTables(tx);
  const make = async (pluginId: string, table: EntityTable) => {
    if (own.has(`plugin_data.${entityTableName(pluginId, table.entity)}`)) return;
    for (const statement of entityTableStatements(pluginId, table)) await tx.unsafe(statement);
    own.set(`plugin_data.${entityTableName(pluginId, table.entity)}`, { name: '', columns: [] });
  };
  for (const { id, manifest } of await tx<{ id: string; manifest: unknown }[]>`select id, manifest from plugins`) {
    for (const table of entityTablesOf(manifest)) await make(id, table);
  }
  const [pluginId = '', entity = ''] = name
    .slice('plugin_data.'.length)
    .replaceAll(/(?<!_)_(?!_)/g, '-')
    .split('__');
  if (!own.has(name)) await make(pluginId, { entity, indexed: [] });
}

async function refuseFull(tx: postgres.TransactionSql, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const found = await tx.unsafe(`select from ${quoteName(table)} limit 1`);
    if (found.length > 0) throw new Error(`Cannot restore: table "${table}" of the database holds something already`);
  }
}

async function copyIn(tx: postgres.TransactionSql, command: string, reader: ByteReader): Promise<number> {
  const target = await tx.unsafe(command).writable();
  const done = finished(target);
  // A row that is refused ends the copy while pieces are still written.
  done.catch(() => undefined);
  let bytes = 0;
  try {
    for (;;) {
      const length = (await reader.read(4)).readUInt32BE(0);
      if (length === 0) break;
      bytes += length;
      if (!target.write(await reader.read(length))) await Promise.race([once(target, 'drain'), done]);
    }
  } catch (error) {
    // Ends the copy, so that the transaction can be rolled back on this session.
    target.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
  target.end();
  await done;
  return bytes;
}

/** Numbers that are counted go on behind the highest that was restored. */
async function setSequences(tx: postgres.TransactionSql): Promise<void> {
  const columns = await tx<{ table: string; column: string }[]>`
    select c.relname as "table", a.attname as "column" from pg_attribute a join pg_class c on c.oid = a.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and a.attidentity <> ''`;
  for (const { table, column } of columns) {
    await tx.unsafe(
      `select setval(pg_get_serial_sequence($1, $2), (select coalesce(max(${quoteName(column)}), 0) + 1
        from ${quoteName(table)}), false)`,
      [quoteName(table), column],
    );
  }
}
