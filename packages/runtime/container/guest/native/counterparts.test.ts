import { expect, it } from 'vitest';
import { counterpartOf, refusalOf } from './counterparts.ts';

it.each([
  ['program', '@esbuild/linux-x64', '0.25.1', 'esbuild-wasm@0.25.1 bin/esbuild'],
  ['program', 'esbuild', '0.25.1', 'esbuild-wasm@0.25.1 bin/esbuild'],
  ['program', '@typescript/typescript-linux-x64', '7.0.2', 'typescript@6.0.3 lib/tsc.js'],
  ['addon', '@rollup/rollup-linux-x64-gnu', '4.9.0', '@rollup/wasm-node@4.9.0 dist/native.js'],
  ['addon', 'lightningcss-linux-x64-musl', '1.33.0', 'lightningcss-wasm@1.33.0 wasm-node.cjs'],
  ['addon', '@tailwindcss/oxide-linux-x64-gnu', '4.3.5', '@tailwindcss/oxide-wasm32-wasi@4.3.5 its main'],
  ['addon', '@rolldown/binding-linux-arm64-musl', '1.3.3', '@rolldown/binding-wasm32-wasi@1.3.3 its main'],
] as const)('TC-03 in place of the %s of %s %s stands %s', (kind, packageName, version, expected) => {
  const found = counterpartOf({ kind, packageName, version });
  expect(`${found?.name}@${found?.version} ${found?.entry ?? 'its main'}`).toBe(expected);
});

it.each([
  ['addon', 'bcrypt', 'bcryptjs'],
  ['addon', 'better-sqlite3', 'node:sqlite'],
  ['program', '@biomejs/cli-linux-x64', 'prettier'],
  ['program', 'somebodys-tool', 'WebAssembly or JavaScript'],
] as const)('TC-04 for the %s of %s there is none, and the way out is named', (kind, packageName, advice) => {
  const file = { kind, packageName, version: '1.0.0' };
  expect(counterpartOf(file)).toBeUndefined();
  expect(refusalOf(file)).toContain(advice);
});
