import { randomUUID } from 'node:crypto';
import type { RunnerFile, RunnerInput, RunnerOutput, RunnerPlan } from '@slipway/contracts';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../config.ts';
import type { DriverResult } from '../driver/driver-protocol.ts';
import { createBuildRuntime } from './build-runtime.ts';
import { refuseVerb, type SandboxWork } from './sandbox-driver.ts';

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

/** Runs a document by a driver that writes down its verbs. */
async function run(document: unknown, start: (work: SandboxWork) => Promise<DriverResult>) {
  const verbs: string[] = [];
  let work: SandboxWork | undefined;
  const runtime = createBuildRuntime(
    {
      create: async (id, { memoryLimitBytes }) => {
        verbs.push(`create ${String(memoryLimitBytes)}`);
        return { id, status: 'created', createdAtMs: 0 };
      },
      start: async (_, given) => {
        verbs.push('start');
        return await start((work = given));
      },
      destroy: async () => verbs.push('destroy') > 0,
    },
    { memoryLimitBytes: 7 },
  );
  const io = { signal: new AbortController().signal, log: () => undefined, file: async () => undefined };
  const answer = await runtime.run(JSON.stringify(document), io).then(
    (text) => JSON.parse(text) as RunnerOutput,
    (error: Error) => error.message,
  );
  return { verbs, work, answer };
}

describe('a build document in a sandbox', () => {
  it('P-26 is created, started and destroyed, and a build is an artifact under the asked id', async () => {
    const document = documentOf();
    const { verbs, answer } = await run(document, async () => ({ outcome: 'built', leftOut: [] }));
    expect(verbs).toEqual(['create 7', 'start', 'destroy']);
    expect(answer).toMatchObject({ status: 'succeeded', artifactId: document.artifactDestination.artifactId });
  });

  it.each<[DriverResult, string]>([
    [{ outcome: 'exited', command: 'npm run build', code: 2, signal: null, stderr: ' boom\n' }, 'runner exited: boom'],
    [
      {
        outcome: 'exited',
        command: 'npm ci',
        code: 1,
        signal: null,
        stderr: 'npm http fetch GET 200 https://registry.example/a 3ms\nnpm error no\n',
      },
      'runner exited: npm error no',
    ],
    [{ outcome: 'exited', command: 'npm ci', code: 1, signal: null, stderr: '' }, 'runner exited: npm ci: exit code 1'],
    [{ outcome: 'exited', command: 'npm ci', code: null, signal: 'KILL', stderr: '' }, 'runner exited: npm ci: KILL'],
    [{ outcome: 'no-output', folder: 'dist', found: [] }, 'the build wrote no "dist" folder'],
    [
      { outcome: 'no-output', folder: 'dist', found: ['build', 'out'] },
      'the build wrote no "dist" folder; it has build, out',
    ],
    [{ outcome: 'empty-output', folder: 'dist' }, 'the output folder "dist" is empty'],
    [{ outcome: 'too-many-files', limit: 20_000 }, 'the output has more than 20000 files'],
    [{ outcome: 'boot-failed', message: 'no memory' }, 'the container did not boot: no memory'],
  ])('P-12 %j is a failure with its reason', async (result, errorSummary) => {
    const { answer } = await run(documentOf(), async () => result);
    expect(answer).toMatchObject({ status: 'failed', errorSummary });
  });

  it('P-09 a sandbox whose work rejects is destroyed, and the reason goes on', async () => {
    const { verbs, answer } = await run(documentOf(), () => Promise.reject(new Error('cancelled')));
    expect({ verbs, answer }).toEqual({ verbs: ['create 7', 'start', 'destroy'], answer: 'cancelled' });
  });

  it('P-08 what is no build document reaches no sandbox', async () => {
    const { verbs } = await run({ jobId: 'x' }, async () => ({ outcome: 'built', leftOut: [] }));
    expect(verbs).toEqual([]);
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
  ])('P-29 the steps of a plan: %s', async (_, plan, lines) => {
    const { work } = await run(documentOf([], { ...plain, ...plan }), async () => ({ outcome: 'built', leftOut: [] }));
    const said = work?.steps.flatMap(({ command, args, instead }) => {
      expect([command, args[0], args.length]).toEqual(['jsh', '-c', 2]);
      return instead === undefined ? [args[1]] : [args[1], `or ${instead.args[1] ?? ''}`];
    });
    expect(said).toEqual(lines);
  });

  it('P-29 variables are the steps’ environment, and the output is the plan’s', async () => {
    const plan = { ...plain, root: 'web', output: 'out', variables: { VITE_A: '1' } };
    const { work } = await run(documentOf([], plan), async () => ({ outcome: 'built', leftOut: [] }));
    expect(work?.steps.map(({ env }) => env)).toEqual(Array.from({ length: 2 }, () => ({ CI: 'true', VITE_A: '1' })));
    expect(work?.output).toEqual({ root: 'web', folder: 'out' });
  });

  it('P-38 what was left out of the output is told by name', async () => {
    const leftOut = [{ path: 'up', why: 'it is a link that leads out of the output folder' }];
    const { answer } = await run(documentOf(), async () => ({ outcome: 'built', leftOut }));
    expect(answer).toMatchObject({
      logs: [{ stream: 'system', text: 'left out "up": it is a link that leads out of the output folder' }],
    });
  });
});

it('a verb that a driver lacks is refused under the names of both', async () => {
  await expect(refuseVerb('chromium', 'restore')()).rejects.toThrow(
    'Cannot restore a sandbox: the driver "chromium" does not know how',
  );
});

it.each(['SANDBOX_DRIVER', 'BLOB_STORE'])('a worker whose %s is unknown does not start, and names it', (name) => {
  expect(() => parseConfig({ [name]: 'unheard-of' })).toThrow(new RegExp(`\\n  ${name}: `));
});
