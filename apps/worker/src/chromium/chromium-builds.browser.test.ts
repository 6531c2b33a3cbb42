import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunnerFile, RunnerInput, RunnerOutput, RunnerPlan } from '@slipway/contracts';
import { admitMachine, type ClaimedJob, claimJob, createBuild } from '@slipway/db';
import { createTestDatabase, makeProject, makeUser, type TestDatabase } from '@slipway/db/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { SandboxRuntime } from '../sandbox/sandbox-runtime.ts';
import { dialFor, readRuntimeConfig } from '../server-facts.ts';
import { mustFindBrowser } from '@slipway/find-browser';
import { createBuildRuntime } from '../sandbox/build-runtime.ts';
import { configOf, describeSandboxDriver, makeCheckpoints } from '@slipway/sandboxes/testing';
import { createSandboxDriver, type MachineKind } from '@slipway/sandboxes';
import { listProcessTree } from '../processes/process-tree.ts';
import { foldersOf } from '../processes/sandbox-folder.ts';
import { keepOneWarm } from '../sandbox/warm-machines.ts';
import { createDependencySets, type OwnerSets } from '../deps/dependency-sets.ts';
import { BUILDER_PREFIX } from './builder-browser.ts';
import { createChromiumMachines } from './chromium-machines.ts';

const serverMain = fileURLToPath(new URL('../../../server/dist/main.mjs', import.meta.url));

let database: TestDatabase;
let server: ChildProcess;
let runtime: SandboxRuntime;
let machines: MachineKind;
/** A boot on a machine that does much else. */
const PATIENCE_MS = 60_000;
/** What a build must not reach. */
let foreign: Server;
let foreignHits = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  foreign = createServer((_, response) => (foreignHits++, response.end('theirs')));
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  server = spawn(process.execPath, [serverMain, 'api'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0', DATABASE_URL: database.url, LOG_LEVEL: 'warn' },
  });
  const appOrigin = await new Promise<string>((resolve, reject) => {
    server.stdout!.on('data', (chunk: Buffer) => {
      const found = /ready: (\S+)\//.exec(chunk.toString())?.[1];
      if (found !== undefined) resolve(found);
    });
    server.on('exit', (code) => reject(new Error(`the server exited with ${code}`)));
  });
  machines = createChromiumMachines({
    executable: mustFindBrowser(),
    config: (signal) => readRuntimeConfig(appOrigin, signal),
    dial: dialFor(appOrigin),
    log: pino({ level: 'silent' }),
  });
  const driver = createSandboxDriver({ machines, checkpoints: makeCheckpoints(), connectMs: PATIENCE_MS, graceMs: 0 });
  const limits = { processes: 256, diskMiB: 3000, outputBytes: 1024 ** 3 };
  runtime = createBuildRuntime(driver, configOf({ cpu: 16, memoryMiB: 4000, ...limits }));
}, 60_000);
afterAll(async () => {
  const exited = new Promise((resolve) => server?.once('exit', resolve));
  server?.kill('SIGTERM');
  await exited;
  foreign?.close();
  await database?.close();
}, 30_000);

interface Ran {
  output: RunnerOutput;
  logged: string;
  loggedBytes: number;
  files: Map<string, Buffer>;
}

/** Runs a project whose build script is this program, and that has nothing to install. */
async function build(
  program: string,
  options: {
    signal?: AbortSignal;
    onLog?: (text: string) => unknown;
    more?: RunnerFile[];
    plan?: Partial<RunnerPlan>;
    sets?: OwnerSets;
    /** By which a worker has it; without one the registry refuses the sandbox. */
    job?: ClaimedJob;
    in?: SandboxRuntime;
  } = {},
): Promise<Ran> {
  const sources = {
    'package.json': JSON.stringify({
      name: 'p',
      version: '1.0.0',
      type: 'module',
      scripts: { build: 'node build.js' },
    }),
    'build.js': program,
  };
  const document: RunnerInput = {
    jobId: options.job?.lease.jobId ?? randomUUID(),
    projectId: randomUUID(),
    snapshotId: randomUUID(),
    files: [
      ...Object.entries(sources).map(([path, text]) => ({
        kind: 'file' as const,
        path,
        mode: 0o644,
        base64: Buffer.from(text).toString('base64'),
      })),
      {
        kind: 'file',
        path: 'data/all.bin',
        mode: 0o644,
        base64: Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at)).toString('base64'),
      },
      ...(options.more ?? []),
    ],
    plan: {
      installRoot: '',
      root: '',
      install: null,
      build: 'npm run build',
      output: 'dist',
      variables: {},
      ...options.plan,
    },
    artifactDestination: { artifactId: randomUUID() },
  };
  const files = new Map<string, Buffer>();
  let logged = '';
  let loggedBytes = 0;
  const { job, sets } = options;
  const answer = await (options.in ?? runtime).run(JSON.stringify(document), {
    signal: options.signal ?? new AbortController().signal,
    log: (_stream, bytes) => {
      loggedBytes += bytes.length;
      if (logged.length < 1e6) logged += Buffer.from(bytes).toString();
      options.onLog?.(logged);
    },
    file: async (path, bytes) => void files.set(path, Buffer.from(bytes)),
    ...(job ? { admit: async (id) => void (await admitMachine(database.db, job.lease, id)) } : {}),
    ...(sets ? { sets } : {}),
  });
  return { output: JSON.parse(answer), logged, loggedBytes, files };
}

