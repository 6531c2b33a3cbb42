import { expect, it } from 'vitest';
import { nativeProgramOf } from './native-program.ts';

it.each([
  ['@biomejs/cli-linux-x64/biome', '@biomejs/cli-linux-x64', 'biome'],
  ['@turbo/linux-64/bin/turbo', '@turbo/linux-64', 'bin/turbo'],
  ['turbo-linux-64/bin/turbo', 'turbo-linux-64', 'bin/turbo'],
  ['@esbuild/linux-arm64/bin/esbuild', '@esbuild/linux-arm64', 'bin/esbuild'],
])('TC-04 %s is a program, where a package needs its own package', (request, packageName, path) => {
  const manifest = { optionalDependencies: { [packageName]: '2.6.8' } };
  expect(nativeProgramOf(request, manifest)).toEqual({ packageName, version: '2.6.8', path });
  expect(nativeProgramOf(request, {})).toBeUndefined();
});

it.each([
  '@unrs/resolver-binding-linux-x64-gnu',
  '@unrs/resolver-binding-linux-x64-gnu/package.json',
  '@unrs/resolver-binding-linux-x64-gnu/resolver.node',
  '@turbo/linux-64/../../bin/turbo',
  '/@turbo/linux-64/bin/turbo',
  'lodash/get',
])('TC-04 %s is none', (request) => {
  const name = request.split('/').slice(0, 2).join('/');
  expect(nativeProgramOf(request, { optionalDependencies: { [name]: '1.0.0' } })).toBeUndefined();
  expect(nativeProgramOf(request, { optionalDependencies: 'none' })).toBeUndefined();
});
