import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { entityTable } from './plugin-row.ts';

/** Removes a plugin with everything it stored, for all tenants. Nothing of it is delivered or flushed any more. */
export async function uninstallPlugin(
  db: Db,
  pluginId: string,
  entities: readonly string[],
): Promise<{ outcome: 'removed' | 'missing' }> {
  return await db.transaction(async (tx) => {
    const gone = await tx.execute(sql`delete from plugins where id = ${pluginId} returning id`);
    if (gone.length === 0) return { outcome: 'missing' } as const;
    for (const entity of entities) await tx.execute(sql`drop table if exists ${entityTable(pluginId, entity)}`);
    return { outcome: 'removed' } as const;
  });
}