/** A job of this owner's that a worker has. */
async function claim(ownerId: string): Promise<ClaimedJob> {
  const { projectId, save } = await makeProject(database.db, ownerId);
  const { id: snapshotId } = await save('');
  await createBuild(database.db, ownerId, projectId, { snapshotId, maxAttempts: 1, deadlineUs: 3_600_000_000 });
  return (await claimJob(database.db, 'w', 3_600_000_000))!;
}

/** Folder names of builders that this test started: other tests run builders of their own at the same time. */
function ownBuilders(): string[] {
  const own = new Set(listProcessTree(process.pid));
  const lines = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  return [
    ...new Set(
      lines
        .filter((line) => own.has(Number.parseInt(line, 10)))
        .flatMap((line) => line.match(/slipway-builder-\w+/g) ?? []),
    ),
  ];
}

const processesOf = (builder: string) =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(builder));

/** Of a build that does what many tests ask about: each boot of a browser takes seconds. */
let whole: Promise<Ran> | undefined;
const OUTPUT = 'site';
const buildWhole = (): Promise<Ran> =>
  (whole ??= build('', {
    plan: {
      install: 'npm install',
      root: ROOT,
      build: 'node make.cjs',
      output: OUTPUT,
      variables: { VITE_TITLE: "a 'b'" },
    },
    more: [
      fileOf(`${ROOT}/make.cjs`, 0o644, PROGRAM.replace('PORT', String((foreign.address() as AddressInfo).port))),
      fileOf(`${ROOT}/tools/run`, 0o755, 'echo it runs\n'),
      fileOf(`${ROOT}/tools/text`, 0o600, '#!/bin/sh\n'),
      { kind: 'dir', path: `${ROOT}/tools`, mode: 0o700 },
    ],
  }));
