import { extendTerm, isHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { heldJob, jobLeases, type Lease } from './job-lease.ts';

/** A cancel is told here too, for a worker that missed the notification. */
export type RenewLeaseResult = { outcome: 'renewed'; cancelRequested: boolean } | { outcome: 'lost' };

/** The worker's heartbeat. Lost when another worker took the job over, or it is terminal or deleted. */
export async function renewLease(db: DbOrTx, lease: Lease, leaseUs: number): Promise<RenewLeaseResult> {
  const [row] = await db.execute<{ cancelRequested: boolean }>(sql`
    update runtime_jobs j set ${extendTerm(jobLeases, leaseUs)} where ${isHeld(heldJob(lease), 'j')}
    returning exists (
      select from preview_builds b where b.id = j.preview_build_id and b.cancel_requested_at is not null
    ) as "cancelRequested"`);
  return row ? { outcome: 'renewed', cancelRequested: row.cancelRequested } : { outcome: 'lost' };
}
