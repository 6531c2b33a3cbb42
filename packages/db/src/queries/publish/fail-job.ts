import { sql } from 'drizzle-orm';
import type { Db } from '../../database.ts';
import type { ClaimedJob } from './claim-job.ts';
import { lockLeasedJob } from './lock-leased-job.ts';

/** Fails a job that has no build it may write to (P-01, P-04): the job's own row is all that changes. */
export async function failJob(db: Db, job: ClaimedJob, errorSummary: string): Promise<{ outcome: 'failed' | 'lost-lease' }> {
  return await db.transaction(async (tx) => {
    if (!(await lockLeasedJob(tx, job.lease))) return { outcome: 'lost-lease' };
    await tx.execute(sql`
      update runtime_jobs set status = 'failed', error_summary = ${errorSummary}, finished_at = slipway_now(), updated_at = slipway_now()
      where id = ${job.lease.jobId}`);
    return { outcome: 'failed' };
  });
}
