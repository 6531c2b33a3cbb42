import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { patientStatement } from '../../connection/patient-statement.ts';

/** Builds of one statement: a log may have a hundred thousand lines. */
const BATCH = 20;

/**
 * Forgets the log lines of builds that ended so long ago (SV-08); the builds stay.
 * Returns how many builds lost their log: a full batch says that there is more.
 */
export async function deleteOldLogs(db: Db, keepUs: number): Promise<number> {
  const emptied = await patientStatement(db, (tx) =>
    tx.execute(sql`
    with old as (
      select id from preview_builds b
      where b.finished_at < slipway_now() - ${keepUs}::bigint
        and exists (select from build_logs l where l.build_id = b.id)
      order by b.finished_at limit ${BATCH} for update of b skip locked
    ), gone as (delete from build_logs l using old where l.build_id = old.id)
    select id from old`),
  );
  return emptied.length;
}
