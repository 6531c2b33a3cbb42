import type { ControlClient, OpenProcess } from '@slipway/embed';

/** git is a program of the container: nothing here speaks its protocol. */
export type Programs = Pick<ControlClient, 'open'>;

/** `stdout` is bytes: neither a path nor a file need be UTF-8. */
export interface GitEnd {
  readonly code: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
  readonly stderr: string;
}

/** `stdin` is closed behind what is given, also where nothing is. */
export interface GitOptions {
  readonly stdin?: Uint8Array | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Hears what git says meanwhile, the last line of it. */
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The project's git, one command at a time: two would take the index's lock from each other. */
export interface GitClient {
  /** Rejects where git cannot be run at all; an exit code other than 0 is an answer. */
  run(args: readonly string[], options?: GitOptions): Promise<GitEnd>;
  /** As `run`, and rejects with git's own words unless it ended well. */
  mustRun(args: readonly string[], options?: GitOptions): Promise<string>;
}

/** The message is git's first reason, or the exit code where it gave none. */
export class GitError extends Error {
  readonly stderr: string;
  constructor(stderr: string, code: number) {
    super(firstReason(stderr) ?? `git ended with code ${code}`);
    this.stderr = stderr;
  }
}

/** A diff of generated files is never looked at whole. */
const OUTPUT_LIMIT_BYTES = 32 * 1024 * 1024;
/** The end of it is kept, where git says what went wrong; before it is progress. */
const STDERR_LIMIT_CHARACTERS = 64 * 1024;
/** A clone of a large repository over a slow line; the person has a button before that. */
const LIMIT_MS = 30 * 60_000;

/** A command that fails does not keep the next from being run. */
export function makeGitClient(programs: Programs, root: string): GitClient {
  let last: Promise<unknown> = Promise.resolve();
  const run = (args: readonly string[], options: GitOptions = {}): Promise<GitEnd> => {
    const next = last.then(() => perform(programs, root, args, options));
    last = next.catch(() => undefined);
    return next;
  };
  return {
    run,
    async mustRun(args, options) {
      const { code, stdout, stderr } = await run(args, options);
      if (code !== 0) throw new GitError(stderr, code);
      return new TextDecoder().decode(stdout);
    },
  };
}

/**
 * Rejects where the program cannot be started, is stopped by `signal` or prints more than {@link
 * OUTPUT_LIMIT_BYTES}.
 */
async function perform(
  programs: Programs,
  root: string,
  args: readonly string[],
  { stdin, env, onProgress, signal }: GitOptions,
): Promise<GitEnd> {
  signal?.throwIfAborted();
  const process = await programs.open({
    command: 'git',
    args: ['-C', root, ...args],
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(stdin === undefined ? {} : { stdin: new Uint8Array(stdin) }),
  });
  const end = (): void => endProcess(process);
  signal?.addEventListener('abort', end, { once: true });
  const timer = setTimeout(end, LIMIT_MS);
  try {
    // Nothing follows what was given: without this a git that reads waits for ever.
    const closed = process.stdin.close().catch((error: unknown) => console.debug('It did not read:', error));
    const [{ code, signal: by }, stdout, stderr] = await Promise.all([
      process.exit,
      readAll(process.stdout),
      readErrors(process.stderr, onProgress),
      closed,
    ]);
    signal?.throwIfAborted();
    return { code: code ?? 1, stdout, stderr: code === null ? `${stderr}\nended by ${by ?? 'a signal'}` : stderr };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

function endProcess(process: OpenProcess): void {
  process.kill('SIGKILL').catch((error: unknown) => console.debug('It had ended:', error));
}

async function readAll(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > OUTPUT_LIMIT_BYTES) {
      await reader.cancel();
      throw new Error('git printed more than can be shown here');
    }
    chunks.push(value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** Progress overwrites its line with `\r`, so that counts as an end of line. */
async function readErrors(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onProgress: ((line: string) => void) | undefined,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text;
    text = (text + decoder.decode(value, { stream: true })).slice(-STDERR_LIMIT_CHARACTERS);
    const line = text.split(/[\r\n]+/).findLast((each) => each.trim() !== '');
    if (line !== undefined) onProgress?.(line.trim());
  }
}

/** The line that says what is wrong: git puts hints and progress around it. */
function firstReason(stderr: string): string | undefined {
  const lines = stderr.split(/[\r\n]+/).map((line) => line.trim());
  const reason = lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines.find((line) => line !== '');
  return reason?.replace(/^(?:fatal|error): /, '');
}
