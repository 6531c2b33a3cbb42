import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a running server says of itself in `postmaster.pid`. */
export interface Postmaster {
  pid: number;
  port: number;
  ready: boolean;
}

/** Undefined when the data directory has no (or no whole) `postmaster.pid`. */
export function readPostmaster(dataDirectory: string): Postmaster | undefined {
  let text: string;
  try {
    text = readFileSync(join(dataDirectory, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  // Lines: pid, data directory, start time, port, socket directory, listen address, shared memory, status.
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  const port = Number.parseInt(lines[3] ?? '', 10);
  if (!(pid > 0) || !(port > 0)) return undefined;
  return { pid, port, ready: lines[7]?.trim() === 'ready' };
}

/** Whether `pid` is a Postgres of this data directory, and not a process that got the number of a dead one. */
export function isPostgresOf(pid: number, dataDirectory: string): boolean {
  // No /proc: a living pid must do. EPERM is one of another user's.
  if (process.platform !== 'linux') {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(dataDirectory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return false;
    throw error;
  }
}

/**
 * Resolves when no server process works in the data directory any more. Those of a
 * killed postmaster end by themselves, a moment later: until then they may write.
 */
export async function awaitOrphans(dataDirectory: string, limitMs = 5000): Promise<void> {
  if (process.platform !== 'linux') return;
  const until = performance.now() + limitMs;
  while (hasOrphans(dataDirectory)) {
    if (performance.now() > until)
      throw new Error(`Cannot start the embedded Postgres: processes of a dead one still use "${dataDirectory}"`);
    await sleep(20);
  }
}

/** Every process of a server has its data directory as its working directory. */
function hasOrphans(dataDirectory: string): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readlinkSync(`/proc/${name}/cwd`) === dataDirectory;
    } catch (error) {
      // Ended meanwhile, a zombie, or another user's.
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return false;
      throw error;
    }
  });
}

/**
 * Postgres refuses to run as root. In a user namespace of its own, root's files
 * look like an ordinary user's, so the cluster may lie below a 0700 home.
 */
export function asOrdinaryUser(program: string, args: readonly string[]): [string, string[]] {
  if (process.getuid?.() !== 0) return [program, [...args]];
  return ['unshare', ['--user', '--map-user=1000', '--map-group=1000', program, ...args]];
}

/** Somebody may take the port before Postgres does: it fails to start then, and says so in its log. */
export async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === 'string')
    throw new Error('Cannot find a free port: the probe has no address');
  return address.port;
}

/** Starts a server that survives this process and resolves when it accepts connections. */
export async function startPostgres(options: {
  program: string;
  dataDirectory: string;
  logFile: string;
  settings: Readonly<Record<string, string>>;
  /** Of a server that others know already; without it, any free one. */
  port?: number | undefined;
}): Promise<Postmaster> {
  const port = options.port ?? (await findFreePort());
  const args = ['-D', options.dataDirectory, '-p', String(port)];
  for (const [name, value] of Object.entries(options.settings)) args.push('-c', `${name}=${value}`);
  setAside(options.logFile);
  const log = openSync(options.logFile, 'a');
  let child: ChildProcess;
  try {
    const [command, commandArgs] = asOrdinaryUser(options.program, args);
    // Away from our process group, so ^C does not reach it; `/` so that it holds no folder.
    child = spawn(command, commandArgs, { detached: true, stdio: ['ignore', log, log], cwd: '/' });
  } finally {
    closeSync(log);
  }
  child.unref();
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code, signal) => (failure = `it exited with ${signal ?? code}`));
  while (failure === undefined) {
    const postmaster = readPostmaster(options.dataDirectory);
    // A pid file left by a crash may still say "ready": only the child's own counts.
    if (postmaster?.ready && postmaster.pid === child.pid) {
      child.removeAllListeners();
      return postmaster;
    }
    await sleep(20);
  }
  throw new Error(`Cannot start the embedded Postgres: ${failure}\n${lastLines(options.logFile, 20)}`);
}

/** A log is one of many starts, and must not grow for ever: a large one takes the place of the one before (SV-08). */
export function setAside(file: string, limitBytes = 16 * 1024 ** 2): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > limitBytes) renameSync(file, `${file}.1`);
}

/** Asks the server to end its sessions and stop, and waits until it did. */
export async function stopPostgres(postmaster: Postmaster, dataDirectory: string): Promise<void> {
  // "Fast": open transactions are rolled back, nobody is waited for.
  process.kill(postmaster.pid, 'SIGINT');
  while (isPostgresOf(postmaster.pid, dataDirectory)) await sleep(20);
}

/** For an error message. The file is the log of all starts, so only its end is of interest. */
export function lastLines(file: string, count: number): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}
