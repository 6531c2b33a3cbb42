import type { JobKind } from '@slipway/contracts';
import type { ClaimedJob } from '@slipway/db';

/** What became of a claimed job; for the log and for tests. */
export type JobEnd = 'succeeded' | 'failed' | 'cancelled' | 'already-terminal' | 'lost-lease' | 'released';

/**
 * Runs one claimed job to its end and writes what came of it, every write under the
 * job's lease. `abort` says that the job must not go on, and why (`abortReason`); the
 * handler aborts it itself when a write finds the lease lost. A rejection ends nothing:
 * the lease lapses, and the job is claimed again.
 */
export type JobHandler = (job: ClaimedJob, abort: AbortController) => Promise<JobEnd>;

/** One handler for every kind; the compiler misses none. */
export type JobHandlers = Readonly<Record<JobKind, JobHandler>>;
