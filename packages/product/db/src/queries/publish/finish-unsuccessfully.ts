import type { Build } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { appendLines } from './append-lines.ts';
import { publishBuildEvent } from './build-row.ts';
import type { ClaimedJob } from './claim-job.ts';
import { fencedWrite } from './fenced-write.ts';

/** `lost-lease` also where the build is terminal already, or `cancelled` was not asked for. */
export type FinishUnsuccessfullyResult = { outcome: 'finished'; build: Build } | { outcome: 'lost-lease' };

/**
 * Ends a build as failed or cancelled by the worker (P-15): two log lines (the
 * cause, then what happened), the summary, one time for finish and update.
 * `started_at` stays. `cancelled` needs a cancel that was asked for.
 */
export async function finishUnsuccessfully(
  db: Db,
  job: ClaimedJob,
  buildId: string,
  result: { status: 'failed' | 'cancelled'; errorSummary: string },
): Promise<FinishUnsuccessfullyResult> {
  const { ownerId, projectId } = job;
  const body = async (tx: DbOrTx): Promise<FinishUnsuccessfullyResult> => {
    const ended = await tx.execute(sql`
      update preview_builds set status = ${result.status}, error_summary = ${result.errorSummary},
        artifact_id = null, preview_token = null, preview_url = null, finished_at = at.us, updated_at = at.us
      from (select slipway_now() as us) at
      where id = ${buildId} and owner_id = ${ownerId} and status in ('queued', 'running')
        and (${result.status} <> 'cancelled' or cancel_requested_at is not null)
      returning id`);
    if (ended.length === 0) return { outcome: 'lost-lease' };
    await tx.execute(sql`
      update runtime_jobs set status = ${result.status}, error_summary = ${result.errorSummary},
        finished_at = slipway_now(), updated_at = slipway_now() where id = ${job.lease.jobId}`);
    await appendLines(tx, { buildId, ownerId, projectId }, [
      { stream: 'system', text: result.errorSummary },
      { stream: 'system', text: 'build failed' },
    ]);
    return { outcome: 'finished', build: await publishBuildEvent(tx, ownerId, buildId) };
  };
  return await fencedWrite(db, job.lease, { body });
}
