import { randomUUID } from 'node:crypto';
import { readSnapshotFiles, type SnapshotFile } from '@slipway/blobs';
import {
  type FileEntry,
  fileEntry,
  id,
  type RunnerFile,
  type RunnerInput,
  type RunnerOutput,
  runnerOutput,
  type SiteServing,
  siteServing,
} from '@slipway/contracts';
import { admitMachine, type ClaimedJob, type Db, listSteps } from '@slipway/db';
import * as z from 'zod';
import { JobAbort } from '../job/abort-reason.ts';
import type { BuildHeartbeat } from './build-heartbeat.ts';
import { createArtifactCollector } from './collect-artifact.ts';
import type { BuildContext } from './execute-job.ts';
import type { LogBatcher } from './log-batcher.ts';
import { planBuild } from './plan-build.ts';
import { StepRecorder } from './step-recorder.ts';
import { createSecretScanner } from './secret-scanner.ts';

/** What came of a run that was not ended from outside. */
export type RunResult =
  | { outcome: 'built'; artifactId: string; entries: FileEntry[]; serving: SiteServing }
  | { outcome: 'failed'; errorSummary: string };

/** Plans the build, runs it by its document, and takes in what it makes. */
export async function runInSandbox(
  context: BuildContext,
  job: ClaimedJob,
  abort: AbortController,
  { logs, heartbeat }: { logs: LogBatcher; heartbeat: BuildHeartbeat },
): Promise<RunResult> {
  const { db, blobs, runtime } = context;
  const { signal } = abort;
  const say = (text: string) => logs.push('system', new TextEncoder().encode(`${text}\n`));
  const collected = await findCollected(db, job);
  if (collected) {
    say(`going on after step "collect" of attempt ${collected.attempt}`);
    return { outcome: 'built', ...collected.outputs };
  }
  const steps = new StepRecorder({ db, job, abort, say, flush: () => logs.flush(), onStep: heartbeat.step });
  steps.begin('hydrate');
  const files = await readSnapshotFiles(blobs, db, job.ownerId, job.projectId, job.snapshotId);
  if (!files)
    return {
      outcome: 'failed',
      errorSummary: `hydrate failed: no snapshot ${job.snapshotId} in project ${job.projectId}`,
    };
  const planned = await planBuild(context, job, files);
  if (planned.outcome === 'unclear') return { outcome: 'failed', errorSummary: planned.problem };
  const { plan } = planned;
  const { redact } = createSecretScanner(plan.secrets);
  logs.redactWith(redact);
  say(plan.title);
  const artifactId = randomUUID();
  const document: RunnerInput = {
    jobId: job.lease.jobId,
    projectId: job.projectId,
    snapshotId: job.snapshotId,
    files: files.map(toRunnerFile),
    plan: plan.runner,
    artifactDestination: { artifactId },
  };
  const collector = createArtifactCollector({ db, blobs, limitBytes: context.artifactLimitBytes }, job.ownerId, plan);
  // It may have taken long to get here.
  signal.throwIfAborted();
  // As text both ways: the runtime may be another process or machine.
  const answer = await runtime.run(JSON.stringify(document), {
    signal,
    log: (stream, bytes) => {
      heartbeat.progress();
      logs.push(stream, bytes);
    },
    progress: heartbeat.progress,
    file: async (path, bytes, mode) => {
      heartbeat.progress();
      await collector.add(path, bytes, mode);
    },
    step: (step) => steps.begin(step),
    admit: async (machineId) => {
      const { outcome } = await admitMachine(db, job.lease, machineId);
      if (outcome === 'lost-lease') abort.abort(new JobAbort('lease-lost'));
    },
    ...(context.sets ? { sets: context.sets.of(job.ownerId) } : {}),
  });
  const output = parseOutput(answer, document);
  if (!output) return { outcome: 'failed', errorSummary: 'runner output is not valid JSON' };
  for (const line of output.logs) logs.push(line.stream, new TextEncoder().encode(`${line.text}\n`));
  if (output.status === 'failed') {
    await steps.fail();
    return { outcome: 'failed', errorSummary: redact(output.errorSummary ?? 'runner failed without a reason') };
  }
  // P-12: success is a status and an artifact, or it is none.
  if (output.artifactId !== artifactId)
    return { outcome: 'failed', errorSummary: 'runner succeeded without an artifact' };
  const { entries, serving, lines } = collector.finish();
  lines.forEach(say);
  const outputs = { artifactId, entries, serving };
  steps.begin('collect');
  await steps.finish(outputs);
  return { outcome: 'built', ...outputs };
}

/** What `collect` hands on: all that publishing needs. */
const collectOutputs = z.strictObject({ artifactId: id, entries: z.array(fileEntry), serving: siteServing });

/** What an earlier attempt of the job collected, if it came so far (P-31). */
async function findCollected(
  db: Db,
  job: ClaimedJob,
): Promise<{ attempt: number; outputs: z.infer<typeof collectOutputs> } | undefined> {
  if (job.attempts === 1) return undefined;
  const step = (await listSteps(db, job.lease.jobId)).find((one) => one.step === 'collect');
  if (!step || step.outputs === null) return undefined;
  // Of another version of the worker, perhaps: then it is done again.
  const outputs = collectOutputs.safeParse(JSON.parse(step.outputs));
  return outputs.success ? { attempt: step.attempt, outputs: outputs.data } : undefined;
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
  return jobId === asked.jobId && projectId === asked.projectId && snapshotId === asked.snapshotId
    ? parsed.data
    : undefined;
}

/** Base64, as the document is JSON. */
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
