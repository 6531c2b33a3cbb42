import {
  type RunnerFile,
  runnerInput,
  type RunnerInput,
  type RunnerOutput,
  type SandboxConfig,
} from '@slipway/contracts';
import { FailureFinder } from '@slipway/runs';
import { type SandboxDriver, SandboxError, type SandboxFile } from '@slipway/sandboxes';
import type { BuildResult } from './build-result.ts';
import { type BuildStep, buildSteps } from './build-steps.ts';
import { holdErrors, refusalOf } from './hold-errors.ts';
import { makeInstallLog } from './install-log.ts';
import { dependencyKey } from '../deps/dependency-key.ts';
import { collectSet } from '../deps/collect-set.ts';
import { listOutput } from './list-output.ts';
import { ProgressBoard } from './progress-board.ts';
import type { RunnerIo, SandboxRuntime } from './sandbox-runtime.ts';

/** Nothing of checkpoints: a build that is broken off begins anew. */
export type BuildDriver = Pick<
  SandboxDriver,
  'create' | 'machineOf' | 'start' | 'run' | 'readFile' | 'look' | 'status' | 'usage' | 'destroy' | 'forget'
>;

/** Runs a build document in a sandbox of its own, by any driver: create, start, run, read, destroy. */
export function createBuildRuntime(
  driver: BuildDriver,
  config: SandboxConfig,
  progress: ProgressBoard = new ProgressBoard(),
  /** What dependency sets are made by (P-32); undefined where it cannot be told, and then none is used. */
  runtimeVersion: (signal: AbortSignal) => Promise<string | undefined> = async () => undefined,
): SandboxRuntime {
  return {
    usage: (jobId) => driver.usage(jobId),
    run: async (text, io) => {
      // Parsed again, although we wrote it: another runtime gets no more than this text.
      const document = runnerInput.parse(JSON.parse(text));
      const { jobId } = document;
      const installLog = makeInstallLog(io.log, lockfileOf(document.files));
      const { aborted, release } = rejectOnAbort(io.signal);
      const unfollow = progress.follow(jobId, () => io.progress?.());
      try {
        const building = build(driver, config, document, { ...io, log: installLog.log }, runtimeVersion);
        const result = await Promise.race([building, aborted]);
        return JSON.stringify(describe(document, result));
      } catch (error) {
        throw await explain(driver, jobId, error);
      } finally {
        release();
        unfollow();
        installLog.end();
        // Also where `create` failed half way: `destroy` of what is not there is harmless.
        await driver.destroy(jobId);
        driver.forget(jobId);
      }
    },
  };
}

const NO_SCRIPTS = { npm_config_ignore_scripts: 'true' };

/** Restored packages lie in the folder before the sandbox starts, so the install step is only named and passed over. */
async function build(
  driver: BuildDriver,
  config: SandboxConfig,
  document: RunnerInput,
  io: RunnerIo,
  runtimeVersion: (signal: AbortSignal) => Promise<string | undefined>,
): Promise<BuildResult> {
  const { jobId: id, plan } = document;
  io.signal.throwIfAborted();
  const version = io.sets && (await runtimeVersion(io.signal));
  const key = version === undefined ? undefined : dependencyKey(document.files, plan, version);
  const set = key === undefined ? undefined : await io.sets?.find(key);
  // Reading a set takes a while: whoever gave up meanwhile has destroyed what was not there yet.
  io.signal.throwIfAborted();
  await driver.create(id, config);
  const machineId = driver.machineOf(id);
  if (machineId !== id) await io.admit?.(machineId);
  try {
    const files = document.files.map(toSandboxFile);
    const restored = set?.map((file) => ({ ...file, path: below(plan.installRoot, file.path) })) ?? [];
    await driver.start(id, { files: [...files, ...restored], command: null });
  } catch (error) {
    if (!(error instanceof SandboxError) || error.code === 'ended') throw error;
    return { outcome: 'boot-failed', message: error.message };
  }
  for (const step of buildSteps(plan)) {
    io.step?.(step.kind);
    if (step.kind === 'install' && set) {
      say(io, `"${step.title}" was done before: its ${set.length} files are back`);
      continue;
    }
    // What is kept for other builds is the lockfile's alone: no script of a package has a hand in it, told or not.
    const isKept = step.kind === 'install' && key !== undefined;
    const ran = await runStep(driver, id, isKept ? { ...step, env: { ...step.env, ...NO_SCRIPTS } } : step, io);
    if (ran.failed) return ran.failed;
    // Before any command of the project: what follows may change them.
    if (isKept && !ran.instead) await keepSet(driver, document, key, io);
  }
  io.step?.('collect');
  return await sendOutput(driver, id, { root: plan.root, folder: plan.output }, io);
}

