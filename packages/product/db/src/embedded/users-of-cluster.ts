import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, processIdentity } from './process-identity.ts';

/**
 * Who uses a cluster: one file a use, named after the process. The server
 * outlives its starter as long as one living process is in the list.
 */
export interface ClusterUse {
  release(): void;
}

/**
 * The file is there before the server is looked for; a process
 * that dies without `release` is found out by the next count.
 */
export function addClusterUse(directory: string): ClusterUse {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `${processIdentity(process.pid)}.${Math.random().toString(36).slice(2)}`);
  writeFileSync(file, '');
  return { release: () => rmSync(file, { force: true }) };
}

/** Counts living users and forgets the dead ones. */
export function countClusterUses(directory: string): number {
  let living = 0;
  for (const name of readdirSync(directory)) {
    // The random part behind the last dot makes room for several uses by one process.
    if (isAlive(name.slice(0, name.lastIndexOf('.')))) living++;
    else rmSync(join(directory, name), { force: true });
  }
  return living;
}
