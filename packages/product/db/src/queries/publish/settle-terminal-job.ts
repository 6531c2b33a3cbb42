import { isHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { ClaimedJob } from './claim-job.ts';
import { heldJob } from './job-lease.ts';

/**
 * A redelivered job whose build is already terminal takes the build's status, so that it is not
 * claimed again (P-03). The build is not touched.
 */
export async function settleTerminalJob(db: DbOrTx, job: ClaimedJob): Promise<void> {
  await db.execute(sql`
    update runtime_jobs j set status = b.status, error_summary = 'already terminal', finished_at = slipway_now(),
      updated_at = slipway_now()
    from preview_builds b
    where ${isHeld(heldJob(job.lease), 'j')} and b.id = j.preview_build_id and b.status not in ('queued', 'running')`);
}
