import { randomUUID } from 'node:crypto';
import { createBlobStore } from '@slipway/blobs';
import { type RunnerInput, runnerInput, type RunnerOutput } from '@slipway/contracts';
import {
  cancelBuild,
  type ClaimedJob,
  claimJob,
  createBuild,
  getArtifact,
  getBuild,
  listSteps,
  markRunning,
  readBuildLog,
  readEvents,
  readTree,
} from '@slipway/db';
import { makeProject, type ProjectFixture, createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunnerIo, SandboxRuntime } from '../sandbox/sandbox-runtime.ts';
import { JobAbort } from '../job/abort-reason.ts';
import { executeJob, type BuildContext } from './execute-job.ts';
import { LogBatcher } from './log-batcher.ts';
import { createLogWriter } from './log-writer.ts';
import { runInSandbox } from './run-in-sandbox.ts';
import type { BuildHeartbeat } from './build-heartbeat.ts';
import { startJobLoop } from '../job/job-loop.ts';
import { createJobHandlers } from '../job-handlers.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const log = pino({ level: 'silent' });
const bytes = (text: string) => new TextEncoder().encode(text);

type Run = (input: RunnerInput, io: RunnerIo) => Promise<Partial<RunnerOutput> | string>;

/** For a part of a job's work that is not watched. */
const quiet: BuildHeartbeat = {
  progress: () => undefined,
  step: () => undefined,
  stall: undefined,
  stop: () => undefined,
};

/** A runtime of the test's own: the interface is the whole contract. */
function runtimeOf(run: Run): SandboxRuntime {
  return {
    run: async (document, io) => {
      const input = runnerInput.parse(JSON.parse(document));
      const answer = await run(input, io);
      const { jobId, projectId, snapshotId } = input;
      return typeof answer === 'string'
        ? answer
        : JSON.stringify({ jobId, projectId, snapshotId, logs: [], ...answer });
    },
  };
}

const success: Run = async (input, io) => {
  await io.file('index.html', bytes('<h1>built</h1>'));
  return { status: 'succeeded', artifactId: input.artifactDestination.artifactId };
};

function contextOf(run: Run, more: Partial<BuildContext> = {}): BuildContext {
  return {
    db: database.db,
    blobs: createBlobStore('postgres', { db: database.db }),
    runtime: runtimeOf(run),
    log,
    publicBase: 'http://slipway.localhost:1//',
    timeoutMs: 60_000,
    stallMs: 60_000,
    logLimitBytes: 1e6,
    logLimitLines: 1e5,
    artifactLimitBytes: 1e6,
    secretBox: () => {
      throw new Error('Cannot open a variable: none is expected here');
    },
    tokenLifetimeUs: undefined,
    ...more,
  };
}

interface Fixture {
  project: ProjectFixture;
  buildId: string;
  job: ClaimedJob;
}

async function claimNew(text = 'source'): Promise<Fixture> {
  const project = await makeProject(database.db);
  const snapshot = await project.save(text);
  const created = await createBuild(database.db, project.ownerId, project.projectId, {
    snapshotId: snapshot.id,
    deadlineUs: 3.6e9,
  });
  if (created.outcome !== 'queued') throw new Error(created.outcome);
  const job = await claimJob(database.db, 'w', 15_000_000);
  expect(job?.previewBuildId).toBe(created.build.id);
  return { project, buildId: created.build.id, job: job! };
}

const buildOf = async (fixture: Fixture) => (await getBuild(database.db, fixture.project.ownerId, fixture.buildId))!;
const linesOf = async (fixture: Fixture) =>
  (await readBuildLog(database.db, fixture.project.ownerId, fixture.buildId, 0)).lines.map((line) => line.text);