const ROOT = "packages/it's web";
const fileOf = (path: string, mode: number, text: string): RunnerFile => ({
  kind: 'file',
  path,
  mode,
  base64: Buffer.from(text).toString('base64'),
});
const MANIFEST = { name: 'p', version: '1.0.0', dependencies: { semver: '6.3.2' } };
const SEMVER = {
  version: '6.3.2',
  integrity: 'sha512-GYrCADwpu6yV5OAvchkQ27Z5wwMxWAEMg5NNWjyHh/5DboFFqbdbvYNIvZouQpxXyeMPoTOh0vdPYKlf0ZswdQ==',
  bin: { semver: 'bin/semver.js' },
};
const LOCK = { name: 'p', version: '1.0.0', lockfileVersion: 3, requires: true };
/** A project whose lockfile says all that its install brings. */
const LOCKED = [
  fileOf('web/package.json', 0o644, JSON.stringify(MANIFEST)),
  fileOf(
    'web/package-lock.json',
    0o644,
    JSON.stringify({ ...LOCK, packages: { '': MANIFEST, 'node_modules/semver': SEMVER } }),
  ),
  fileOf(
    'web/make.cjs',
    0o644,
    `const fs = require('fs');
     fs.mkdirSync('dist');
     fs.writeFileSync('dist/found.json', JSON.stringify([
       require('semver/package.json').version,
       fs.readlinkSync('node_modules/.bin/semver'),
       (fs.statSync('node_modules/semver/bin/semver.js').mode & 0o111) !== 0,
       fs.existsSync('node_modules/semver/seen'),
     ]));
     // What a build does to its packages stays its own.
     fs.writeFileSync('node_modules/semver/seen', '');`,
  ),
];
/** Which way the packages came. */
const SAID = /\$ cd web && npm ci|was done before: its/;
const PROGRAM = `
  const { execSync } = require('child_process');
  const { copyFileSync, mkdirSync, statSync, symlinkSync, writeFileSync } = require('fs');
  console.log('built by', process.version);
  console.log(execSync('./tools/run').toString());
  console.log(['tools/run', 'tools/text', 'tools'].map((path) => statSync(path).mode.toString(8)).join(' '));
  mkdirSync('site/a/b', { recursive: true });
  copyFileSync('../../data/all.bin', 'site/a/b/all.bin');
  writeFileSync('site/empty.txt', '');
  writeFileSync('site/large.bin', Buffer.alloc(1_300_000, 7));
  writeFileSync('site/title.txt', process.env.VITE_TITLE);
  mkdirSync('site/pages/deep', { recursive: true });
  mkdirSync('site/.well-known');
  writeFileSync('site/pages/a.html', 'a');
  writeFileSync('site/.env', 'KEY=1');
  writeFileSync('site/.well-known/security.txt', 'mail');
  symlinkSync('pages/a.html', 'site/index.html');
  symlinkSync('pages', 'site/docs');
  symlinkSync('../../make.cjs', 'site/pages/up.json');
  symlinkSync('/etc/passwd', 'site/pages/etc');
  symlinkSync('nowhere', 'site/pages/dead');
  symlinkSync('../..', 'site/pages/deep/round');
  symlinkSync('.env', 'site/env');
  const ask = (url) => fetch(url).then((response) => response.ok ? 'reached' : 'refused', () => 'refused');
  const line = 'x'.repeat(999) + '\\n';
  (async () => {
    const found = { foreign: await ask('http://127.0.0.1:PORT/'), web: await ask('https://example.com/') };
    writeFileSync('site/found.json', JSON.stringify(found));
    for (let at = 0; at < 100; at++)
      if (!process.stdout.write(line.repeat(1000))) await new Promise((resolve) => process.stdout.once('drain', resolve));
  })();`;

