import { type Build, type LogLine, tabBuildLimits, type TabPlan } from '@slipway/contracts';
import { FailureFinder, LineSplitter } from '@slipway/runs';
import type { ControlClient } from '@slipway/embed';
import type { Api } from '../api/create-api.ts';
import { forEachBounded } from '../pace/for-each-bounded.ts';
import { packagesUnfit } from './packages-fit.ts';
import { type BuiltFile, type OutputPort, readOutput } from './read-output.ts';

/** In this order; back to `building` where files changed meanwhile. */
export type TabPhase = 'saving' | 'building' | 'sending';

/** How it ended; `server`: it is built there, and why. */
export type TabBuildEnd =
  | { readonly outcome: 'published'; readonly build: Build }
  | { readonly outcome: 'server'; readonly snapshotId: string; readonly why: string }
  | { readonly outcome: 'failed'; readonly summary: string }
  | { readonly outcome: 'cancelled' };

/** `control` runs the build, `save` gives the state that it is a build of. */
export interface TabBuilder {
  readonly api: Pick<Api, 'tabPlan' | 'publishTab' | 'missingBlobs' | 'putBlob'>;
  readonly projectId: string;
  readonly control: Pick<ControlClient, 'run' | 'signal'>;
  readonly files: OutputPort;
  /** Gives the snapshot of what is in the folder now. */
  save(): Promise<string>;
}

/** Hears of each phase and line as it comes, and can end the build. */
export interface TabWatch {
  onPhase(phase: TabPhase): void;
  onLine(stream: LogLine['stream'], text: string): void;
  /** Aborted: it ends as cancelled, and nothing of it goes on. */
  readonly signal: AbortSignal;
}

/** As on the server, where a worker ends what takes longer. */
const LONGEST_BUILD_MS = 300_000;
/** An HTTP/1.1 host gets six connections, of which the page needs some. */
const UPLOADS_AT_ONCE = 4;
/** Who types on while it builds has the newest text built, but not for ever. */
const ROUNDS = 2;

/** Builds the project in this tab's container, and publishes what came of it at once (P-33). */
export async function buildInTab(builder: TabBuilder, watch: TabWatch): Promise<TabBuildEnd> {
  watch.onPhase('saving');
  let snapshotId = await builder.save();
  for (let round = 0; round < ROUNDS; round++) {
    const { plan, why } = await builder.api.tabPlan(builder.projectId, snapshotId);
    if (plan === null) return { outcome: 'server', snapshotId, why: why ?? 'the server says so' };
    const unfit = plan.packages ? await lookAtPackages(builder.files) : undefined;
    if (unfit !== undefined) return { outcome: 'server', snapshotId, why: unfit };
    watch.onPhase('building');
    const log = new TabLog(watch);
    const began = performance.now();
    const failed = await run(builder.control, plan, log, watch.signal);
    if (watch.signal.aborted) return { outcome: 'cancelled' };
    if (failed !== undefined) return { outcome: 'failed', summary: failed };
    const durationMs = Math.round(performance.now() - began);
    watch.onPhase('sending');
    // What was built must be what is checked: a build whose files were changed meanwhile is done again.
    const now = await builder.save();
    if (now === snapshotId) return await send(builder, { plan, snapshotId, log: log.end(), durationMs }, watch.signal);
    snapshotId = now;
  }
  return { outcome: 'server', snapshotId, why: 'its files changed while it was built here' };
}

/** Why a build would not have the packages that the server's has. */
async function lookAtPackages(files: OutputPort): Promise<string | undefined> {
  const paths = ['node_modules', 'package-lock.json', 'node_modules/.package-lock.json'];
  const [folder, ...lists] = await files.readPaths(paths);
  if (folder?.kind !== 'dir') return 'its packages are not installed in this tab';
  const [lockfile, installed] = lists.map((file) =>
    file?.kind === 'file' ? new TextDecoder().decode(file.bytes) : undefined,
  );
  return packagesUnfit(lockfile, installed);
}

/** The last lines of a build's output, cut to what a request may hold. */
class TabLog {
  readonly #watch: TabWatch;
  readonly #splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  readonly #lines: { stream: LogLine['stream']; text: string }[] = [];

