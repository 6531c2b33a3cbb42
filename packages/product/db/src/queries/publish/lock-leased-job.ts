import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { Lease } from './claim-job.ts';

/**
 * The fence (P-18): locks the job's row if the lease still holds. Until the
 * transaction ends nobody else can claim, cancel or finish it. Everything a
 * worker writes goes through here first.
 */
export async function lockLeasedJob(tx: DbOrTx, lease: Lease): Promise<boolean> {
  const rows = await tx.execute(sql`
    select from runtime_jobs
    where id = ${lease.jobId} and lease_epoch = ${lease.epoch} and lease_worker = ${lease.workerId}
      and status in ('queued', 'running')
    for update`);
  return rows.length > 0;
}