describe('a build in the runtime that users run', () => {
  const text = (ran: Ran, path: string) => ran.files.get(path)?.toString();

  it('P-08 P-26 every byte goes in and comes out, in nested folders too', async () => {
    const ran = await buildWhole();
    const { output, files, logged } = ran;
    expect(output).toMatchObject({ status: 'succeeded' });
    expect([...files.keys()].filter((path) => /^[^.]*\.(bin|txt)$/.test(path)).sort()).toEqual([
      'a/b/all.bin',
      'empty.txt',
      'large.bin',
      'title.txt',
    ]);
    expect(files.get('a/b/all.bin')).toEqual(Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at)));
    expect(files.get('large.bin')!.equals(Buffer.alloc(1_300_000, 7))).toBe(true);
    expect(files.get('empty.txt')).toEqual(Buffer.alloc(0));
    expect(logged).toMatch(/\$ npm install[^]*\$ cd packages\/it's web && node make\.cjs[^]*built by v24\./);
    expect(ownBuilders()).toEqual([]);
  }, 240_000);

  it('P-26 files have the modes of the snapshot: a program runs, also one that names no interpreter', async () => {
    const { logged } = await buildWhole();
    expect(logged).toContain('it runs');
    expect(logged).toContain('100755 100600 40700');
  }, 240_000);

  it('P-10 100 MB of output flow through while the build runs', async () => {
    expect((await buildWhole()).loggedBytes).toBeGreaterThan(1e8);
  }, 240_000);

  it('P-38 links in the output are followed inside of it; the others and dot files are left out by name', async () => {
    const ran = await buildWhole();
    expect([...ran.files.keys()].filter((path) => !/\.(bin|txt|json)$/.test(path)).sort()).toEqual([
      'docs/a.html',
      'index.html',
      'pages/a.html',
    ]);
    expect(['.well-known/security.txt', 'docs/a.html', 'index.html'].map((path) => text(ran, path))).toEqual([
      'mail',
      'a',
      'a',
    ]);
    const left = ran.output.logs.map((line) => line.text).filter((line) => !line.includes('"docs/'));
    expect(left.sort()).toEqual([
      'left out ".env": dot files are not published',
      'left out "env": it is a link to a dot file',
      'left out "pages/dead": it is a link that leads nowhere',
      'left out "pages/deep/round": it is a link to a folder that it lies in',
      'left out "pages/etc": it is a link that leads out of the output folder',
      'left out "pages/up.json": it is a link that leads out of the output folder',
    ]);
  }, 240_000);

  it('P-29 commands run in the folders of the plan with its variables', async () => {
    expect(text(await buildWhole(), 'title.txt')).toBe("a 'b'");
  }, 240_000);

  it('a build reaches the registry and nothing else', async () => {
    expect(JSON.parse(text(await buildWhole(), 'found.json')!)).toEqual({ foreign: 'refused', web: 'refused' });
    expect(foreignHits).toBe(0);
  }, 240_000);

  it('P-32 SV-19 packages that were installed before are back in one step in a sandbox that waited, for their owner alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slipway-sets-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const config = configOf({ cpu: 16, memoryMiB: 4000, processes: 256, diskMiB: 3000, outputBytes: 1024 ** 3 });
    const log = pino({ level: 'silent' });
    const warm = keepOneWarm(machines, config, { log, connectMs: PATIENCE_MS });
    onTestFinished(() => warm.stop());
    warm.warm();
    const driver = createSandboxDriver({ machines: warm, checkpoints: makeCheckpoints(), connectMs: PATIENCE_MS });
    const own = createBuildRuntime(driver, config, undefined, async () => 'v1');
    const sets = createDependencySets({ folder, limitBytes: 1e8, log });
    const [one, two] = [await makeUser(database.db), await makeUser(database.db)];
    const buildOf = async (ownerId: string) =>
      await build('', {
        in: own,
        plan: { installRoot: 'web', root: 'web', install: 'npm ci', build: 'node make.cjs' },
        more: LOCKED,
        sets: sets.of(ownerId),
        job: await claim(ownerId),
      });
    const found = (ran: Ran) => [text(ran, 'found.json'), ran.output.errorSummary ?? '', ran.logged.match(SAID)?.[0]];
    const whole = JSON.stringify(['6.3.2', '../semver/bin/semver.js', true, false]);
    expect(found(await buildOf(one))).toEqual([whole, '', '$ cd web && npm ci']);
    expect(found(await buildOf(one))).toEqual([whole, '', 'was done before: its']);
    const bodies = join(folder, 'bodies');
    for (const name of readdirSync(bodies).filter((body) => body.endsWith('.body'))) {
      const bytes = readFileSync(join(bodies, name));
      bytes[bytes.length >> 1]! ^= 1;
      writeFileSync(join(bodies, name), bytes);
    }
    // Of what has changed on disk nothing is used; nor does somebody else with the same lockfile get anything.
    for (const ran of await Promise.all([buildOf(one), buildOf(two)]))
      expect(found(ran)).toEqual([whole, '', '$ cd web && npm ci']);
  }, 240_000);

  it('P-11 a build that exits with another code than 0 fails with what it wrote to stderr', async () => {
    const { output, logged } = await build(
      `console.log('fine so far'); console.error('src/x.ts: boom'); process.exitCode = 3;`,
    );
    expect(output.status).toBe('failed');
    expect(output.errorSummary).toMatch(/^runner exited: [^]*src\/x\.ts: boom/);
    expect(logged).toContain('fine so far');
  }, 240_000);

  it('P-09 a build that never ends is killed with everything it started', async () => {
    const abort = new AbortController();
    let names: string[] = [];
    const running = build(`console.log('spinning'); for (;;);`, {
      signal: abort.signal,
      onLog: (logged) => {
        if (!logged.includes('spinning\n') || names.length > 0) return;
        names = ownBuilders();
        abort.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(names).toHaveLength(1);
    expect(processesOf(names[0]!)).toEqual([]);
  }, 240_000);
});

describeSandboxDriver(
  'chromium',
  (checkpoints, progress) =>
    createSandboxDriver({ machines, checkpoints, progress, connectMs: PATIENCE_MS, configureMs: PATIENCE_MS }),
  {
    // Folders of this process alone, and whatever has one of them in its arguments.
    remains: () => {
      const own = foldersOf(BUILDER_PREFIX).filter((folder) => folder.includes(`_${process.pid}_`));
      return own.length + ownBuilders().length;
    },
    cycles: 2,
  },
);
