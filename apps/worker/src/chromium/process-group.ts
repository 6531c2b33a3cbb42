import { readdirSync, readFileSync } from 'node:fs';

/** Every process below a leader, found by walking parents: Chromium's helpers change their group. */
export function listProcessTree(leader: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree: number[] = [];
  for (const queue = [leader]; queue.length > 0;) {
    const pid = queue.pop();
    if (pid === undefined) break;
    tree.push(pid);
    queue.push(...(children.get(pid) ?? []));
  }
  return tree;
}

/**
 * Memory of the tree, shared pages counted once (PSS), so that one file system in shared memory
 * does not count in every worker.
 */
export function treeMemoryBytes(leader: number): number {
  return listProcessTree(leader).reduce((sum, pid) => sum + (pssOf(pid) ?? 0), 0);
}

function pssOf(pid: number): number | undefined {
  const text = readProc(`/proc/${pid}/smaps_rollup`);
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(text ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function parentOf(pid: number): number | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything; state and parent follow it.
  return stat === undefined ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** Undefined for a process that ended in between, or may not be looked at. */
function readProc(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return undefined;
    throw error;
  }
}
