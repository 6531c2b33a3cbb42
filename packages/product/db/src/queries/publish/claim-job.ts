import { isFree, setTerm } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { prepared } from '../../connection/prepared.ts';
import { ownerLimit } from '../quotas/owner-limit.ts';
import { jobLeases, type Lease } from './job-lease.ts';

/** Every write for it names the lease's epoch. */
export interface ClaimedJob {
  lease: Lease;
  /** As it is stored: whoever runs the job knows which kinds there are. */
  kind: string;
  projectId: string;
  snapshotId: string;
  ownerId: string;
  previewBuildId: string | null;
  attempts: number;
}

const active = sql.raw(`status in ('queued', 'running')`);

/**
 * Takes a job that is free: queued, or running with a lapsed lease. Owners take
 * turns (SV-07): who has the fewest jobs under way comes first, then whose last one
 * was claimed longest ago, and of his jobs the oldest. An owner who has
 * `ownerAtOnce` under way waits (two workers that ask in the same moment may go one
 * above it).
 *
 * The owners are found by stepping through the index, one probe for each and his oldest job, so a long
 * queue costs nothing. SKIP LOCKED lets many workers ask at once; the higher epoch
 * fences out a worker that held the job before. Times are the database's alone. Planning costs
 * more than twice what the statement does, so it is prepared.
 */
export async function claimJob(
  db: DbOrTx,
  workerId: string,
  leaseUs: number,
  { ownerAtOnce = Number.MAX_SAFE_INTEGER }: { ownerAtOnce?: number } = {},
): Promise<ClaimedJob | undefined> {
  const [row] = await db.execute<Omit<ClaimedJob, 'lease'> & { jobId: string; epoch: number }>(
    prepared(sql`
    update runtime_jobs set
      ${setTerm(jobLeases, workerId, leaseUs)}, claimed_at = slipway_now(), attempts = attempts + 1,
      -- What the worker before had it done in gets nothing more.
      machine_id = null
    where id = (
      with recursive owners as (
        (select owner_id, created_at from runtime_jobs where ${active} order by owner_id, created_at limit 1)
        union all
        select next.owner_id, next.created_at from owners o cross join lateral (
          select j.owner_id, j.created_at from runtime_jobs j
          where ${active} and j.owner_id > o.owner_id order by j.owner_id, j.created_at limit 1
        ) next
      )
      select job.id
      from (
        select o.owner_id, o.created_at as waits_since, under_way.jobs,
          (select max(j.claimed_at) from runtime_jobs j where j.owner_id = o.owner_id) as served
        from owners o cross join lateral (
          select count(*) as jobs from runtime_jobs j
          where j.owner_id = o.owner_id and ${active} and j.lease_expires_at is not null
            and j.lease_expires_at >= slipway_now()
        ) under_way
        where under_way.jobs < ${ownerLimit(sql`o.owner_id`, 'buildsAtOnce', ownerAtOnce)}
        order by under_way.jobs, served nulls first, waits_since, o.owner_id
      ) turn cross join lateral (
        select j.id from runtime_jobs j
        where j.owner_id = turn.owner_id and ${active}
          and ${isFree(jobLeases, 'j')}
          and j.attempts < j.max_attempts and j.deadline_at > slipway_now()
        order by j.created_at, j.id limit 1
        for update skip locked
      ) job
      order by turn.jobs, turn.served nulls first, turn.waits_since, turn.owner_id
      limit 1
    )
    returning id as "jobId", lease_epoch as epoch, kind, project_id as "projectId", snapshot_id as "snapshotId",
      owner_id as "ownerId", preview_build_id as "previewBuildId", attempts`),
  );
  if (!row) return undefined;
  const { jobId, epoch, ...job } = row;
  return { ...job, lease: { jobId, workerId, epoch } };
}
