import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** One of KEEP_VERSIONS ways back; `replacedAt` is in microseconds. */
export interface PluginVersion extends Record<string, unknown> {
  sha256: string;
  version: string;
  replacedAt: number;
}

/** Ways back that are kept of one plugin. */
const KEEP_VERSIONS = 5;

/** What a plugin was before, the last one first. */
export async function listPluginVersions(db: DbOrTx, pluginId: string): Promise<PluginVersion[]> {
  return await db.execute<PluginVersion>(sql`
    select sha256, version, replaced_at as "replacedAt" from plugin_versions
    where plugin_id = ${pluginId} order by replaced_at desc`);
}

/** A component as it was uploaded, be it the one that is installed or one before it. */
export async function getPluginComponent(
  db: DbOrTx,
  pluginId: string,
  sha256: string,
): Promise<Uint8Array | undefined> {
  const [row] = await db.execute<{ bytes: Uint8Array }>(sql`
    select component as bytes from plugin_versions where plugin_id = ${pluginId} and sha256 = ${sha256}
    union all
    select m.bytes from plugin_modules m join plugins p on p.id = m.plugin_id
    where p.id = ${pluginId} and p.sha256 = ${sha256} and m.position = 0
    limit 1`);
  return row?.bytes;
}

/** Sets the component aside that is installed now; the oldest of many is forgotten. */
export async function keepPluginVersion(tx: DbOrTx, pluginId: string): Promise<void> {
  await tx.execute(sql`
    insert into plugin_versions (plugin_id, sha256, version, component)
    select p.id, p.sha256, p.version, m.bytes
    from plugins p join plugin_modules m on m.plugin_id = p.id and m.position = 0 where p.id = ${pluginId}
    on conflict (plugin_id, sha256) do update set replaced_at = slipway_now()`);
  await tx.execute(sql`
    delete from plugin_versions where plugin_id = ${pluginId} and sha256 in (
      select sha256 from plugin_versions where plugin_id = ${pluginId}
      order by replaced_at desc offset ${KEEP_VERSIONS})`);
}