/** Keeps what was installed for builds to come; where that fails this one goes on. */
async function keepSet(driver: BuildDriver, { jobId, plan }: RunnerInput, key: string, io: RunnerIo): Promise<void> {
  try {
    const files = await collectSet(driver, jobId, plan.installRoot, () => io.progress?.());
    await io.sets?.keep(key, files);
  } catch (error) {
    if (io.signal.aborted || error instanceof SandboxError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    say(io, `these packages are not kept for the next build: ${why}`);
  }
}

const say = (io: RunnerIo, line: string): void => io.log('system', Buffer.from(`${line}\n`));

const below = (root: string, path: string): string => (root === '' ? path : `${root}/${path}`);

/** `instead`: another command did it. */
async function runStep(
  driver: BuildDriver,
  id: string,
  { kind, command, args, env, title, instead }: BuildStep,
  io: RunnerIo,
): Promise<{ failed?: BuildResult; instead: boolean }> {
  say(io, `$ ${title}`);
  const finder = new FailureFinder();
  const held = instead === undefined ? undefined : holdErrors();
  const { code, signal } = await driver.run(id, {
    command,
    args,
    env,
    onOutput: (stream, bytes) => {
      finder.push(stream, bytes);
      const now = held !== undefined && stream === 'stderr' ? held.push(bytes) : bytes;
      if (now.length > 0) io.log(stream, now);
    },
  });
  const errors = held?.take();
  const isRefused = instead !== undefined && finder.rest()?.includes(instead.ofStderr);
  if (errors !== undefined && errors.length > 0 && !isRefused) io.log('stderr', errors);
  if (code === 0) return { instead: false };
  // npm gives the same exit code for everything; only its text tells a lockfile it does not like.
  const rest = finder.rest();
  if (instead !== undefined && isRefused) {
    const why = errors === undefined ? undefined : refusalOf(errors);
    say(io, `"${title}" refused the lockfile${why === undefined ? '' : `: ${why}`}`);
    return { ...(await runStep(driver, id, instead, io)), instead: true };
  }
  say(io, `${title} ended with ${signal === null ? `exit code ${code}` : signal}`);
  // An install's own words say which way it failed, and errors of other programs are told among them.
  const said = (kind === 'build' ? finder.known() : undefined) ?? rest ?? null;
  return { failed: { outcome: 'exited', command: title, code, signal, said }, instead: false };
}

/** Each file is read when its turn comes: an artifact is never in memory as a whole. */
async function sendOutput(
  driver: BuildDriver,
  id: string,
  { root, folder }: { root: string; folder: string },
  io: RunnerIo,
): Promise<BuildResult> {
  const path = [root, folder].filter((part) => part !== '').join('/') || '.';
  const listed = await listOutput(driver, id, path, { whole: folder === '' });
  switch (listed.outcome) {
    case 'no-output':
      return { ...listed, folder };
    case 'too-many-files':
      return listed;
    case 'listed':
      break;
  }
  if (listed.files.length === 0) return { outcome: 'empty-output', folder: folder || '.' };
  // Links were looked at: reading goes through those that stay inside.
  // A driver takes paths without "." in them alone.
  const inside = path === '.' ? '' : `${path}/`;
  const executable = new Set(listed.executable);
  for (const file of listed.files)
    await io.file(file, await driver.readFile(id, inside + file), executable.has(file) ? 0o755 : 0o644);
  return { outcome: 'built', leftOut: listed.leftOut };
}

/** Rejects at once, although the driver's call may take a while to end by itself. */
function rejectOnAbort(signal: AbortSignal): { aborted: Promise<never>; release(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  // Nobody waits for it any more when the build has ended first.
  promise.catch(() => undefined);
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort);
  // A signal that was aborted before has no event to come.
  if (signal.aborted) onAbort();
  return { aborted: promise, release: () => signal.removeEventListener('abort', onAbort) };
}

/** A sandbox that was ended for what it did says so in the words of a build's end. */
async function explain(driver: BuildDriver, id: string, error: unknown): Promise<unknown> {
  if (!(error instanceof SandboxError) || error.code !== 'ended') return error;
  const report = await driver.status(id);
  const problem = report === 'not_found' ? null : report.problem;
  return problem?.startsWith('it ') ? new Error(`runner ${problem.slice(3)}`, { cause: error }) : error;
}

function toSandboxFile(file: RunnerFile): SandboxFile {
  return file.kind === 'file'
    ? { kind: 'file', path: file.path, mode: file.mode, bytes: Buffer.from(file.base64, 'base64') }
    : file;
}

/** The text of the project's lockfile, which says how many packages there will be. */
function lockfileOf(files: readonly RunnerFile[]): string | undefined {
  const file = files.find(({ path }) => path === 'package-lock.json');
  return file?.kind === 'file' ? Buffer.from(file.base64, 'base64').toString('utf8') : undefined;
}
/** Words of a failure: `explain-failure` tells people what to do by how they begin. */
function describe(document: RunnerInput, result: BuildResult): RunnerOutput {
  const { jobId, projectId, snapshotId } = document;
  const failed = (errorSummary: string): RunnerOutput => ({
    jobId,
    projectId,
    snapshotId,
    status: 'failed',
    errorSummary,
    logs: [],
  });
  switch (result.outcome) {
    case 'built':
      return {
        jobId,
        projectId,
        snapshotId,
        status: 'succeeded',
        artifactId: document.artifactDestination.artifactId,
        logs: result.leftOut.map(({ path, why }) => ({ stream: 'system', text: `left out "${path}": ${why}` })),
      };
    case 'exited':
      return failed(`runner exited: ${result.said ?? `${result.command}: ${endingOf(result)}`}`);
    case 'no-output': {
      const others = result.found.length > 0 ? `; it has ${result.found.join(', ')}` : '';
      return failed(`the build wrote no "${result.folder}" folder${others}`);
    }
    case 'empty-output':
      return failed(`the output folder "${result.folder}" is empty`);
    case 'too-many-files':
      return failed(`the output has more than ${result.limit} files`);
    case 'boot-failed':
      return failed(`the container did not boot: ${result.message}`);
  }
}

const endingOf = ({ signal, code }: { signal: string | null; code: number | null }): string =>
  signal ?? `exit code ${code}`;
