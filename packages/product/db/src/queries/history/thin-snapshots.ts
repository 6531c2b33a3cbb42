import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

const HOUR_US = 3_600_000_000;

/**
 * Deletes saves that nobody asked for: all of the last day stay, then the last of each
 * hour for a week, then the last of each day. What has a name (a checkpoint, a restore,
 * a push), what was built, and the newest stay for ever (HI-10).
 */
export async function thinSnapshots(db: DbOrTx, projectId: string): Promise<number> {
  const gone = await db.execute(sql`
    with aged as (
      select s.id, s.revision, s.created_at,
        s.created_at / case when s.created_at > slipway_now() - ${7 * 24 * HOUR_US}::bigint
          then ${HOUR_US}::bigint else ${24 * HOUR_US}::bigint end as bucket,
        s.created_at > slipway_now() - ${7 * 24 * HOUR_US}::bigint as recent
      from snapshots s
      where s.project_id = ${projectId} and s.created_at < slipway_now() - ${24 * HOUR_US}::bigint
    ), ranked as (
      select id, row_number() over (partition by recent, bucket order by revision desc) as place from aged
    )
    delete from snapshots s using ranked r, projects p
    where s.id = r.id and r.place > 1 and p.id = s.project_id and s.kind in ('save', 'merge')
      and s.id is distinct from p.latest_snapshot_id
      and not exists (select from checkpoints k where k.snapshot_id = s.id)
      and not exists (select from preview_builds b where b.snapshot_id = s.id)
      and not exists (select from runtime_jobs j where j.snapshot_id = s.id)
    returning 1`);
  return gone.length;
}
