import type { ProcessInfo } from '@slipway/wire';
import { describe, expect, it } from 'vitest';
import { treeOf, typedRuns } from './process-trees.ts';

const process = (pid: number, ppid: number, text: string, state: ProcessInfo['state'] = 'running'): ProcessInfo => {
  const [command = '', ...args] = text.split(' ');
  return { pid, ppid, command, args, cwd: '/home/project', state, startedAtMs: pid };
};
const pids = (processes: readonly ProcessInfo[]): number[] => processes.map(({ pid }) => pid);

describe('trees of processes', () => {
  const table = [
    process(1, 0, '/bin/jsh'),
    process(2, 1, 'node /usr/local/bin/npm run dev'),
    process(3, 2, 'sh -c vite'),
    process(4, 3, 'node vite'),
    process(5, 1, 'vi notes.txt'),
    process(6, 1, 'node server.js'),
    process(7, 0, 'npm run dev'),
    process(8, 7, 'sh -c node x.js'),
    process(9, 8, 'node x.js'),
    process(10, 2, 'node gone', 'zombie'),
  ];

  it('a tree is a process and what it started, without what has ended', () => {
    expect(pids(treeOf(table, 2))).toEqual([2, 3, 4]);
    expect(pids(treeOf(table, 10))).toEqual([]);
    expect(pids(treeOf(table, 99))).toEqual([]);
    // A table that goes round in circles is not followed for ever.
    expect(pids(treeOf([process(1, 2, 'a'), process(2, 1, 'b')], 1))).toEqual([1, 2]);
  });

  it('RN-04 a typed run is a package manager at work below a shell, or whatever has a port there', () => {
    const port = (pid: number) => ({ port: 3000 + pid, pid, url: 'http://x.example/' });
    expect(typedRuns(table, []).map(pids)).toEqual([[2, 3, 4]]);
    expect(typedRuns(table, [port(6), port(9)]).map(pids)).toEqual([[2, 3, 4], [6]]);
    expect(typedRuns([process(1, 0, 'sh -c x'), process(2, 1, 'npm run dev')], [])).toEqual([]);
  });
});
