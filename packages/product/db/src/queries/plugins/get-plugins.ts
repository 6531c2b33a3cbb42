import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { pluginColumns, type PluginRow } from './plugin-row.ts';

/** By id, disabled ones too; without their bytes, which may be megabytes. */
export async function listPlugins(db: DbOrTx): Promise<PluginRow[]> {
  return await db.execute<PluginRow>(sql`select ${pluginColumns} from plugins order by id`);
}

/** Undefined where none with this id is installed. */
export async function getPlugin(db: DbOrTx, pluginId: string): Promise<PluginRow | undefined> {
  const [row] = await db.execute<PluginRow>(sql`select ${pluginColumns} from plugins where id = ${pluginId}`);
  return row;
}

/** Its component and, behind it, its metered core modules. */
export async function getPluginModules(db: DbOrTx, pluginId: string): Promise<Uint8Array[]> {
  const rows = await db.execute<{ bytes: Uint8Array }>(
    sql`select bytes from plugin_modules where plugin_id = ${pluginId} order by position`,
  );
  return rows.map(({ bytes }) => bytes);
}
