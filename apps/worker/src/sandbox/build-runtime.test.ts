import { randomUUID } from 'node:crypto';
import type { RunnerFile, RunnerInput, RunnerOutput, RunnerPlan } from '@slipway/contracts';
import { makeRecord, reportOf, type SandboxCommand, SandboxError, type SandboxFile } from '@slipway/sandboxes';
import { configOf } from '@slipway/sandboxes/testing';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config.ts';
import { type BuildDriver, createBuildRuntime } from './build-runtime.ts';
import { buildSteps } from './build-steps.ts';
import type { OwnerSets } from '../deps/dependency-sets.ts';

const plain: RunnerPlan = {
  installRoot: '',
  root: '',
  install: 'npm install',
  build: 'npm run build',
  output: 'dist',
  variables: {},
};

function documentOf(files: RunnerFile[] = [], plan: RunnerPlan = plain): RunnerInput {
  const [jobId, projectId, snapshotId, artifactId] = Array.from({ length: 4 }, () => randomUUID());
  return {
    jobId: jobId!,
    projectId: projectId!,
    snapshotId: snapshotId!,
    files,
    plan,
    artifactDestination: { artifactId: artifactId! },
  };
}

/** What a command says and how it ends, by the line that the shell got; undefined: it ends well. */
type Script = (line: string) => { stdout?: string; stderr?: string; code?: number; signal?: string } | undefined;
const LISTED = JSON.stringify({ outcome: 'listed', files: ['index.html'], leftOut: [] });
/** Commands that end well, and an output of one file. */
const well: Script = (line) => (line === 'list' ? { stdout: LISTED } : undefined);

/** Runs a document by a driver that writes down its verbs and the commands that it gets. */
async function run(
  document: unknown,
  script: Script | Error = well,
  sets?: OwnerSets,
  machineId?: string,
  signal = new AbortController().signal,
) {
  const verbs: string[] = [];
  const mounted: string[] = [];
  const commands: SandboxCommand[] = [];
  const record = makeRecord('one', configOf(), 0);
  const driver: BuildDriver = {
    create: async (_, { memoryMiB }) => (verbs.push(`create ${memoryMiB}`), record),
    machineOf: (id) => machineId ?? id,
    start: async (_, { files }) => {
      verbs.push('start');
      mounted.push(...files.map(({ path }) => path));
      if (script instanceof Error) throw script;
      return record;
    },
    run: async (_, command) => {
      const line = command.command === 'jsh' ? command.args[1]! : command.args[3] === '50000' ? 'packages' : 'list';
      if (command.command === 'jsh') commands.push(command);
      const { stdout, stderr, code = 0, signal } = (script as Script)(line) ?? {};
      if (stdout !== undefined) command.onOutput?.('stdout', Buffer.from(stdout));
      if (stderr !== undefined) command.onOutput?.('stderr', Buffer.from(stderr));
      return signal === undefined ? { code, signal: null } : { code: null, signal };
    },
    readFile: async () => new Uint8Array(),
    look: async (_, paths) => paths.map((path) => ({ kind: 'file', path, mode: 0o644, bytes: Buffer.from(path) })),
    usage: async () => undefined,
    status: async () => reportOf({ ...record, problem: 'it used 9 bytes of memory, more than 7' }, 0),
    destroy: async () => verbs.push('destroy') > 0,
    forget: () => undefined,
  };
  const runtime = createBuildRuntime(driver, configOf({ memoryMiB: 300 }), undefined, async () => 'v1');
  const logged: string[] = [];
  const io = {
    signal,
    log: (_: string, bytes: Uint8Array) => logged.push(Buffer.from(bytes).toString()),
    file: async () => undefined,
    admit: async (id: string) => void verbs.push(`admit ${id}`),
    ...(sets ? { sets } : {}),
  };
  const answer = await runtime.run(JSON.stringify(document), io).then(
    (text) => JSON.parse(text) as RunnerOutput,
    (error: Error) => error.message,
  );
  return { verbs, commands, mounted, answer, logged: logged.join('') };
}