describe('executing a job', () => {
  it('P-05 P-08 P-13 the runner gets every byte of the snapshot, and its artifact gets the link', async () => {
    const odd = '\0\r\n\u00ff\u{1f600}';
    const fixture = await claimNew(odd);
    let seen: RunnerInput | undefined;
    const statusInRun: string[] = [];
    const end = await executeJob(
      contextOf(async (input, io) => {
        seen = input;
        statusInRun.push((await buildOf(fixture)).status);
        io.log('stdout', bytes('hello\nworld'));
        return await success(input, io);
      }),
      fixture.job,
      new AbortController(),
    );
    expect(end).toBe('succeeded');
    expect(statusInRun).toEqual(['running']);
    expect(seen!.files).toEqual([
      { kind: 'file', path: 'index.html', mode: 0o644, base64: Buffer.from(odd).toString('base64') },
    ]);
    const build = await buildOf(fixture);
    expect(build.previewUrl).toMatch(/^http:\/\/slipway\.localhost:1\/p\/wpt_\d+_[0-9a-f]{32}\/$/);
    const artifact = (await getArtifact(database.db, fixture.project.ownerId, fixture.buildId))!;
    expect(await readTree(database.db, artifact.treeId)).toMatchObject([{ path: 'index.html', size: 14 }]);
    expect(await linesOf(fixture)).toEqual([
      'hydrate snapshot',
      'build started',
      'project: published as it is',
      'hello',
      expect.stringMatching(/^\[hydrate\] done in \d+\.\d s$/),
      expect.stringMatching(/^\[collect\] done in /),
      // No whole line until its program ends.
      'world',
      'build complete, preview url generated',
    ]);
  });

  it('P-32 a build is given the sets of its own owner alone', async () => {
    const seen: unknown[] = [];
    const none = { find: async () => undefined, keep: async () => undefined };
    const sets = { of: (ownerId: string) => ({ ...none, ownerId }) };
    const look: Run = (input, io) => {
      seen.push((io.sets as { ownerId?: string } | undefined)?.ownerId);
      return success(input, io);
    };
    const owners = [];
    for (const more of [{ sets }, { sets }, {}]) {
      const fixture = await claimNew();
      owners.push('sets' in more ? fixture.project.ownerId : undefined);
      await executeJob(contextOf(look, more), fixture.job, new AbortController());
    }
    expect(new Set(owners).size).toBe(3);
    expect(seen).toEqual(owners);
  });

  it('P-11 P-12 every way to fail ends failed, with a message of its own', async () => {
    const cases: [Run, string][] = [
      [async () => ({ status: 'failed', errorSummary: 'runner exited: tsc: no' }), 'runner exited: tsc: no'],
      [async () => 'Segmentation fault', 'runner output is not valid JSON'],
      [async () => ({ status: 'splendid' }) as never, 'runner output is not valid JSON'],
      [
        async () =>
          JSON.stringify({
            jobId: randomUUID(),
            projectId: randomUUID(),
            snapshotId: randomUUID(),
            status: 'succeeded',
            logs: [],
          }),
        'runner output is not valid JSON',
      ],
      [async () => ({ status: 'succeeded' }), 'runner succeeded without an artifact'],
      [async () => ({ status: 'succeeded', artifactId: randomUUID() }), 'runner succeeded without an artifact'],
      [async () => Promise.reject(new Error('no browser')), 'runner failed: no browser'],
      [
        async (input, io) => (await io.file('../x', bytes('x')), await success(input, io)),
        'runner failed: Cannot store artifact file "../x": its path is not normalised',
      ],
      [
        async (input, io) => (await io.file('big', new Uint8Array(1e6 + 1)), await success(input, io)),
        'runner failed: Cannot store the artifact: it is larger than 1000000 bytes',
      ],
    ];
    for (const [run, errorSummary] of cases) {
      const fixture = await claimNew();
      expect(await executeJob(contextOf(run), fixture.job, new AbortController()), errorSummary).toBe('failed');
      expect(await buildOf(fixture)).toMatchObject({
        status: 'failed',
        errorSummary,
        artifactId: null,
        previewUrl: null,
      });
      expect((await linesOf(fixture)).slice(-2)).toEqual([errorSummary, 'build failed']);
    }
  });

  it('SV-05 SV-11 a summary is short and can be stored, and what the database says stays in the log', async () => {
    const cases: [Run, (summary: string) => void][] = [
      [
        async () => (await database.db.execute(sql`select secret from no_such_table`), {}),
        (summary) =>
          expect(summary).toBe('runner failed: the database refused a write; the log of the worker says why'),
      ],
      [
        async () => ({ status: 'failed', errorSummary: 'a\0b\ud800' }),
        (summary) => expect(summary).toBe('a\ufffdb\ufffd'),
      ],
      [
        async () => ({ status: 'failed', errorSummary: 'x'.repeat(1e6) }),
        (summary) => expect(summary).toBe(`${'x'.repeat(1999)}…`),
      ],
    ];
    for (const [run, check] of cases) {
      const fixture = await claimNew();
      expect(await executeJob(contextOf(run), fixture.job, new AbortController())).toBe('failed');
      check((await buildOf(fixture)).errorSummary!);
    }
  });

  it('P-09 a run that takes too long is stopped, and what it had said is kept', async () => {
    const fixture = await claimNew();
    let aborted = false;
    const end = await executeJob(
      contextOf(
        async (_, io) => {
          io.log('stdout', bytes('working on it'));
          return await new Promise((_resolve, reject) =>
            io.signal.addEventListener('abort', () => ((aborted = true), reject(io.signal.reason))),
          );
        },
        { timeoutMs: 2000 },
      ),
      fixture.job,
      new AbortController(),
    );
    expect([end, aborted]).toEqual(['failed', true]);
    expect(await buildOf(fixture)).toMatchObject({ status: 'failed', errorSummary: 'runner timed out' });
    expect(await linesOf(fixture)).toEqual([
      'hydrate snapshot',
      'build started',
      'project: published as it is',
      'working on it',
      expect.stringMatching(/^The build took longer than it may\. Look at/),
      'runner timed out',
      'build failed',
    ]);
  });

  it('HB-02 P-09 a build that is alive and gets no further is stopped, and says so with what to do', async () => {
    const fixture = await claimNew();
    const abort = new AbortController();
    const beats: { currentStep: number; memoryUsage: number }[] = [];
    const context = contextOf(
      async (_, io) => {
        io.step?.('build');
        // As long as it gets further in any way it may go on.
        for (let piece = 0; piece < 12; piece++) {
          if (piece % 2 === 0) io.progress?.();
          else io.log('stdout', bytes(`piece ${piece}\n`));
          await sleep(250);
        }
        const died = new Promise<never>((_resolve, reject) =>
          io.signal.addEventListener('abort', () => reject(io.signal.reason as Error)),
        );
        return await died;
      },
      {
        stallMs: 1500,
        beatMs: 200,
        deliverBeat: async (beat) => {
          beats.push(beat);
          // HB-01: never fatal.
          throw new Error('nobody listens');
        },
      },
    );
    context.runtime.usage = async () => ({ cpuUsage: 1, memoryUsage: 7, diskUsage: 0 });
    expect(await executeJob(context, fixture.job, abort)).toBe('failed');
    const { status, errorSummary } = await buildOf(fixture);
    expect(status).toBe('failed');
    expect(errorSummary).toMatch(/^runner made no progress for [2-9] s in step "build"$/);
    expect((await linesOf(fixture)).slice(-3)).toEqual([
      expect.stringMatching(/^The build was alive, but got no further for [2-9] seconds\. Look at/),
      errorSummary,
      'build failed',
    ]);
    expect(beats.length).toBeGreaterThan(1);
    expect(beats.at(-1)).toMatchObject({ currentStep: 2, totalSteps: 5, memoryUsage: 7 });
  }, 60_000);

  it.each(['failed', 'cancelled'] as const)('P-15 a build that a worker ends as %s says what and why', async (how) => {
    const fixture = await claimNew();
    const abort = new AbortController();
    let startedAt: number | null = null;
    await executeJob(
      contextOf(async () => {
        ({ startedAt } = await buildOf(fixture));
        if (how === 'failed') return { status: 'failed', errorSummary: 'runner exited: tsc: no' };
        await cancelBuild(database.db, fixture.project.ownerId, fixture.buildId);
        abort.abort(new JobAbort('cancel'));
        throw new Error('the sandbox was ended');
      }),
      fixture.job,
      abort,
    );
    const build = await buildOf(fixture);
    const cause = how === 'failed' ? 'runner exited: tsc: no' : 'cancelled by the user';
    expect(build).toMatchObject({ status: how, errorSummary: cause, artifactId: null, previewUrl: null, startedAt });
    expect(startedAt).not.toBeNull();
    expect(build.finishedAt).toBe(build.updatedAt);
    const [row] = await database.db.execute<{ token: string | null; links: number }>(sql`
      select preview_token as token, (select count(*)::int from preview_tokens t where t.build_id = b.id) as links
      from preview_builds b where id = ${fixture.buildId}`);
    expect(row).toEqual({ token: null, links: 0 });
    expect((await linesOf(fixture)).slice(-2)).toEqual([cause, 'build failed']);
  });

  describe('P-31 taken over', () => {
    /** The worker is gone: its lease lapses, and another one claims. */
    async function takeOver(fixture: Fixture): Promise<Fixture> {
      await database.db.execute(sql`
        update runtime_jobs set lease_expires_at = slipway_now() - 1 where id = ${fixture.job.lease.jobId}`);
      let job: ClaimedJob | undefined;
      // A step that is just being written holds the row, and who claims passes it by.
      await expect
        .poll(async () => (job ??= await claimJob(database.db, 'second', 15_000_000))?.lease.jobId)
        .toBe(fixture.job.lease.jobId);
      return { ...fixture, job: job! };
    }
    const logsOf = ({ job, buildId }: Fixture): LogBatcher =>
      new LogBatcher({
        limitBytes: 1e6,
        limitLines: 1e4,
        write: createLogWriter(database.db, job, buildId, new AbortController()),
        onError: (error) => {
          throw error;
        },
      });
    const stepsOf = async (fixture: Fixture) =>
      (await listSteps(database.db, fixture.job.lease.jobId)).map(({ step, attempt }) => `${step} ${attempt}`);

    it('P-31 after its output was collected it is published, and not built again', async () => {
      let runs = 0;
      const context = contextOf(async (input, io) => {
        runs++;
        for (const step of ['install', 'build', 'collect'] as const) io.step?.(step);
        io.log('stdout', bytes('transformed\nbuilt'));
        return await success(input, io);
      });
      const first = await claimNew();
      await markRunning(database.db, first.job, first.buildId);
      const { startedAt } = await buildOf(first);
      const logs = logsOf(first);
      // All but the last step, as a worker that dies before it.
      await runInSandbox(context, first.job, new AbortController(), { logs, heartbeat: quiet });
      expect(await stepsOf(first)).toEqual(['hydrate 1', 'install 1', 'build 1', 'collect 1']);
      // The second attempt prints none of it, so it must be there with the row.
      expect(await linesOf(first)).toEqual(
        expect.arrayContaining(['transformed', 'built', expect.stringMatching(/^\[collect\] done in/)]),
      );
      const second = await takeOver(first);
      expect(await executeJob(context, second.job, new AbortController())).toBe('succeeded');
      expect(runs).toBe(1);
      expect(await stepsOf(first)).toEqual(['hydrate 1', 'install 1', 'build 1', 'collect 1', 'publish 2']);
      const lines = await linesOf(first);
      expect(lines).toContain('attempt 2');
      expect(lines).toContain('going on after step "collect" of attempt 1');
      expect((await buildOf(first)).startedAt).toBe(startedAt);
      const artifact = (await getArtifact(database.db, first.project.ownerId, first.buildId))!;
      expect(await readTree(database.db, artifact.treeId)).toMatchObject([{ path: 'index.html', size: 14 }]);
    });

    it('P-31 before that it is built again, as what lay in a machine went with it', async () => {
      let runs = 0;
      const context = contextOf(async (input, io) => {
        io.step?.('install');
        if (runs++ === 0) throw new Error('the machine is gone');
        io.step?.('build');
        return { status: 'failed', errorSummary: 'runner exited: no' };
      });
      const first = await claimNew();
      await markRunning(database.db, first.job, first.buildId);
      const logs = logsOf(first);
      await expect(runInSandbox(context, first.job, new AbortController(), { logs, heartbeat: quiet })).rejects.toThrow(
        'machine is gone',
      );
      const second = await takeOver(first);
      expect(await executeJob(context, second.job, new AbortController())).toBe('failed');
      expect({ runs, steps: await stepsOf(first) }).toEqual({ runs: 2, steps: ['hydrate 2', 'install 2'] });
      expect(await linesOf(first)).toContainEqual(expect.stringMatching(/^\[build\] failed after /));
    });
  });

  it('P-14 a log has no holes: after a batch that is lost none is written, though the database is back', async () => {
    const fixture = await claimNew();
    await markRunning(database.db, fixture.job, fixture.buildId);
    let away = true;
    const db = new Proxy(database.db, {
      get: (target, name) => {
        if (away) throw new Error('the database is away');
        return Reflect.get(target, name) as unknown;
      },
    });
    const abort = new AbortController();
    abort.abort(new JobAbort('lease-lost'));
    const write = createLogWriter(db, fixture.job, fixture.buildId, abort);
    await expect(write([{ stream: 'stdout', text: 'first' }])).rejects.toThrow('away');
    away = false;
    await write([{ stream: 'stdout', text: 'second' }]);
    expect(await linesOf(fixture)).not.toContain('second');
  });

  it('P-05 a snapshot that cannot be hydrated fails behind running, not before', async () => {
    const fixture = await claimNew();
    await database.db.execute(sql`delete from snapshots where project_id = ${fixture.project.projectId}`);
    let ran = false;
    expect(
      await executeJob(
        contextOf(async () => ((ran = true), {})),
        fixture.job,
        new AbortController(),
      ),
    ).toBe('failed');
    expect(ran).toBe(false);
    const build = await buildOf(fixture);
    expect(build.errorSummary).toContain('hydrate failed: no snapshot');
    expect(build.startedAt).not.toBeNull();
  });

  it('P-01 P-04 a job without a build, and one that disagrees with its build, fail with that cause', async () => {
    const { db } = database;
    const lost = await claimNew();
    await db.execute(sql`update runtime_jobs set preview_build_id = null where id = ${lost.job.lease.jobId}`);
    const run = () => executeJob(contextOf(success), { ...lost.job, previewBuildId: null }, new AbortController());
    expect(await run()).toBe('failed');
    const [row] = await db.execute<{ status: string; cause: string }>(
      sql`select status, error_summary as cause from runtime_jobs where id = ${lost.job.lease.jobId}`,
    );
    expect(row).toEqual({ status: 'failed', cause: 'preview_build job has no preview build id' });

    const fixture = await claimNew();
    const other = await fixture.project.save('another');
    expect(await executeJob(contextOf(success), { ...fixture.job, snapshotId: other.id }, new AbortController())).toBe(
      'failed',
    );
    const { errorSummary, startedAt } = await buildOf(fixture);
    expect(errorSummary).toBe(
      `binding mismatch: snapshotId of the job is ${other.id}, of the build ${fixture.job.snapshotId}`,
    );
    expect(startedAt).toBeNull();
  });

  it('P-03 a redelivered job whose build is terminal does no work and writes nothing to it', async () => {
    const fixture = await claimNew();
    await executeJob(contextOf(success), fixture.job, new AbortController());
    const before = await buildOf(fixture);
    const events = await readEvents(database.db, fixture.project.ownerId, 0);
    await database.db.execute(sql`alter table runtime_jobs disable trigger runtime_jobs_terminal`);
    await database.db.execute(sql`update runtime_jobs set status = 'queued' where id = ${fixture.job.lease.jobId}`);
    await database.db.execute(sql`alter table runtime_jobs enable trigger runtime_jobs_terminal`);
    let ran = false;
    expect(
      await executeJob(
        contextOf(async () => ((ran = true), {})),
        fixture.job,
        new AbortController(),
      ),
    ).toBe('already-terminal');
    expect(ran).toBe(false);
    expect(await buildOf(fixture)).toEqual(before);
    expect(await readEvents(database.db, fixture.project.ownerId, 0)).toEqual(events);
    expect(await claimJob(database.db, 'w', 1e6)).toBeUndefined();
  });

  it('P-18 a worker that lost its lease writes neither result nor log', async () => {
    const fixture = await claimNew();
    const end = await executeJob(
      contextOf(async (input, io) => {
        await database.db.execute(
          sql`update runtime_jobs set lease_epoch = lease_epoch + 1 where id = ${fixture.job.lease.jobId}`,
        );
        io.log('stdout', bytes('ghost\n'));
        return await success(input, io);
      }),
      fixture.job,
      new AbortController(),
    );
    expect(end).toBe('lost-lease');
    expect((await buildOf(fixture)).status).toBe('running');
    expect(await linesOf(fixture)).not.toContain('ghost');
    await database.db.execute(sql`update runtime_jobs set deadline_at = 0 where id = ${fixture.job.lease.jobId}`);
  });

  it('P-19 a cancel stops the run and ends cancelled', async () => {
    const fixture = await claimNew();
    const abort = new AbortController();
    const end = await executeJob(
      contextOf(async (_, io) => {
        await cancelBuild(database.db, fixture.project.ownerId, fixture.buildId);
        abort.abort(new JobAbort('cancel'));
        throw io.signal.reason;
      }),
      fixture.job,
      abort,
    );
    expect(end).toBe('cancelled');
    expect(await buildOf(fixture)).toMatchObject({ status: 'cancelled', errorSummary: 'cancelled by the user' });
  });
});

