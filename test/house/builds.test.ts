import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { root } from './sources.ts';

const run = (args: readonly string[]): { status: number | null; output: string } => {
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  return { status: result.status, output: result.stdout + result.stderr };
};

it('type-checks every room', () => {
  expect(run(['node_modules/typescript/bin/tsc', '-b'])).toEqual({ status: 0, output: '' });
}, 300_000);

it('passes the linter', () => {
  const { status, output } = run([
    'node_modules/oxlint/bin/oxlint',
    '-c',
    'test/house/oxlint.jsonc',
    '--deny-warnings',
    'apps',
    'packages',
    'test',
  ]);
  expect(status, output).toBe(0);
}, 120_000);

it('is formatted as `npm run format` leaves it', () => {
  const { status, output } = run(['node_modules/oxfmt/bin/oxfmt', '--check', '.']);
  expect(status, output).toBe(0);
}, 120_000);
