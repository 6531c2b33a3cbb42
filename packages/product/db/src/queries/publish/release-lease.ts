import { endOfTerm, isHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { JOB_CHANNEL } from './create-build.ts';
import { heldJob, jobLeases, type Lease } from './job-lease.ts';

/**
 * Hands a job back that this worker will not finish (it is shutting down): another may claim it at
 * once, at no cost of an attempt.
 */
export async function releaseLease(db: DbOrTx, lease: Lease): Promise<void> {
  await db.execute(sql`
    with released as (
      update runtime_jobs set ${endOfTerm(jobLeases)}, attempts = greatest(attempts - 1, 0)
      where ${isHeld(heldJob(lease))}
      returning id
    )
    select pg_notify(${JOB_CHANNEL}, id::text) from released`);
}
