import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

/** What a worker holds while it runs a job: every write it makes names this epoch (P-18). */
export interface Lease {
  jobId: string;
  workerId: string;
  epoch: number;
}

export interface ClaimedJob {
  lease: Lease;
  kind: 'preview_build';
  projectId: string;
  snapshotId: string;
  ownerId: string;
  previewBuildId: string | null;
  attempts: number;
}

/**
 * Takes the oldest job that is free: queued, or running with a lapsed lease.
 * SKIP LOCKED lets many workers ask at once; the higher epoch fences out a
 * worker that held the job before. Times are the database's alone.
 */
export async function claimJob(db: DbOrTx, workerId: string, leaseUs: number): Promise<ClaimedJob | undefined> {
  const [row] = await db.execute<Omit<ClaimedJob, 'lease'> & { jobId: string; epoch: number }>(sql`
    update runtime_jobs set
      lease_worker = ${workerId}, lease_expires_at = slipway_now() + ${leaseUs}::bigint, lease_epoch = lease_epoch + 1,
      attempts = attempts + 1, updated_at = slipway_now()
    where id = (
      select id from runtime_jobs
      where status in ('queued', 'running') and (lease_expires_at is null or lease_expires_at < slipway_now())
        and attempts < max_attempts and deadline_at > slipway_now()
      order by created_at, id limit 1
      for update skip locked
    )
    returning id as "jobId", lease_epoch as epoch, kind, project_id as "projectId", snapshot_id as "snapshotId",
      owner_id as "ownerId", preview_build_id as "previewBuildId", attempts`);
  if (!row) return undefined;
  const { jobId, epoch, ...job } = row;
  return { ...job, lease: { jobId, workerId, epoch } };
}
