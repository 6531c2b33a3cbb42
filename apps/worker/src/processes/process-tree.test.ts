import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { listProcessTree, treeMemoryAbove, treeMemoryBytes } from './process-tree.ts';

it('SV-05 a tree of processes is found by its parents, and its memory is told where it is above a limit', async () => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await new Promise((resolve) => child.once('spawn', resolve));
  try {
    expect(listProcessTree(process.pid)).toEqual(expect.arrayContaining([process.pid, child.pid]));
    expect(listProcessTree(child.pid!)).toEqual([child.pid]);
    const used = treeMemoryBytes(process.pid);
    expect(treeMemoryAbove(process.pid, used / 2)).toBeGreaterThan(used / 2);
    expect(treeMemoryAbove(process.pid, 2 ** 40)).toBeUndefined();
    // So near the limit that each page is looked at, and still below it.
    expect(treeMemoryAbove(process.pid, used * 1.2)).toBeUndefined();
  } finally {
    child.kill('SIGKILL');
  }
});
