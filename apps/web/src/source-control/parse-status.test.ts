import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseStatus, type RepositoryStatus } from './parse-status.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-status-'));
  git('init', '-q', '-b', 'main', '.');
});
afterAll(() => rmSync(folder, { recursive: true }));

const WHO = ['-c', 'user.name=A', '-c', 'user.email=a@b'];
const git = (...args: string[]): string => execFileSync('git', [...WHO, ...args], { cwd: folder, encoding: 'utf8' });
const read = (): RepositoryStatus => parseStatus(git('status', '--porcelain=v2', '-z', '--branch', '-uall'));
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

it('HI-08 what real git says of its files is taken apart, whatever they are called', () => {
  write('a', 'a\n');
  expect(read()).toMatchObject({ head: undefined, branch: 'main', work: [{ path: 'a', kind: 'new' }], staged: [] });
  write('with space and\nline', 'x'.repeat(100));
  git('add', '-A');
  git('commit', '-qm', 'one');
  renameSync(join(folder, 'with space and\nline'), join(folder, 'ü "new"'));
  git('add', '-A');
  write('a', 'b\n');
  expect(read()).toMatchObject({
    branch: 'main',
    staged: [{ path: 'ü "new"', from: 'with space and\nline', kind: 'renamed' }],
    work: [{ path: 'a', kind: 'changed' }],
    conflicts: [],
  });
  git('commit', '-qam', 'two');
});

it('HI-08 what could not be merged says what both sides did', () => {
  git('switch', '-qc', 'side');
  write('a', 'side\n');
  write('both', 'side\n');
  chmodSync(join(folder, 'both'), 0o755);
  git('add', '-A');
  git('commit', '-qam', 'side');
  git('switch', '-q', 'main');
  write('both', 'main\n');
  git('rm', '-q', 'a');
  git('add', '-A');
  git('commit', '-qm', 'main');
  expect(spawnSync('git', [...WHO, 'merge', 'side'], { cwd: folder }).status).toBe(1);
  expect(read().conflicts).toEqual([
    { path: 'a', what: 'deleted by us', ours: undefined, theirs: '100644' },
    { path: 'both', what: 'both added', ours: '100644', theirs: '100755' },
  ]);
});
