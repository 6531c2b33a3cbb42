import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { appendLines, type NewLogLine } from './append-lines.ts';
import { publishBuildEvent } from './build-row.ts';
import type { ClaimedJob } from './claim-job.ts';
import { fencedWrite } from './fenced-write.ts';

/**
 * Sets job and build running, with the two log lines and then the event (P-06). A later attempt says which it is, and
 * leaves the first one's start (P-31).
 */
export async function markRunning(
  db: Db,
  job: ClaimedJob,
  buildId: string,
): Promise<{ outcome: 'running' | 'lost-lease' | 'already-terminal' }> {
  const body = async (tx: DbOrTx): Promise<{ outcome: 'running' | 'already-terminal' }> => {
    const started = await tx.execute(sql`
      update preview_builds set status = 'running', started_at = coalesce(started_at, at.us), updated_at = at.us,
        finished_at = null, artifact_id = null, preview_token = null, preview_url = null, error_summary = null
      from (select slipway_now() as us) at
      where id = ${buildId} and owner_id = ${job.ownerId} and status in ('queued', 'running') returning id`);
    if (started.length === 0) return { outcome: 'already-terminal' };
    await tx.execute(sql`
      update runtime_jobs set status = 'running', started_at = coalesce(started_at, slipway_now()),
        updated_at = slipway_now()
        where id = ${job.lease.jobId}`);
    const again: NewLogLine[] = job.attempts > 1 ? [{ stream: 'system', text: `attempt ${job.attempts}` }] : [];
    await appendLines(tx, { buildId, ownerId: job.ownerId, projectId: job.projectId }, [
      ...again,
      { stream: 'system', text: 'hydrate snapshot' },
      { stream: 'system', text: 'build started' },
    ]);
    await publishBuildEvent(tx, job.ownerId, buildId);
    return { outcome: 'running' };
  };
  return await fencedWrite(db, job.lease, { body });
}
