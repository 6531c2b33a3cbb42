import { explainFailure } from '@slipway/contracts';
import { type ClaimedJob, isDatabaseAway, isDatabaseError } from '@slipway/db';
import { abortReason, JobAbort } from '../job/abort-reason.ts';
import { type BuildHeartbeat, startBuildHeartbeat } from './build-heartbeat.ts';
import type { BuildContext } from './execute-job.ts';
import { LogBatcher } from './log-batcher.ts';
import { createLogWriter } from './log-writer.ts';
import { runInSandbox, type RunResult } from './run-in-sandbox.ts';

/** How a run ended, what ended it from outside included. `errorSummary` is short enough for a row. */
export type WatchedRun = RunResult | { outcome: 'lost-lease' | 'shutdown' | 'cancelled' };

/**
 * Runs a job's build with its log, its time limit and its heartbeat. Whatever goes wrong in it is an outcome; it
 * rejects only while the database is away, and then the lease lapses and the job is tried again.
 */
export async function runWatched(
  context: BuildContext,
  job: ClaimedJob,
  buildId: string,
  abort: AbortController,
): Promise<WatchedRun> {
  const { db, log } = context;
  const logs = new LogBatcher({
    limitBytes: context.logLimitBytes,
    limitLines: context.logLimitLines,
    write: createLogWriter(db, job, buildId, abort),
    onError: (error) => log.error({ err: error, buildId }, 'log lines could not be written'),
  });
  // An abort, as a cancel is one: the run has one way to be ended from outside.
  const timer = setTimeout(() => abort.abort(new JobAbort('timeout')), context.timeoutMs);
  const heartbeat = startBuildHeartbeat(context, job.lease.jobId, abort);
  let result: RunResult;
  try {
    result = await runInSandbox(context, job, abort, { logs, heartbeat });
    if (result.outcome === 'failed') await advise(logs, result.errorSummary);
  } catch (error) {
    // No fault of the build's: its lease lapses, and it is tried again.
    if (isDatabaseAway(error) && !abort.signal.aborted) throw error;
    log.error({ err: error, buildId }, 'the runner failed');
    result = { outcome: 'failed', errorSummary: `runner failed: ${publicText(error)}` };
    if (abortReason(abort.signal) === undefined) await advise(logs, result.errorSummary);
  } finally {
    clearTimeout(timer);
    heartbeat.stop();
    const ending = endingOf(abort, heartbeat);
    if (ending !== undefined) await advise(logs, ending);
    // Before the last line is written: the log of a build ends with how it ended.
    await logs.flush();
  }
  // An abort outweighs what the dying run reported.
  switch (abortReason(abort.signal)) {
    case 'lease-lost':
      return { outcome: 'lost-lease' };
    case 'shutdown':
      return { outcome: 'shutdown' };
    case 'cancel':
      return { outcome: 'cancelled' };
    case 'timeout':
    case 'stalled':
      return { outcome: 'failed', errorSummary: endingOf(abort, heartbeat)! };
    case undefined:
      return result.outcome === 'failed' ? { ...result, errorSummary: clip(result.errorSummary) } : result;
  }
}

/** What a build is summed up by that was ended because of its time; undefined: it was not. */
function endingOf({ signal }: AbortController, { stall }: BuildHeartbeat): string | undefined {
  switch (abortReason(signal)) {
    case 'timeout':
      return 'runner timed out';
    case 'stalled':
      return `runner made no progress for ${Math.round((stall?.idleMs ?? 0) / 1000)} s in step "${stall?.step}"`;
    default:
      return undefined;
  }
}

/** Build rows and events carry the summary: the log has what is longer. */
const SUMMARY_LIMIT = 2000;

/** Short enough, and without what Postgres cannot store: a runner may say anything. */
function clip(text: string): string {
  const short = text.length <= SUMMARY_LIMIT ? text : `${text.slice(0, SUMMARY_LIMIT - 1)}…`;
  return short.replaceAll('\0', '\ufffd').toWellFormed();
}

/** What the owner may read of a failure: SQL, with other people's values in it, stays in the worker's log (SV-11). */
function publicText(error: unknown): string {
  if (isDatabaseError(error)) return 'the database refused a write; the log of the worker says why';
  const text = error instanceof Error ? error.message : String(error);
  // What the browser's driver says of itself is no sentence for people (P-38).
  return /^(?:page|browser|browserContext|frame|locator)\.|Protocol error|Target (?:page|closed)/.test(text)
    ? 'the sandbox broke; the log of the worker says why'
    : text;
}

/** The last thing that a log says of a failure, before what failed: what to do about it (P-38). */
async function advise(logs: LogBatcher, errorSummary: string): Promise<void> {
  // Half a line that a program left comes before it.
  await logs.flush();
  const { what, todo } = explainFailure(errorSummary);
  logs.push('system', new TextEncoder().encode(`${what} ${todo}\n`));
}
