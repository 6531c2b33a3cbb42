import { fencedUpdate } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { prepared } from '../../connection/prepared.ts';
import type { ClaimedJob } from './claim-job.ts';
import { heldJob } from './job-lease.ts';

/** Fails a job that has no build it may write to (P-01, P-04): the job's own row is all that changes. */
export async function failJob(
  db: DbOrTx,
  job: ClaimedJob,
  errorSummary: string,
): Promise<{ outcome: 'failed' | 'lost-lease' }> {
  const ended = sql`status = 'failed', error_summary = ${errorSummary}, finished_at = slipway_now(),
    updated_at = slipway_now()`;
  const rows = await db.execute(prepared(fencedUpdate(heldJob(job.lease), ended)));
  return { outcome: rows.length > 0 ? 'failed' : 'lost-lease' };
}
