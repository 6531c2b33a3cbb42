import { createHash, randomUUID } from 'node:crypto';
import { type FileEntry, isTerminal, type RunnerFile, type RunnerInput, type RunnerOutput, runnerOutput, treePathProblem } from '@slipway/contracts';
import {
  appendBuildLog,
  type ClaimedJob,
  type Db,
  failJob,
  finishSucceeded,
  finishUnsuccessfully,
  loadBuildForJob,
  markRunning,
  putBlob,
  readSnapshotFiles,
  releaseLease,
  settleTerminalJob,
  type SnapshotFile,
} from '@slipway/db';
import type { Logger } from 'pino';
import type { SandboxRuntime } from '../sandbox-runtime.ts';
import { abortReason, JobAbort } from './abort-reason.ts';
import { LogBatcher } from './log-batcher.ts';

export interface JobContext {
  db: Db;
  runtime: SandboxRuntime;
  log: Logger;
  publicBase: string;
  timeoutMs: number;
  logLimitBytes: number;
  artifactLimitBytes: number;
  tokenLifetimeUs: number | undefined;
}

/** What became of a claimed job; for the log and for tests. */
export type JobEnd = 'succeeded' | 'failed' | 'cancelled' | 'already-terminal' | 'lost-lease' | 'released';

/**
 * Runs one claimed job, in this order (P-05): load build -> binding check ->
 * terminal guard -> mark running -> hydrate snapshot -> run -> finish. Whatever
 * goes wrong behind `mark running` ends in a status, never in a build that runs
 * for ever; only a lost lease writes nothing, because the job is another's then.
 */
