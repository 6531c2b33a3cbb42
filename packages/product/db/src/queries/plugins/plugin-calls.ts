import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { patientStatement } from '../../connection/patient-statement.ts';
import type { PluginCallLine } from './flush-plugin-calls.ts';

/** Without the recording, which may be large: `recorded` says whether there is one. */
export type PluginCallRow = Omit<PluginCallLine, 'recording'> & { id: number; createdAt: number; recorded: boolean };

/** The rest goes at the next cleaning, also when it is younger than KEEP_US. */
const KEEP_LINES = 1000;
/** Of those, the newest that can be made again elsewhere. */
const KEEP_RECORDINGS = 200;
const KEEP_US = 14 * 86_400_000_000;

/** The newest first, without their recordings. */
export async function listPluginCalls(db: DbOrTx, pluginId: string, limit: number): Promise<PluginCallRow[]> {
  return await db.execute<PluginCallRow & Record<string, unknown>>(sql`
    select id, plugin_id as "pluginId", owner_id as "ownerId", method, event_type as "eventType", outcome, message,
      fuel, duration_ms as "durationMs", operations, log, sha256,
      recording is not null as recorded, created_at as "createdAt"
    from plugin_calls where plugin_id = ${pluginId} order by id desc limit ${limit}`);
}

/** What a call was told, as JSON; undefined when there is no such call, and null when that was not kept. */
export async function getPluginRecording(
  db: DbOrTx,
  pluginId: string,
  id: number,
): Promise<{ recording: string | null; sha256: string | null } | undefined> {
  const [row] = await db.execute<{ recording: string | null; sha256: string | null }>(
    sql`select recording, sha256 from plugin_calls where plugin_id = ${pluginId} and id = ${id}`,
  );
  return row;
}

/** Forgets calls that are old, or of which the plugin had many since (SV-08). */
export async function deleteOldPluginCalls(db: Db): Promise<void> {
  await patientStatement(db, async (tx) => {
    await tx.execute(sql`delete from plugin_calls where created_at < slipway_now() - ${KEEP_US}::bigint`);
    await tx.execute(sql`
      delete from plugin_calls c using plugins p
      where c.plugin_id = p.id and c.id <= (
        select id from plugin_calls where plugin_id = p.id order by id desc offset ${KEEP_LINES} limit 1
      )`);
    await tx.execute(sql`
      update plugin_calls c set recording = null from plugins p
      where c.plugin_id = p.id and c.recording is not null and c.id <= (
        select id from plugin_calls where plugin_id = p.id order by id desc offset ${KEEP_RECORDINGS} limit 1
      )`);
  });
}
