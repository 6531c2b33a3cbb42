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
    if (isAlive(name.slice(0, name.lastIndexOf('.')))) living++;
    else rmSync(join(directory, name), { force: true });
  }
  return living;
}