export async function executeJob(context: JobContext, job: ClaimedJob, abort: AbortController): Promise<JobEnd> {
  const { db } = context;
  if (job.previewBuildId === null) return ended(await failJob(db, job, 'preview_build job has no preview build id'));
  const build = await loadBuildForJob(db, job.ownerId, job.previewBuildId);
  if (!build) return ended(await failJob(db, job, `no build ${job.previewBuildId} of owner ${job.ownerId}`));

  const mismatch = bindingMismatch(job, build);
  if (mismatch !== undefined) return ended(await finishUnsuccessfully(db, { ...job, projectId: build.projectId }, build.id, { status: 'failed', errorSummary: mismatch }));
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
function bindingMismatch(job: ClaimedJob, build: { projectId: string; snapshotId: string; ownerId: string }): string | undefined {
  for (const field of ['projectId', 'snapshotId', 'ownerId'] as const) {
    if (job[field] !== build[field]) return `binding mismatch: ${field} of the job is ${job[field]}, of the build ${build[field]}`;
  }
  return undefined;
}

async function runBuild(context: JobContext, job: ClaimedJob, buildId: string, abort: AbortController): Promise<JobEnd> {
  const { db, log } = context;
  const logs = new LogBatcher({
    limitBytes: context.logLimitBytes,
    write: async (lines) => {
      const { outcome } = await appendBuildLog(db, job, buildId, lines);
      if (outcome === 'lost-lease') abort.abort(new JobAbort('lease-lost'));
    },
    onError: (error) => log.error({ err: error, buildId }, 'log lines could not be written'),
  });
  const timer = setTimeout(() => abort.abort(new JobAbort('timeout')), context.timeoutMs);
  let result: RunResult;
  try {
    result = await runInSandbox(context, job, abort.signal, logs);
  } catch (error) {
    log.error({ err: error, buildId }, 'the runner failed');
    result = { outcome: 'failed', errorSummary: `runner failed: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    clearTimeout(timer);
    await logs.end();
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
      return await finish('failed', 'runner timed out');
    case undefined:
      break;
  }
  if (result.outcome === 'failed') return await finish('failed', result.errorSummary);
  const finished = await finishSucceeded(db, job, buildId, {
    artifactId: result.artifactId,
    entries: result.entries,
    publicBase: context.publicBase,
    tokenLifetimeUs: context.tokenLifetimeUs,
  });
  switch (finished.outcome) {
    case 'succeeded':
      return 'succeeded';
    case 'lost-lease':
      return 'lost-lease';
    case 'cancel-requested':
      return await finish('cancelled', 'cancelled by the user');
  }

  async function finish(status: 'failed' | 'cancelled', errorSummary: string): Promise<JobEnd> {
    const { outcome } = await finishUnsuccessfully(db, job, buildId, { status, errorSummary });
    return outcome === 'lost-lease' ? 'lost-lease' : status;
  }
}

type RunResult = { outcome: 'built'; artifactId: string; entries: FileEntry[] } | { outcome: 'failed'; errorSummary: string };

async function runInSandbox(context: JobContext, job: ClaimedJob, signal: AbortSignal, logs: LogBatcher): Promise<RunResult> {
  const { db, runtime } = context;
  const files = await readSnapshotFiles(db, job.ownerId, job.projectId, job.snapshotId);
  if (!files) return { outcome: 'failed', errorSummary: `hydrate failed: no snapshot ${job.snapshotId} in project ${job.projectId}` };
  const artifactId = randomUUID();
  const entries: FileEntry[] = [];
  let artifactBytes = 0;
  const document: RunnerInput = {
    jobId: job.lease.jobId,
    projectId: job.projectId,
    snapshotId: job.snapshotId,
    files: files.map(toRunnerFile),
    artifactDestination: { artifactId },
  };
  const answer = await runtime.run(JSON.stringify(document), {
    signal,
    log: (stream, bytes) => logs.push(stream, bytes),
    file: async (path, bytes) => {
      const problem = treePathProblem(path);
      if (problem !== undefined) throw new Error(`Cannot store artifact file ${JSON.stringify(path)}: its path ${problem}`);
      artifactBytes += bytes.length;
      if (artifactBytes > context.artifactLimitBytes) throw new Error(`Cannot store the artifact: it is larger than ${context.artifactLimitBytes} bytes`);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await putBlob(db, job.ownerId, { sha256, bytes });
      entries.push({ kind: 'file', path, mode: 0o644, sha256, size: bytes.length });
    },
  });
  const output = parseOutput(answer, document);
  if (!output) return { outcome: 'failed', errorSummary: 'runner output is not valid JSON' };
  for (const line of output.logs) logs.push(line.stream, new TextEncoder().encode(`${line.text}\n`));
  if (output.status === 'failed') return { outcome: 'failed', errorSummary: output.errorSummary ?? 'runner failed without a reason' };
  // P-12: success is a status and an artifact, or it is none.
  if (output.artifactId !== artifactId) return { outcome: 'failed', errorSummary: 'runner succeeded without an artifact' };
  return { outcome: 'built', artifactId, entries };
}

/** The answer, if it is one to this document. */
function parseOutput(answer: string, asked: RunnerInput): RunnerOutput | undefined {
  let value: unknown;
  try {
    value = JSON.parse(answer);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const parsed = runnerOutput.safeParse(value);
  if (!parsed.success) return undefined;
  const { jobId, projectId, snapshotId } = parsed.data;
  return jobId === asked.jobId && projectId === asked.projectId && snapshotId === asked.snapshotId ? parsed.data : undefined;
}

function toRunnerFile(file: SnapshotFile): RunnerFile {
  switch (file.kind) {
    case 'file':
      return { kind: 'file', path: file.path, mode: file.mode, base64: Buffer.from(file.bytes).toString('base64') };
    case 'dir':
      return { kind: 'dir', path: file.path, mode: file.mode };
    case 'link':
      return { kind: 'link', path: file.path, target: file.target };
  }
}

function ended({ outcome }: { outcome: 'failed' | 'finished' | 'lost-lease' }): JobEnd {
  return outcome === 'lost-lease' ? 'lost-lease' : 'failed';
}
