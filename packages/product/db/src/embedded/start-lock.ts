import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, processIdentity } from './process-identity.ts';

/**
 * Runs `work` while holding `file`, one process at a time. A holder that died is
 * told by its identity in the file, and its lock is taken away.
 *
 * The file appears by link(2) with its content already in it, so nobody ever
 * reads a lock that does not yet say whose it is.
 */
export async function withStartLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const own = `${processIdentity(process.pid)}`;
  // One process may ask twice at once, so the pid alone does not make the name unique.
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  writeFileSync(draft, own);
  try {
    while (!tryLink(draft, file)) {
      const holder = readIfThere(file);
      if (holder !== undefined && !isAlive(holder)) breakLock(file, holder, `${draft}.stale`);
      else await sleep(25);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * Two processes may find the same dead holder: what was moved away is looked at again and put back
 * when it is a living one's.
 */
function breakLock(file: string, holder: string, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== holder) tryLink(aside, file);
  rmSync(aside);
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