describe('the job loop', () => {
  it('P-01 P-18 P-19 goes on after a bad job, hears cancels at once, and hands its job back when it stops', async () => {
    const { db } = database;
    await db.execute(sql`update runtime_jobs set deadline_at = 0 where status in ('queued', 'running')`);
    const project = await makeProject(db);
    const enqueue = async (text: string) => {
      const created = await createBuild(db, project.ownerId, project.projectId, {
        snapshotId: (await project.save(text)).id,
        deadlineUs: 3.6e9,
      });
      if (created.outcome !== 'queued') throw new Error(created.outcome);
      return created.build;
    };
    let started: (buildText: string) => void = () => undefined;
    const nextStart = () => new Promise<string>((resolve) => (started = resolve));
    const run: Run = async (input, io) => {
      const file = input.files[0]!;
      started(file.kind === 'file' ? Buffer.from(file.base64, 'base64').toString() : '');
      return await new Promise((_, reject) => io.signal.addEventListener('abort', () => reject(io.signal.reason)));
    };
    const ends: [string, string][] = [];
    let ended: () => void = () => undefined;
    const nextEnd = () => new Promise<void>((resolve) => (ended = resolve));
    const loop = await startJobLoop({
      database,
      workerId: 'loop',
      leaseMs: 15_000,
      handlers: createJobHandlers(contextOf(run)),
      log,
      onEnd: (jobId, end) => (ends.push([jobId, end]), ended()),
    });

    const noBuild = nextEnd();
    const [bad] = await db.execute<{ id: string }>(sql`
      insert into runtime_jobs (kind, project_id, snapshot_id, owner_id, deadline_at)
      values ('preview_build', ${project.projectId}, gen_random_uuid(), ${project.ownerId}, slipway_now() + 1000000000) returning id`);
    await db.execute(sql`select pg_notify('slipway_jobs', ${bad!.id})`);
    await noBuild;
    expect(ends).toEqual([[bad!.id, 'failed']]);

    const cancelled = nextStart();
    const one = await enqueue('one');
    expect(await cancelled).toBe('one');
    const cancelEnd = nextEnd();
    await cancelBuild(db, project.ownerId, one.id);
    await cancelEnd;
    expect(ends.at(-1)).toEqual([one.jobId, 'cancelled']);

    const interrupted = nextStart();
    const two = await enqueue('two');
    expect(await interrupted).toBe('two');
    await loop.stop();
    expect(ends.at(-1)).toEqual([two.jobId, 'released']);
    expect((await claimJob(db, 'next', 1e6))?.lease.jobId).toBe(two.jobId);
  }, 20_000);
});