  constructor(watch: TabWatch) {
    this.#watch = watch;
  }

  push(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    for (const line of this.#splitters[stream].push(bytes)) this.add(stream, line);
  }

  add(stream: LogLine['stream'], line: string): void {
    const short = line.slice(0, tabBuildLimits.lineUnits).replace(/\r+$/, '');
    // Programs print both, and the server refuses them.
    const text = short.replaceAll('\0', '\ufffd').toWellFormed();
    this.#lines.push({ stream, text });
    if (this.#lines.length > tabBuildLimits.logLines) this.#lines.shift();
    this.#watch.onLine(stream, text);
  }

  /** The last line of each stream may have no newline; called twice, it adds nothing more. */
  end(): { stream: LogLine['stream']; text: string }[] {
    for (const stream of ['stdout', 'stderr'] as const)
      for (const line of this.#splitters[stream].end()) this.add(stream, line);
    return this.#lines;
  }
}

/** Why the command failed; undefined where it ended well, or was cancelled. */
async function run(
  control: TabBuilder['control'],
  plan: TabPlan,
  log: TabLog,
  signal: AbortSignal,
): Promise<string | undefined> {
  const finder = new FailureFinder();
  let pid: number | undefined;
  let late = false;
  const end = (): void => {
    // Its whole group: a shell's programs go with it.
    if (pid !== undefined)
      control
        .signal(pid, 'SIGKILL', { group: true })
        .catch((error: unknown) => console.info('The build has ended by itself:', error));
  };
  const timer = setTimeout(() => {
    late = true;
    end();
  }, LONGEST_BUILD_MS);
  signal.addEventListener('abort', end, { once: true });
  log.add('system', `$ ${plan.command}`);
  try {
    const ended = await control.run(
      { command: 'jsh', args: ['-c', plan.command], env: plan.environment },
      {
        onStart: (started) => {
          pid = started;
          if (signal.aborted) end();
        },
        onOutput: (stream, chunk) => {
          finder.push(stream, chunk);
          log.push(stream, chunk);
        },
      },
    );
    log.end();
    if (late) return 'runner timed out';
    if (signal.aborted || ended.code === 0) return undefined;
    const how = ended.signal === null ? `exit code ${ended.code ?? 0}` : ended.signal;
    log.add('system', `${plan.command} ended with ${how}`);
    return `runner exited: ${finder.known() ?? finder.rest() ?? `${plan.command}: ${how}`}`;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

interface Sending {
  plan: TabPlan;
  snapshotId: string;
  log: { stream: LogLine['stream']; text: string }[];
  durationMs: number;
}

/**
 * Only what the server does not have yet goes up; the manifest names all. What was cancelled meanwhile is not
 * published, though its blobs may be there.
 */
async function send(builder: TabBuilder, sending: Sending, signal: AbortSignal): Promise<TabBuildEnd> {
  const { api, projectId } = builder;
  const { plan, snapshotId, log, durationMs } = sending;
  const output = await readOutput(builder.files, plan.output).catch((error: unknown) => {
    console.info('The output could not be read:', error);
    return { outcome: 'other', why: `it wrote no folder "${plan.output}" here` } as const;
  });
  if (output.outcome === 'other') return { outcome: 'server', snapshotId, why: output.why };
  const byHash = new Map(output.files.map((file) => [file.sha256, file.bytes]));
  const { missing } = await api.missingBlobs([...byHash.keys()]);
  await forEachBounded(missing, UPLOADS_AT_ONCE, async (hash) => {
    const bytes = byHash.get(hash);
    if (bytes !== undefined && !signal.aborted) await api.putBlob(hash, bytes);
  });
  if (signal.aborted) return { outcome: 'cancelled' };
  const files = output.files.map(({ path, mode, sha256, bytes }: BuiltFile) => ({
    path,
    mode,
    sha256,
    size: bytes.length,
  }));
  const { build } = await api.publishTab(projectId, { snapshotId, files, log, durationMs });
  return { outcome: 'published', build };
}
