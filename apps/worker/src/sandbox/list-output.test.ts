import { createSandboxDriver, type SandboxDriver, type SandboxFile } from '@slipway/sandboxes';
import { configOf, makeCheckpoints } from '@slipway/sandboxes/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLocalMachines } from '../local/local-machines.ts';
import { listOutput } from './list-output.ts';

const file = (path: string): SandboxFile => ({ kind: 'file', path, mode: 0o644, bytes: Buffer.from(path) });

let driver: SandboxDriver;
beforeAll(async () => {
  driver = createSandboxDriver({ machines: createLocalMachines(), checkpoints: makeCheckpoints(), graceMs: 0 });
  await driver.create('listed', configOf());
  const files = ['package.json', 'data/all.bin', 'web/make.cjs', 'web/a/b.html', 'node_modules/a/index.js'].map(file);
  const empty: SandboxFile = { kind: 'dir', path: 'empty', mode: 0o755 };
  await driver.start('listed', { files: [...files, empty], command: null });
});
afterAll(() => driver.destroy('listed'));

it('P-38 a folder is listed as it is, the whole project without its packages', async () => {
  const listed = async (folder: string, whole: boolean) => await listOutput(driver, 'listed', folder, { whole });
  expect(await listed('web', false)).toMatchObject({ outcome: 'listed', files: ['a/b.html', 'make.cjs'] });
  expect(await listed('.', true)).toMatchObject({
    outcome: 'listed',
    files: ['data/all.bin', 'package.json', 'web/a/b.html', 'web/make.cjs'],
  });
  expect(await listed('empty', false)).toEqual({ outcome: 'listed', files: [], executable: [], leftOut: [] });
});

it('P-11 P-38 a folder that is not there is told, with what is there instead', async () => {
  expect(await listOutput(driver, 'listed', 'dist', { whole: false })).toEqual({
    outcome: 'no-output',
    found: ['data', 'empty', 'web'],
  });
});
