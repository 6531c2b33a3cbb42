import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { entityTableName } from './plugin-row.ts';

/**
 * Removes a plugin with everything it stored, for all tenants, also in entities that only older versions had. Nothing
 * of it is delivered or flushed any more.
 */
export async function uninstallPlugin(db: Db, pluginId: string): Promise<{ outcome: 'removed' | 'missing' }> {
  return await db.transaction(async (tx) => {
    const gone = await tx.execute(sql`delete from plugins where id = ${pluginId} returning id`);
    if (gone.length === 0) return { outcome: 'missing' } as const;
    // No plugin's name begins with another's and two `_`: see `entityTableName`.
    const prefix = entityTableName(pluginId, 'x').slice(0, -1);
    const tables = await tx.execute<{ name: string }>(sql`
      select tablename as name from pg_tables where schemaname = 'plugin_data' and starts_with(tablename, ${prefix})`);
    for (const { name } of tables) await tx.execute(sql`drop table plugin_data.${sql.identifier(name)}`);
    return { outcome: 'removed' } as const;
  });
}
