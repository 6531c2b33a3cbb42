import { isJobKind } from '@slipway/contracts';
import {
  CANCEL_CHANNEL,
  type ClaimedJob,
  claimJob,
  type Database,
  failJob,
  JOB_CHANNEL,
  renewLease,
} from '@slipway/db';
import { LeaseKeeper } from '@slipway/leases';
import type { Logger } from 'pino';
import { JobAbort } from './abort-reason.ts';
import type { JobEnd, JobHandlers } from './job-handler.ts';

/** Part of the two seconds that a lapsed lease may stay unseen (SV-02). */
const POLL_MS = 1000;

/** Of the queue the worker has one job at a time. */
export interface JobLoop {
  /** Claims nothing more; hands a running job back that has not ended after `drainMs`, and ends. */
  stop(drainMs?: number): Promise<void>;
}

/**
 * Claims one job after the other. NOTIFY wakes it; polling is the backstop, and
 * what finds jobs whose worker died. No job's failure ends the loop (P-01).
 */
export async function startJobLoop(options: {
  database: Database;
  workerId: string;
  leaseMs: number;
  /** Of one owner, on all workers (SV-07). */
  ownerAtOnce?: number;
  handlers: JobHandlers;
  log: Logger;
  onEnd?: (jobId: string, end: JobEnd) => void;
}): Promise<JobLoop> {
  const { database, workerId, leaseMs, handlers, log, ownerAtOnce } = options;
  const stopping = new AbortController();
  /** Ends the wait between two looks at the queue. */
  let wake: () => void = () => undefined;
  /** What runs now; one at a time, as a build takes a machine's memory. */
  let current: { jobId: string; keeper: LeaseKeeper; abort: AbortController } | undefined;
  const jobs = await database.client.listen(JOB_CHANNEL, () => wake());
  const cancels = await database.client.listen(CANCEL_CHANNEL, (jobId) => {
    if (current?.jobId === jobId) current.keeper.check();
  });

  /** A kind that nobody here can run fails now, and says so: trying again would change nothing. */
  async function handle(job: ClaimedJob, abort: AbortController): Promise<JobEnd> {
    if (isJobKind(job.kind)) return await handlers[job.kind](job, abort);
    log.error({ jobId: job.lease.jobId, kind: job.kind }, 'a job has a kind that this worker does not know');
    const { outcome } = await failJob(database.db, job, `no worker runs jobs of kind "${job.kind}"`);
    return outcome;
  }

  /** Renews a job's lease while it runs (P-18), and hears of cancels by the way. */
  function keepLease({ lease }: ClaimedJob, abort: AbortController): LeaseKeeper {
    return new LeaseKeeper({
      leaseMs,
      renew: async () => {
        const result = await renewLease(database.db, lease, leaseMs * 1000);
        if (result.outcome === 'renewed' && result.cancelRequested) abort.abort(new JobAbort('cancel'));
        return result.outcome === 'renewed';
      },
      onLost: () => abort.abort(new JobAbort('lease-lost')),
      onError: (error) => log.warn({ err: error, jobId: lease.jobId }, 'the lease could not be renewed'),
    });
  }

  /** Whether there was a job. Rejects where it could not be run in order; its lease is then left to lapse. */
  async function runOne(): Promise<boolean> {
    const job = await claimJob(database.db, workerId, leaseMs * 1000, ownerAtOnce === undefined ? {} : { ownerAtOnce });
    if (!job) return false;
    const { jobId } = job.lease;
    log.info({ jobId, kind: job.kind, buildId: job.previewBuildId, attempt: job.attempts }, 'job claimed');
    const abort = new AbortController();
    const keeper = keepLease(job, abort);
    current = { jobId, keeper, abort };
    // `stop` came while the job was being claimed: nothing of it is lost by handing it back.
    if (stopping.signal.aborted) abort.abort(new JobAbort('shutdown'));
    try {
      const end = await handle(job, abort);
      log.info({ jobId, buildId: job.previewBuildId, end }, 'job ended');
      options.onEnd?.(jobId, end);
    } finally {
      current = undefined;
      await keeper.stop();
    }
    return true;
  }

  /** Right away to the next job after one that was done: a queue that is full is not polled. */
  async function loop(): Promise<void> {
    while (!stopping.signal.aborted) {
      // Made before the look: a job that is queued while it looks is not slept through.
      const woken = new Promise<void>((resolve) => (wake = resolve));
      let worked = false;
      try {
        worked = await runOne();
      } catch (error) {
        log.error({ err: error }, 'a job could not be run; its lease will lapse');
      }
      if (worked) continue;
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([woken, new Promise((resolve) => (timer = setTimeout(resolve, POLL_MS)))]);
      clearTimeout(timer);
    }
  }

  const running = loop();
  return {
    stop: async (drainMs = 0) => {
      stopping.abort();
      wake();
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise((resolve) => (timer = setTimeout(resolve, drainMs)));
      if (drainMs > 0) await Promise.race([running, patience]);
      clearTimeout(timer);
      current?.abort.abort(new JobAbort('shutdown'));
      await running;
      // Last of all: `unlisten` needs the connection that a job may still be using.
      await jobs.unlisten();
      await cancels.unlisten();
    },
  };
}
