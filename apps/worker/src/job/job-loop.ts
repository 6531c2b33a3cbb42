import { cancelChannel, claimJob, type Database, jobChannel } from '@slipway/db';
import type { Logger } from 'pino';
import { JobAbort } from './abort-reason.ts';
import { executeJob, type JobContext, type JobEnd } from './execute-job.ts';
import { LeaseKeeper } from './lease-keeper.ts';

const pollMs = 2000;

export interface JobLoop {
  /** Hands a running job back and ends. */
  stop(): Promise<void>;
}

/**
 * Claims one job after the other. NOTIFY wakes it; polling is the backstop, and
 * what finds jobs whose worker died. No job's failure ends the loop (P-01).
 */
export async function startJobLoop(options: {
  database: Database;
  workerId: string;
  leaseMs: number;
  context: JobContext;
  log: Logger;
  onEnd?: (jobId: string, end: JobEnd) => void;
}): Promise<JobLoop> {
  const { database, workerId, leaseMs, context, log } = options;
  const stopping = new AbortController();
  let wake: () => void = () => undefined;
  let current: { jobId: string; keeper: LeaseKeeper; abort: AbortController } | undefined;
  const jobs = await database.client.listen(jobChannel, () => wake());
  const cancels = await database.client.listen(cancelChannel, (jobId) => {
    if (current?.jobId === jobId) current.keeper.check();
  });

  async function runOne(): Promise<boolean> {
    const job = await claimJob(database.db, workerId, leaseMs * 1000);
    if (!job) return false;
    const { jobId } = job.lease;
    log.info({ jobId, buildId: job.previewBuildId, attempt: job.attempts }, 'job claimed');
    const abort = new AbortController();
    const keeper = new LeaseKeeper({ db: database.db, lease: job.lease, leaseMs, abort, log });
    current = { jobId, keeper, abort };
    if (stopping.signal.aborted) abort.abort(new JobAbort('shutdown'));
    try {
      const end = await executeJob(context, job, abort);
      log.info({ jobId, buildId: job.previewBuildId, end }, 'job ended');
      options.onEnd?.(jobId, end);
    } finally {
      current = undefined;
      await keeper.stop();
    }
    return true;
  }

  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      let worked = false;
      try {
        worked = await runOne();
      } catch (error) {
        log.error({ err: error }, 'a job could not be run; its lease will lapse');
      }
      if (worked) continue;
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([woken, new Promise((resolve) => (timer = setTimeout(resolve, pollMs)))]);
      clearTimeout(timer);
    }
  }

  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      current?.abort.abort(new JobAbort('shutdown'));
      wake();
      await running;
      await jobs.unlisten();
      await cancels.unlisten();
    },
  };
}
