import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunnerFile, RunnerInput, RunnerOutput } from '@slipway/contracts';
import { createSandboxDriver } from '@slipway/sandboxes';
import { configOf, makeCheckpoints } from '@slipway/sandboxes/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLocalMachines } from '../local/local-machines.ts';
import { createBuildRuntime } from '../sandbox/build-runtime.ts';
import { createDependencySets, type DependencySets } from './dependency-sets.ts';

let folder: string;
let sets: DependencySets;
let files: RunnerFile[];
/** What npm leaves of a project is told by what it says: nothing else does. */
const PLAN = {
  installRoot: 'web',
  root: 'web',
  install: 'npm ci',
  build: 'node build.js',
  output: 'dist',
  variables: {},
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-set-'));
  sets = createDependencySets({ folder: join(folder, 'sets'), limitBytes: 1e8, log: pino({ level: 'silent' }) });
  const manifest = JSON.stringify({ name: 'p', version: '1.0.0', dependencies: { semver: '7.7.2' } });
  writeFileSync(join(folder, 'package.json'), manifest);
  execFileSync('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { cwd: folder });
  const program = `
    const fs = require('fs');
    fs.mkdirSync('dist');
    fs.writeFileSync('dist/found.json', JSON.stringify({
      version: require('semver/package.json').version,
      bin: fs.readlinkSync('node_modules/.bin/semver'),
      mode: (fs.statSync('node_modules/semver/bin/semver.js').mode & 0o111) !== 0,
      seen: fs.existsSync('node_modules/semver/seen'),
    }));
    // What a build does to its packages stays its own.
    fs.writeFileSync('node_modules/semver/seen', '');`;
  const file = (path: string, text: string): RunnerFile => ({
    kind: 'file',
    path: `web/${path}`,
    mode: 0o644,
    base64: Buffer.from(text).toString('base64'),
  });
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  files = [file('package.json', manifest), file('package-lock.json', lock), file('build.js', program)];
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function build(ownerId: string) {
  const driver = createSandboxDriver({ machines: createLocalMachines(), checkpoints: makeCheckpoints(), graceMs: 0 });
  const runtime = createBuildRuntime(driver, configOf({ memoryMiB: 4000 }), undefined, async () => 'v1');
  const document: RunnerInput = {
    jobId: randomUUID(),
    projectId: randomUUID(),
    snapshotId: randomUUID(),
    files,
    plan: PLAN,
    artifactDestination: { artifactId: randomUUID() },
  };
  let logged = '';
  let found = '';
  const answer = await runtime.run(JSON.stringify(document), {
    signal: new AbortController().signal,
    log: (_, bytes) => void (logged += Buffer.from(bytes).toString()),
    file: async (_, bytes) => void (found = Buffer.from(bytes).toString()),
    sets: sets.of(ownerId),
  });
  const { status } = JSON.parse(answer) as RunnerOutput;
  return {
    status,
    installed: logged.includes('$ cd web && npm ci'),
    logged,
    found: JSON.parse(found || 'null') as unknown,
  };
}

it('P-32 a build finds what the one before installed, and another owner\u2019s installs anew', async () => {
  const found = { version: '7.7.2', bin: '../semver/bin/semver.js', mode: true, seen: false };
  expect(await build('one')).toMatchObject({ status: 'succeeded', installed: true, found });
  const again = await build('one');
  expect(again).toMatchObject({ status: 'succeeded', installed: false, found });
  expect(again.logged).toMatch(/"cd web && npm ci" was done before: its \d+ files are back/);
  expect(await build('two')).toMatchObject({ status: 'succeeded', installed: true, found });
}, 240_000);