describe('a build document in a sandbox', () => {
  it('P-26 is created, started and destroyed, and a build is an artifact under the asked id', async () => {
    const document = documentOf();
    const { verbs, answer, logged } = await run(document);
    expect(verbs).toEqual(['create 300', 'start', 'destroy']);
    expect(answer).toMatchObject({ status: 'succeeded', artifactId: document.artifactDestination.artifactId });
    expect(logged).toMatch(/^\$ npm install .*\n\$ npm run build\n$/);
  });

  it('SV-19 the registry is told of a sandbox that was started before there was the job, before the build needs it', async () => {
    const { verbs } = await run(documentOf(), well, undefined, 'other');
    expect(verbs).toEqual(['create 300', 'admit other', 'start', 'destroy']);
  });

  const failing = (ending: ReturnType<Script>): Script => {
    return (line) => (line === 'npm run build' ? ending : well(line));
  };
  const listing = (value: object): Script => {
    return (line) => (line === 'list' ? { stdout: JSON.stringify(value) } : undefined);
  };
  const installing = (ending: ReturnType<Script>): Script => {
    return (line) => (line.startsWith('npm install') ? ending : well(line));
  };
  it.each<[string, Script | Error, string]>([
    ['an exit code', failing({ code: 2, stderr: ' boom\n' }), 'runner exited: boom'],
    [
      'an install',
      installing({ code: 1, stderr: 'npm http fetch GET 200 https://registry.example/a 3ms\nnpm error no\n' }),
      'runner exited: npm error no',
    ],
    ['silence', failing({ code: 1 }), 'runner exited: npm run build: exit code 1'],
    ['a signal', failing({ signal: 'KILL' }), 'runner exited: npm run build: KILL'],
    ['no output', listing({ outcome: 'no-output', found: [] }), 'the build wrote no "dist" folder'],
    [
      'another output',
      listing({ outcome: 'no-output', found: ['build', 'out'] }),
      'the build wrote no "dist" folder; it has build, out',
    ],
    ['an empty output', listing({ outcome: 'listed', files: [], leftOut: [] }), 'the output folder "dist" is empty'],
    ['a large output', listing({ outcome: 'too-many-files', limit: 20_000 }), 'the output has more than 20000 files'],
    [
      'a start that fails',
      new SandboxError('configuration-failed', 'configuration failed: no memory'),
      'the container did not boot: configuration failed: no memory',
    ],
  ])('P-12 %s is a failure with its reason', async (_, script, errorSummary) => {
    const { answer } = await run(documentOf(), script);
    expect(answer).toMatchObject({ status: 'failed', errorSummary });
  });

  it('P-09 a sandbox whose work rejects is destroyed, and the reason goes on', async () => {
    const { verbs, answer } = await run(documentOf(), new Error('cancelled'));
    expect({ verbs, answer }).toEqual({ verbs: ['create 300', 'start', 'destroy'], answer: 'cancelled' });
  });

  it('SB-08 a sandbox that was ended for what it took says so in the words of a build', async () => {
    const { answer } = await run(documentOf(), new SandboxError('ended', 'one has ended'));
    expect(answer).toBe('runner used 9 bytes of memory, more than 7');
  });

  it('P-08 what is no build document reaches no sandbox', async () => {
    const { verbs } = await run({ jobId: 'x' });
    expect(verbs).toEqual([]);
  });

  it('an npm ci that refuses the lockfile is an npm install', async () => {
    const { answer, logged } = await run(documentOf([], { ...plain, install: 'npm ci' }), (line) =>
      line.startsWith('npm ci') ? { code: 1, stderr: 'npm error code EUSAGE\n' } : well(line),
    );
    expect(answer).toMatchObject({ status: 'succeeded' });
    expect(logged).toMatch(/refused the lockfile\n\$ npm install/);
  });

  const text = (path: string, content: object): RunnerFile => ({
    kind: 'file',
    path,
    mode: 0o644,
    base64: Buffer.from(JSON.stringify(content)).toString('base64'),
  });
  const locked = [
    text('web/package.json', { name: 'p' }),
    text('web/package-lock.json', {
      lockfileVersion: 3,
      packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } },
    }),
  ];
  const lockedPlan = { ...plain, installRoot: 'web', root: 'web', install: 'npm ci' };
  const INSTALLS = "cd 'web' && npm ci --no-audit --no-fund --loglevel=http";
  const packages = { stdout: JSON.stringify({ paths: ['node_modules/a/a.js'], bytes: 9 }) };
  /** Sets of one owner, in memory. */
  function makeSets(): OwnerSets & { kept: Map<string, readonly SandboxFile[]> } {
    const kept = new Map<string, readonly SandboxFile[]>();
    return {
      kept,
      find: async (key) => (kept.has(key) ? [...kept.get(key)!] : undefined),
      keep: async (key, files) => void kept.set(key, files),
    };
  }

  it('P-32 what was installed before the build is there at the start of the next one, and no install runs', async () => {
    const sets = makeSets();
    const script: Script = (line) => (line === 'packages' ? packages : well(line));
    const first = await run(documentOf(locked, lockedPlan), script, sets);
    expect(first.commands.map(({ args }) => args[1])).toEqual([INSTALLS, "cd 'web' && npm run build"]);
    expect([...sets.kept.values()].flat()).toEqual([
      { kind: 'file', path: 'node_modules/a/a.js', mode: 0o644, bytes: Buffer.from('web/node_modules/a/a.js') },
    ]);
    const second = await run(documentOf(locked, lockedPlan), script, sets);
    expect(second.commands.map(({ args }) => args[1])).toEqual(["cd 'web' && npm run build"]);
    expect(second.mounted).toEqual(['web/package.json', 'web/package-lock.json', 'web/node_modules/a/a.js']);
    expect(second.logged).toContain('was done before: its 1 files are back');
    // Of another owner there is nothing.
    expect((await run(documentOf(locked, lockedPlan), script, makeSets())).commands).toHaveLength(2);
  });

  it('P-32 no script runs with an install that is kept, whatever the lockfile says', async () => {
    const script: Script = (line) => (line === 'packages' ? packages : well(line));
    const { commands } = await run(documentOf(locked, lockedPlan), script, makeSets());
    expect(commands.map(({ env }) => env?.['npm_config_ignore_scripts'])).toEqual(['true', undefined]);
  });

  it('P-09 a build that is given up while its packages are read makes no sandbox', async () => {
    const stop = new AbortController();
    const sets: OwnerSets = {
      ...makeSets(),
      find: async () => {
        stop.abort(new Error('cancelled'));
        return undefined;
      },
    };
    const { verbs, answer } = await run(documentOf(locked, lockedPlan), well, sets, undefined, stop.signal);
    await new Promise((resolve) => setImmediate(resolve));
    expect(answer).toBe('cancelled');
    expect(verbs).not.toContain('start');
    expect(verbs.filter((verb) => verb.startsWith('create'))).toEqual([]);
  });

  it.each<[string, Script]>([
    ['that fails', (line) => (line === INSTALLS ? { code: 1, stderr: 'no' } : well(line))],
    ['by another command', (line) => (line === INSTALLS ? { code: 1, stderr: 'npm error code EUSAGE\n' } : well(line))],
    ['that cannot be listed', (line) => (line === 'packages' ? { code: 1 } : well(line))],
    [
      'of too many files',
      (line) =>
        line === 'packages'
          ? { stdout: JSON.stringify({ paths: Array.from({ length: 50_001 }, () => 'a'), bytes: 1 }) }
          : well(line),
    ],
    [
      'of too many bytes',
      (line) => (line === 'packages' ? { stdout: JSON.stringify({ paths: [], bytes: 1e12 }) } : well(line)),
    ],
  ])('P-32 an install %s is not kept', async (_, script) => {
    const sets = makeSets();
    await run(documentOf(locked, lockedPlan), script, sets);
    expect(sets.kept.size).toBe(0);
  });

  it.each<[string, Partial<RunnerPlan>, string[]]>([
    [
      'npm ci',
      { install: 'npm ci' },
      [
        'npm ci --no-audit --no-fund --loglevel=http',
        'or npm install --no-audit --no-fund --loglevel=http',
        'npm run build',
      ],
    ],
    ['npm install', {}, ['npm install --no-audit --no-fund --loglevel=http', 'npm run build']],
    ['another manager', { install: 'pnpm install', build: 'pnpm run build' }, ['pnpm install', 'pnpm run build']],
    [
      'a package of a monorepo',
      { root: "packages/it's", install: 'yarn install' },
      ['yarn install', "cd 'packages/it'\\''s' && npm run build"],
    ],
    ['nothing to do', { install: null, build: null }, []],
  ])('P-29 the steps of a plan: %s', (_, plan, lines) => {
    const said = buildSteps({ ...plain, ...plan }).flatMap(({ command, args, instead }) => {
      expect([command, args[0], args.length]).toEqual(['jsh', '-c', 2]);
      return instead === undefined ? [args[1]] : [args[1], `or ${instead.args[1] ?? ''}`];
    });
    expect(said).toEqual(lines);
  });

  it('P-29 variables are the steps\u2019 environment', async () => {
    const plan = { ...plain, root: 'web', output: 'out', variables: { VITE_A: '1' } };
    const { commands } = await run(documentOf([], plan));
    expect(commands.map(({ env }) => env)).toEqual(Array.from({ length: 2 }, () => ({ CI: 'true', VITE_A: '1' })));
  });

  it('P-38 what was left out of the output is told by name', async () => {
    const leftOut = [{ path: 'up', why: 'it is a link that leads out of the output folder' }];
    const { answer } = await run(documentOf(), listing({ outcome: 'listed', files: ['a'], leftOut }));
    expect(answer).toMatchObject({
      logs: [{ stream: 'system', text: 'left out "up": it is a link that leads out of the output folder' }],
    });
  });
});

it('SB-08 a server that others reach refuses sandboxes without a jail', () => {
  expect(() => parseConfig({ SANDBOX_DRIVER: 'local', PUBLIC_URL: 'https://slipway.example.org' })).toThrow('no jail');
  expect(parseConfig({ SANDBOX_DRIVER: 'local' }).SANDBOX_DRIVER).toBe('local');
});

it.each(['SANDBOX_DRIVER', 'BLOB_STORE'])('a worker whose %s is unknown does not start, and names it', (name) => {
  expect(() => parseConfig({ [name]: 'unheard-of' })).toThrow(new RegExp(`\\n  ${name}: `));
});
