import { type Db, type Lease, renewLease } from '@slipway/db';
import type { Logger } from 'pino';
import { JobAbort } from './abort-reason.ts';

/**
 * Renews a job's lease while it runs (P-18), and hears of cancels by the way. The
 * database alone says when the lease ends; this side only knows, by its own
 * monotonic clock, since when it has no confirmation, and stops the run when two
 * thirds of the lease passed without one: before anybody else may take the job.
 */
export class LeaseKeeper {
  readonly #options: { db: Db; lease: Lease; leaseMs: number; abort: AbortController; log: Logger };
  readonly #timer: NodeJS.Timeout;
  /** Of this process's monotonic clock: nobody can set it. */
  #confirmedAt = performance.now();
  #renewing: Promise<void> | undefined;

  constructor(options: { db: Db; lease: Lease; leaseMs: number; abort: AbortController; log: Logger }) {
    this.#options = options;
    // Four chances to renew before two thirds are over.
    this.#timer = setInterval(() => this.#tick(), options.leaseMs / 6);
  }

  /** Asks now: somebody said that a cancel came. */
  check(): void {
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = undefined));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
  }

  #tick(): void {
    const { leaseMs, abort } = this.#options;
    if (performance.now() - this.#confirmedAt > (leaseMs * 2) / 3) abort.abort(new JobAbort('lease-lost'));
    this.check();
  }

  async #renew(): Promise<void> {
    const { db, lease, leaseMs, abort, log } = this.#options;
    const askedAt = performance.now();
    try {
      const result = await renewLease(db, lease, leaseMs * 1000);
      if (result.outcome === 'lost') abort.abort(new JobAbort('lease-lost'));
      else {
        // Counted from the question: the answer may have been long on its way.
        this.#confirmedAt = askedAt;
        if (result.cancelRequested) abort.abort(new JobAbort('cancel'));
      }
    } catch (error) {
      log.warn({ err: error, jobId: lease.jobId }, 'the lease could not be renewed');
    }
  }
}
