import type { RunnerFile, RunnerPlan } from '@slipway/contracts';
import { expect, it } from 'vitest';
import { dependencyKey } from './dependency-key.ts';

const PLAN: RunnerPlan = {
  installRoot: '',
  root: '',
  install: 'npm ci',
  build: 'npm run build',
  output: 'dist',
  variables: { CI: 'true', VITE_TITLE: 'a' },
};
const INTEGRITY = `sha512-${'A'.repeat(86)}==`;
const MANIFEST = { name: 'p', scripts: { build: 'node build.js' }, dependencies: { a: '^1.0.0' } };
const PACKAGE = { version: '1.0.0', integrity: INTEGRITY };

const file = (path: string, content: unknown): RunnerFile => ({
  kind: 'file',
  path,
  mode: 0o644,
  base64: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)).toString('base64'),
});
/** The key of a project with these packages, whose other parts are as given. */
function keyOf(
  packages: Record<string, unknown>,
  { manifest = {}, plan = {}, files = [] as RunnerFile[], version = 'v1', lockfileVersion = 3 } = {},
): string | undefined {
  const own = { ...MANIFEST, ...manifest };
  const lock = { lockfileVersion, packages: { '': { name: 'p', dependencies: MANIFEST.dependencies }, ...packages } };
  const all = [file('package.json', own), file('package-lock.json', lock), ...files];
  return dependencyKey(all, { ...PLAN, ...plan }, version);
}
const plain = { 'node_modules/a': PACKAGE };

it('P-32 a set is named by lockfile, what package.json asks for, and the runtime', () => {
  const key = keyOf(plain);
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  // What is built of them is no part of the set.
  const others = [file('src/a.js', 'other')];
  expect(keyOf(plain, { files: others, manifest: { scripts: { build: 'vite build' } } })).toBe(key);
  expect(keyOf(plain, { version: 'v2' })).not.toBe(key);
  expect(keyOf({ 'node_modules/a': { ...PACKAGE, version: '1.0.1' } })).not.toBe(key);
  expect(keyOf(plain, { manifest: { overrides: { a: '1.0.0' } } })).not.toBe(key);
});

it('P-32 programs of another system and bundled packages harm nothing', () => {
  const mac = { ...PACKAGE, os: ['darwin'], hasInstallScript: true };
  expect(keyOf({ ...plain, 'node_modules/fsevents': mac })).toBeDefined();
  expect(keyOf({ ...plain, 'node_modules/a/node_modules/b': { version: '2.0.0', inBundle: true } })).toBeDefined();
  const tarball = { ...PACKAGE, resolved: 'https://npm.example.org/a/-/a-1.0.0.tgz' };
  expect(keyOf({ 'node_modules/a': tarball })).toBeDefined();
});

it('P-32 a project in a folder has a set, unless one of workspaces may stand above it', () => {
  const lock = { lockfileVersion: 3, packages: plain };
  const inside = [file('apps/web/package.json', MANIFEST), file('apps/web/package-lock.json', lock)];
  const of = (files: RunnerFile[]): string | undefined =>
    dependencyKey(files, { ...PLAN, installRoot: 'apps/web' }, 'v1');
  expect(of(inside)).toBeDefined();
  expect(of([...inside, file('package.json', { workspaces: ['apps/*'] })])).toBeUndefined();
  expect(of([...inside, file('apps/package.json', '{')])).toBeUndefined();
  expect(of([...inside, file('package.json', { name: 'tools' })])).toBeDefined();
});

it.each<[string, string | undefined]>([
  ['a postinstall of a package', keyOf({ 'node_modules/a': { ...PACKAGE, hasInstallScript: true } })],
  [
    'a script for every system but one',
    keyOf({ 'node_modules/a': { ...PACKAGE, hasInstallScript: true, os: ['!win32'] } }),
  ],
  [
    'a script of a bundled package',
    keyOf({ 'node_modules/a/node_modules/b': { inBundle: true, hasInstallScript: true } }),
  ],
  ['a script in the lockfile itself', keyOf({ 'node_modules/a': { ...PACKAGE, scripts: { postinstall: 'x' } } })],
  ['an addon that the lockfile names', keyOf({ 'node_modules/a': { ...PACKAGE, gypfile: true } })],
  ['a postinstall of the project', keyOf(plain, { manifest: { scripts: { postinstall: 'node patch.js' } } })],
  ['a prepare of the project', keyOf(plain, { manifest: { scripts: { prepare: 'node patch.js' } } })],
  ['an addon of the project', keyOf(plain, { files: [file('binding.gyp', '{}')] })],
  ['workspaces', keyOf(plain, { manifest: { workspaces: ['packages/*'] } })],
  ['a package without a digest', keyOf({ 'node_modules/a': { version: '1.0.0' } })],
  ['a digest that is none any more', keyOf({ 'node_modules/a': { ...PACKAGE, integrity: 'sha1-AAAA' } })],
  ['a git dependency', keyOf({ 'node_modules/a': { ...PACKAGE, resolved: 'git+ssh://git@example.org/a.git#1' } })],
  ['a file of the project', keyOf({ 'node_modules/a': { ...PACKAGE, resolved: 'file:a.tgz' } })],
  ['a link', keyOf({ 'node_modules/a': { resolved: 'packages/a', link: true } })],
  ['a path elsewhere', keyOf({ 'packages/a': PACKAGE })],
  ['an old lockfile', keyOf(plain, { lockfileVersion: 1 })],
  ['a configuration of npm', keyOf(plain, { files: [file('.npmrc', 'omit=dev')] })],
  ['a shrinkwrap', keyOf(plain, { files: [file('npm-shrinkwrap.json', '{}')] })],
  ['packages in the snapshot', keyOf(plain, { files: [file('node_modules/a/index.js', '')] })],
  ['options of Node', keyOf(plain, { plan: { variables: { NODE_OPTIONS: '--require ./a.js' } } })],
  ['options of npm', keyOf(plain, { plan: { variables: { npm_config_omit: 'dev' } } })],
  ['another command', keyOf(plain, { plan: { install: 'npm install' } })],
  ['no install', keyOf(plain, { plan: { install: null } })],
  ['no packages', keyOf({})],
])('P-32 %s is never a set: it is installed anew', (_, key) => {
  expect(key).toBeUndefined();
});

it('P-32 a lockfile that is none is no set', () => {
  for (const text of ['{', '[]', '{"packages":{"node_modules/a":3}}', ''])
    expect(
      dependencyKey([file('package.json', MANIFEST), file('package-lock.json', text)], PLAN, 'v1'),
    ).toBeUndefined();
  expect(dependencyKey([file('package.json', MANIFEST)], PLAN, 'v1')).toBeUndefined();
});
