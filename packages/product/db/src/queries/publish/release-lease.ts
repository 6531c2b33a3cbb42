import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { Lease } from './claim-job.ts';
import { JOB_CHANNEL } from './create-build.ts';

/**
 * Hands a job back that this worker will not finish (it is shutting down): another may claim it at
 * once, at no cost of an attempt.
 */
export async function releaseLease(db: DbOrTx, lease: Lease): Promise<void> {
  await db.execute(sql`
    with released as (
      update runtime_jobs set lease_worker = null, lease_expires_at = null, attempts = greatest(attempts - 1, 0),
        updated_at = slipway_now()
      where id = ${lease.jobId} and lease_epoch = ${lease.epoch} and lease_worker = ${lease.workerId}
        and status in ('queued', 'running')
      returning id
    )
    select pg_notify(${JOB_CHANNEL}, id::text) from released`);
}
