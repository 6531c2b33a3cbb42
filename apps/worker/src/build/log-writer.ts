import { setTimeout as sleep } from 'node:timers/promises';
import { appendBuildLog, type ClaimedJob, type Db, getBuild, isDatabaseAway } from '@slipway/db';
import { JobAbort } from '../job/abort-reason.ts';
import type { WriteLines } from './log-batcher.ts';

/** Between two tries, while the database is away. */
const RETRY_MS = 250;

/**
 * Writes the batches of one build under its lease, each exactly once (P-14): while
 * the database is away a batch waits, and is tried again under the number it was
 * meant for. It gives up when the job is no longer this worker's, of which the
 * lease's own clock tells it. After a batch that is lost it writes none, though the
 * database may be back: a log has no holes.
 */
export function createLogWriter(db: Db, job: ClaimedJob, buildId: string, abort: AbortController): WriteLines {
  /** The log's last line, once it was asked for. */
  let last: number | undefined;
  let lost = false;
  return async (lines) => {
    while (!lost) {
      try {
        last ??= (await getBuild(db, job.ownerId, buildId))?.logSeq ?? 0;
        const { outcome } = await appendBuildLog(db, job, buildId, lines, last);
        lost = outcome === 'lost-lease';
        if (lost) abort.abort(new JobAbort('lease-lost'));
        last += lines.length;
        return;
      } catch (error) {
        lost = !isDatabaseAway(error) || abort.signal.aborted;
        if (lost) throw error;
        await sleep(RETRY_MS);
      }
    }
  };
}
