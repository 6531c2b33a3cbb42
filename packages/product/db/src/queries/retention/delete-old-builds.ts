import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { patientStatement } from '../../connection/patient-statement.ts';

const BATCH = 200;

/**
 * Forgets builds that ended so long ago, with their jobs, logs, artifacts and links
 * (SV-08): those without success, and those that succeeded and are neither what the
 * project shows nor among its newest `keepSucceeded`. The bytes of their artifacts
 * go with the next sweep. Returns how many went.
 */
export async function deleteOldBuilds(
  db: Db,
  keep: { unsuccessfulUs: number; succeededUs: number; keepSucceeded: number },
): Promise<number> {
  const gone = await patientStatement(db, (tx) =>
    tx.execute(sql`
    with old as (
      select b.id from preview_builds b join projects p on p.id = b.project_id
      where p.active_build_id is distinct from b.id and (
        b.status not in ('queued', 'running', 'succeeded')
          and b.finished_at < slipway_now() - ${keep.unsuccessfulUs}::bigint
        or b.status = 'succeeded' and b.finished_at < slipway_now() - ${keep.succeededUs}::bigint
          and ${keep.keepSucceeded} <= (
            select count(*) from preview_builds newer
            where newer.project_id = b.project_id and newer.status = 'succeeded' and newer.finished_at > b.finished_at)
      )
      limit ${BATCH} for update of b skip locked
    ), jobs as (delete from runtime_jobs j using old where j.preview_build_id = old.id)
    delete from preview_builds b using old where b.id = old.id returning b.id`),
  );
  return gone.length;
}
