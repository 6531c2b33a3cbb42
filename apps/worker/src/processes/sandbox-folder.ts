import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listProcessesOf, sendSignal } from './process-tree.ts';

/**
 * The folder of one sandbox below the system's temporary one. Its name says whose it is:
 *
 *   <prefix><id's hash>_<process-id namespace>_<pid of the worker>_<random>
 *
 * It is short, as Chromium makes a socket below it, whose whole path has 108 bytes at most. So what a worker left that
 * died is found by the next one, and what another container's worker has is not.
 */
export function makeSandboxFolder(prefix: string, id: string): string {
  const name = `${stem(prefix, id)}${namespaceId()}_${process.pid}_${randomBytes(2).toString('hex')}`;
  const folder = join(tmpdir(), name);
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(folder, 0o700);
  return folder;
}

/** Ends and removes what is left of one sandbox, whichever process of this machine made it. */
export async function sweepFolders(prefix: string, id: string): Promise<void> {
  for (const folder of foldersOf(stem(prefix, id))) await removeFolder(folder);
}

/** Ends and removes what workers left that are not alive any more. Returns how many folders there were. */
export async function sweepOrphans(prefix: string): Promise<number> {
  const orphans = foldersOf(prefix).filter((folder) => {
    const [, namespace, pid] = /_([0-9a-z]+)_(\d+)_[0-9a-f]+$/.exec(folder) ?? [];
    return namespace === namespaceId() && pid !== undefined && !isAlive(Number(pid));
  });
  for (const folder of orphans) await removeFolder(folder);
  return orphans.length;
}

/** Kills every process that has the folder in its arguments or environment, and removes it. */
export async function removeFolder(folder: string): Promise<void> {
  // What is forked meanwhile is found by the next look; a storm that never ends is left to its limits.
  for (let look = 0, quiet = 0; look < 40 && quiet < 2; look++) {
    const pids = listProcessesOf(folder);
    quiet = pids.length === 0 ? quiet + 1 : 0;
    for (const pid of pids) sendSignal(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}

/** In the system's temporary folder; whoever made them may be dead. */
export function foldersOf(prefix: string): string[] {
  return readdirSync(tmpdir())
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(tmpdir(), name));
}

const stem = (prefix: string, id: string): string =>
  `${prefix}${createHash('sha256').update(id).digest('hex').slice(0, 10)}_`;

/** Workers in two containers may share a folder for temporary files, and have the same pids. */
function namespaceId(): string {
  if (process.platform !== 'linux') return '0';
  return Number(/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? 0).toString(36);
}

/** A zombie is not: it has ended, and nobody has asked for its status. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') !== true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH' || code === 'ENOENT') return false;
    if (code === 'EPERM') return true;
    throw error;
  }
}
