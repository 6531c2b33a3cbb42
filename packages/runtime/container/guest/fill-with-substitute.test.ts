import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fillWithSubstitute } from './fill-with-substitute.ts';
import { substitutionFor } from './substitutions.ts';

let target: string;
beforeEach(async () => {
  target = await mkdtemp(join(tmpdir(), 'slipway-fill-'));
});
afterEach(() => rm(target, { recursive: true }));

const unpack = async (spec: string, folder: string): Promise<string> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'wasm', version: '1.0.0' }));
  await writeFile(join(folder, 'wasm.js'), `// ${spec}`);
  return spec;
};
const everything = async (): Promise<string[]> => (await readdir(target, { recursive: true })).sort();

it('TC-03 a substitute that the package looks for itself is put there whole, twice as well as once', async () => {
  const next = substitutionFor('next', '16.4.6')!;
  for (let turn = 0; turn < 2; turn++)
    await fillWithSubstitute(next, { name: 'next', version: '16.4.6' }, target, unpack);
  const place = 'wasm/@next/swc-wasm-nodejs';
  expect(await everything()).toEqual(['wasm', 'wasm/@next', place, `${place}/package.json`, `${place}/wasm.js`]);
  expect(await readFile(join(target, place, 'wasm.js'), 'utf8')).toBe('// @next/swc-wasm-nodejs@16.4.6');
});

it('TC-03 that it cannot be had ends no install, and leaves nothing half', async () => {
  const failing = async (_: string, folder: string): Promise<string> => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'half.js'), '');
    throw Object.assign(new Error('404 Not Found'), { code: 'E404' });
  };
  await fillWithSubstitute(substitutionFor('next', '17.0.0')!, { name: 'next', version: '17.0.0' }, target, failing);
  expect(await everything()).toEqual([]);
  // Without the substitute of a native package there is no program at all.
  const esbuild = substitutionFor('esbuild', '0.28.2')!;
  await expect(fillWithSubstitute(esbuild, { name: 'esbuild', version: '0.28.2' }, target, failing)).rejects.toThrow(
    '404',
  );
});
