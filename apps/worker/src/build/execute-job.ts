import type { BlobStore } from '@slipway/blobs';
import { explainFailure, isTerminal } from '@slipway/contracts';
import {
  type ClaimedJob,
  type Db,
  failJob,
  finishSucceeded,
  finishUnsuccessfully,
  isDatabaseAway,
  isDatabaseError,
  loadBuildForJob,
  markRunning,
  releaseLease,
  settleTerminalJob,
} from '@slipway/db';
import type { SecretBox } from '@slipway/secrets';
import { abortReason, JobAbort } from '../job/abort-reason.ts';
import type { JobEnd } from '../job/job-handler.ts';
import { type BuildHeartbeat, type HeartbeatNeeds, startBuildHeartbeat } from './build-heartbeat.ts';
import { LogBatcher } from './log-batcher.ts';
import { runInSandbox, type RunResult } from './run-in-sandbox.ts';
import { createLogWriter } from './log-writer.ts';

/** What builds are made with. */
export interface BuildContext extends HeartbeatNeeds {
  db: Db;
  blobs: BlobStore;
  /** Origin of the app; publish links begin with it. */
  publicBase: string;
  /** Of the whole run, the start of the browser included. */
  timeoutMs: number;
  logLimitBytes: number;
  logLimitLines: number;
  /** All files together. */
  artifactLimitBytes: number;
  /** Opens variables of builds; asked for by the first build that has some. */
  secretBox: () => SecretBox;
  /** Undefined: links live until they are taken back. */
  tokenLifetimeUs: number | undefined;
}

/**
 * Runs one claimed job, in this order (P-05): load build -> binding check ->
 * terminal guard -> mark running -> hydrate snapshot -> run -> finish. Whatever
 * goes wrong behind `mark running` ends in a status, never in a build that runs
 * for ever; only a lost lease writes nothing, because the job is another's then.
 */
export async function executeJob(context: BuildContext, job: ClaimedJob, abort: AbortController): Promise<JobEnd> {
  const { db } = context;
  if (job.previewBuildId === null) return ended(await failJob(db, job, 'preview_build job has no preview build id'));
  const build = await loadBuildForJob(db, job.ownerId, job.previewBuildId);
  if (!build) return ended(await failJob(db, job, `no build ${job.previewBuildId} of owner ${job.ownerId}`));

  const mismatch = bindingMismatch(job, build);
  if (mismatch !== undefined)
    return ended(
      // Under the build's own project, as the events and the log go to its owner.
      await finishUnsuccessfully(db, { ...job, projectId: build.projectId }, build.id, {
        status: 'failed',
        errorSummary: mismatch,
      }),
    );
  if (isTerminal(build.status)) {
    await settleTerminalJob(db, job);
    return 'already-terminal';
  }
  const marked = await markRunning(db, job, build.id);
  if (marked.outcome === 'lost-lease') return 'lost-lease';
  if (marked.outcome === 'already-terminal') {
    await settleTerminalJob(db, job);
    return 'already-terminal';
  }
  return await runBuild(context, job, build.id, abort);
}

/** P-04: job and build agree on project, snapshot and owner, or neither is touched. */
function bindingMismatch(
  job: ClaimedJob,
  build: { projectId: string; snapshotId: string; ownerId: string },
): string | undefined {
  for (const field of ['projectId', 'snapshotId', 'ownerId'] as const) {
    if (job[field] !== build[field])
      return `binding mismatch: ${field} of the job is ${job[field]}, of the build ${build[field]}`;
  }
  return undefined;
}

async function runBuild(
  context: BuildContext,
  job: ClaimedJob,
  buildId: string,
  abort: AbortController,
): Promise<JobEnd> {
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
      return 'lost-lease';
    case 'shutdown':
      await releaseLease(db, job.lease);
      return 'released';
    case 'cancel':
      return await finish('cancelled', 'cancelled by the user');
    case 'timeout':
    case 'stalled':
      return await finish('failed', endingOf(abort, heartbeat)!);
    case undefined:
      break;
  }
  if (result.outcome === 'failed') return await finish('failed', result.errorSummary);
  const finished = await finishSucceeded(db, job, buildId, {
    artifactId: result.artifactId,
    entries: result.entries,
    serving: result.serving,
    publicBase: context.publicBase,
    tokenLifetimeUs: context.tokenLifetimeUs,
  });
  switch (finished.outcome) {
    case 'succeeded':
      return 'succeeded';
    case 'lost-lease':
      return 'lost-lease';
    case 'cancel-requested':
      // Asked for in the moment between the last heartbeat and the end.
      return await finish('cancelled', 'cancelled by the user');
  }

  async function finish(status: 'failed' | 'cancelled', errorSummary: string): Promise<JobEnd> {
    const { outcome } = await finishUnsuccessfully(db, job, buildId, { status, errorSummary: clip(errorSummary) });
    return outcome === 'lost-lease' ? 'lost-lease' : status;
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

function ended({ outcome }: { outcome: 'failed' | 'finished' | 'lost-lease' }): JobEnd {
  return outcome === 'lost-lease' ? 'lost-lease' : 'failed';
}
