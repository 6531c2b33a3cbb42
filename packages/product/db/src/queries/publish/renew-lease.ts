import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { Lease } from './claim-job.ts';

/** A cancel is told here too, for a worker that missed the notification. */
export type RenewLeaseResult = { outcome: 'renewed'; cancelRequested: boolean } | { outcome: 'lost' };

/** The worker's heartbeat. Lost when another worker took the job over, or it is terminal or deleted. */
export async function renewLease(db: DbOrTx, lease: Lease, leaseUs: number): Promise<RenewLeaseResult> {
  const [row] = await db.execute<{ cancelRequested: boolean }>(sql`
    update runtime_jobs j set lease_expires_at = slipway_now() + ${leaseUs}::bigint, updated_at = slipway_now()
    where j.id = ${lease.jobId} and j.lease_epoch = ${lease.epoch} and j.lease_worker = ${lease.workerId}
      and j.status in ('queued', 'running')
    returning exists (
      select from preview_builds b where b.id = j.preview_build_id and b.cancel_requested_at is not null
    ) as "cancelRequested"`);
  return row ? { outcome: 'renewed', cancelRequested: row.cancelRequested } : { outcome: 'lost' };
}
