import { compareManifests } from '@slipway/sites';
import {
  beginVerification,
  type ClaimedJob,
  failJob,
  finishVerification,
  loadUnverified,
  readTree,
  releaseLease,
  settleTerminalJob,
  type Unverified,
  type Verdict,
} from '@slipway/db';
import type { FileEntry } from '@slipway/contracts';
import { type BuildContext, bindingMismatch } from '../build/execute-job.ts';
import type { WatchedRun } from '../build/run-watched.ts';
import { runWatched } from '../build/run-watched.ts';
import type { JobEnd } from '../job/job-handler.ts';

/**
 * Checks what a tab has published (P-33): builds the same save here and compares path, bytes and mode of every file.
 * The build has succeeded before and stays so; what moves is its verification.
 */
export async function executeVerification(
  context: BuildContext,
  job: ClaimedJob,
  abort: AbortController,
): Promise<JobEnd> {
  const { db } = context;
  const buildId = job.previewBuildId;
  const build = buildId === null ? undefined : await loadUnverified(db, job.ownerId, buildId);
  if (buildId === null || !build) {
    const { outcome } = await failJob(db, job, `no build of a tab ${buildId ?? ''} of owner ${job.ownerId}`);
    return outcome;
  }
  if (!build.pending) {
    await settleTerminalJob(db, job);
    return 'already-terminal';
  }
  const mismatch = bindingMismatch(job, build);
  if (mismatch !== undefined)
    return await finish({ ...job, projectId: build.projectId }, { verification: 'failed', problem: mismatch });
  if ((await beginVerification(db, job, buildId)).outcome === 'lost-lease') return 'lost-lease';
  const run = await runWatched(context, job, buildId, abort);
  switch (run.outcome) {
    case 'lost-lease':
      return 'lost-lease';
    case 'shutdown':
    // Nobody cancels a check; a worker that is told so all the same hands it back.
    case 'cancelled':
      await releaseLease(db, job.lease);
      return 'released';
    case 'failed':
      return await finish(job, { verification: 'failed', problem: run.errorSummary });
    case 'built':
      return await finish(job, await judge(context, build, run));
  }

  async function finish(held: ClaimedJob, verdict: Verdict): Promise<JobEnd> {
    const { outcome } = await finishVerification(db, held, buildId!, verdict);
    if (outcome === 'lost-lease') return 'lost-lease';
    return verdict.verification === 'failed' ? 'failed' : 'succeeded';
  }
}

/** Files only: folders and links are no part of what is published. */
async function judge(
  { db }: BuildContext,
  tab: Unverified,
  server: Extract<WatchedRun, { outcome: 'built' }>,
): Promise<Verdict> {
  const entries = (await readTree(db, tab.treeId)).filter((entry): entry is FileEntry => entry.kind === 'file');
  const differences = compareManifests(entries, server.entries);
  return differences.length === 0 ? { verification: 'verified' } : { verification: 'different', differences };
}
