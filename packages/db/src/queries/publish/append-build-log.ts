import type { Db } from '../../database.ts';
import { appendLines, type NewLogLine } from './append-lines.ts';
import type { ClaimedJob } from './claim-job.ts';
import { lockLeasedJob } from './lock-leased-job.ts';

/** A batch of a running build's output. A worker that lost its lease appends nothing (P-14). */
export async function appendBuildLog(
  db: Db,
  job: ClaimedJob,
  buildId: string,
  lines: readonly NewLogLine[],
): Promise<{ outcome: 'appended' | 'lost-lease' }> {
  return await db.transaction(async (tx) => {
    if (!(await lockLeasedJob(tx, job.lease))) return { outcome: 'lost-lease' };
    await appendLines(tx, { buildId, ownerId: job.ownerId, projectId: job.projectId }, lines);
    return { outcome: 'appended' };
  });
}
