import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import type { ClaimedJob } from './claim-job.ts';
import { fencedWrite } from './fenced-write.ts';

/** Fails a job that has no build it may write to (P-01, P-04): the job's own row is all that changes. */
export async function failJob(
  db: Db,
  job: ClaimedJob,
  errorSummary: string,
): Promise<{ outcome: 'failed' | 'lost-lease' }> {
  const body = async (tx: DbOrTx): Promise<{ outcome: 'failed' }> => {
    await tx.execute(sql`
      update runtime_jobs set status = 'failed', error_summary = ${errorSummary}, finished_at = slipway_now(),
        updated_at = slipway_now()
      where id = ${job.lease.jobId}`);
    return { outcome: 'failed' };
  };
  return await fencedWrite(db, job.lease, { body });
}
