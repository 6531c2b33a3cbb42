import type { BlobStore } from '@slipway/blobs';
import { isTerminal } from '@slipway/contracts';
import {
  type ClaimedJob,
  type Db,
  failJob,
  finishSucceeded,
  finishUnsuccessfully,
  loadBuildForJob,
  markRunning,
  releaseLease,
  settleTerminalJob,
} from '@slipway/db';
import type { SecretBox } from '@slipway/secrets';
import type { DependencySets } from '../deps/dependency-sets.ts';
import type { JobEnd } from '../job/job-handler.ts';
import type { HeartbeatNeeds } from './build-heartbeat.ts';
import { runWatched } from './run-watched.ts';

/** Of the worker and not of a job: all its builds share it. */
export interface BuildContext extends HeartbeatNeeds {
  db: Db;
  blobs: BlobStore;
  /** Origin of the app; publish links begin with it. */
  publicBase: string;
  /** Of the whole run, the start of the browser included. */
  timeoutMs: number;
  logLimitBytes: number;
  logLimitLines: number;
  artifactLimitBytes: number;
  /** Opens variables of builds; asked for by the first build that has some. */
  secretBox: () => SecretBox;
  /** Undefined: everything is installed anew. */
  sets?: DependencySets;
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
export function bindingMismatch(
  job: ClaimedJob,
  build: { projectId: string; snapshotId: string; ownerId: string },
): string | undefined {
  for (const field of ['projectId', 'snapshotId', 'ownerId'] as const) {
    if (job[field] !== build[field])
      return `binding mismatch: ${field} of the job is ${job[field]}, of the build ${build[field]}`;
  }
  return undefined;
}

/**
 * Everything that the run can end in, as a status of the build and of the job. A cancel counts until the very
 * transaction that makes the build succeed.
 */
async function runBuild(
  context: BuildContext,
  job: ClaimedJob,
  buildId: string,
  abort: AbortController,
): Promise<JobEnd> {
  const { db } = context;
  const run = await runWatched(context, job, buildId, abort);
  switch (run.outcome) {
    case 'lost-lease':
      return 'lost-lease';
    case 'shutdown':
      await releaseLease(db, job.lease);
      return 'released';
    case 'cancelled':
      return await finish('cancelled', 'cancelled by the user');
    case 'failed':
      return await finish('failed', run.errorSummary);
    case 'built':
      break;
  }
  const finished = await finishSucceeded(db, job, buildId, {
    artifactId: run.artifactId,
    entries: run.entries,
    serving: run.serving,
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
    const { outcome } = await finishUnsuccessfully(db, job, buildId, { status, errorSummary });
    return outcome === 'lost-lease' ? 'lost-lease' : status;
  }
}

function ended({ outcome }: { outcome: 'failed' | 'finished' | 'lost-lease' }): JobEnd {
  return outcome === 'lost-lease' ? 'lost-lease' : 'failed';
}
