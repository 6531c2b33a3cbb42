import { expect, it } from 'vitest';
import { declaredBuild, wasmBuildOf } from './wasm-build.ts';

const BUILD = '@unrs/resolver-binding-wasm32-wasi';

it('TC-03 a loader’s build has the version its package names, else the package’s own', () => {
  const version = '1.13.0';
  expect(wasmBuildOf(BUILD, { version })).toEqual({ name: BUILD, version });
  expect(wasmBuildOf(BUILD, { version, optionalDependencies: { [BUILD]: '1.12.2' } })?.version).toBe('1.12.2');
  // A range is nothing to be fetched by: whoever wrote it has another version in mind each day.
  expect(wasmBuildOf(BUILD, { version, dependencies: { [BUILD]: '^1.0.0' } })?.version).toBe(version);
});

it.each([
  ['@unrs/resolver-binding-linux-x64-gnu', { version: '1.0.0' }],
  ['../@unrs/resolver-binding-wasm32-wasi', { version: '1.0.0' }],
  ['@unrs/resolver-binding-wasm32-wasi/package.json', { version: '1.0.0' }],
  [BUILD, {}],
  [BUILD, { version: 7, optionalDependencies: 'none' }],
  [BUILD, { version: 'file:../x', dependencies: null }],
])('TC-03 %s of a package that says %o is no build to be fetched', (request, manifest) => {
  expect(wasmBuildOf(request, manifest)).toBeUndefined();
});

it('TC-03 a package says by its targets whether its loader looks for a build for WebAssembly', () => {
  const targets = ['x86_64-unknown-linux-gnu', 'wasm32-wasip1-threads'];
  expect(declaredBuild({ name: 'unrs-resolver', napi: { packageName: '@unrs/resolver-binding', targets } })).toBe(
    BUILD,
  );
  expect(declaredBuild({ name: '@a/b', napi: { triples: { additional: ['wasm32-wasi'] } } })).toBe('@a/b-wasm32-wasi');
  expect(declaredBuild({ name: 'a', napi: { targets: ['x86_64-unknown-linux-gnu'] } })).toBeUndefined();
  for (const napi of [undefined, null, 'x', { targets: 'wasm32-' }, { targets: [1], packageName: '../..' }])
    expect(declaredBuild({ name: 'a', napi })).toBeUndefined();
  expect(declaredBuild({ name: '../..', napi: { targets } })).toBeUndefined();
});
