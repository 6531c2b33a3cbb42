import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { createInterface } from 'node:readline';
import { createBlobStore } from '@slipway/blobs';
import { apiPaths, type Build, buildResponse, createProjectResponse, sessionResponse } from '@slipway/contracts';
import { openDatabase } from '@slipway/db';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { createJobHandlers, startJobLoop } from '@slipway/worker';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleTestProgram } from '../bundle-test-program.ts';
import { buildNothing } from './instant-runtime.ts';
import { type Product, startProduct } from './product.ts';

const leaseMs = 3000;
/** SV-02 lets a lapsed lease wait two seconds for its next holder; here other tests want the cores too. */
const takeoverUs = 10_000_000;

let database: TestDatabase;
let product: Product;
let token: string;
/** It stops itself at another point in each test, in their order. */
let freezing: FreezingWorker;
beforeAll(async () => {
  database = await createTestDatabase();
  const program = await bundleTestProgram(new URL('freezing-worker.ts', import.meta.url), 'freezing-worker');
  freezing = startFreezingWorker(program, ['4', '13', 'half-sent', '4']);
  product = await startProduct({ ROLE: 'api', DATABASE_URL: database.url, LOG_LEVEL: 'warn' });
  token = sessionResponse.parse((await ask('POST', apiPaths.localSignIn, {})).json).data.accessToken;
  await freezing.said('ready');
}, 240_000);
afterAll(async () => {
  await freezing?.end();
  await product?.stop();
  await database?.close();
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; json: unknown }> {
  const origin = `http://slipway.localhost:${product.port}`;
  const headers = {
    host: `slipway.localhost:${product.port}`,
    origin,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
    authorization: `Bearer ${token}`,
  };
  const outgoing = request({ host: '127.0.0.1', port: product.port, method, path, headers, agent: false });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  const [incoming] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return { status: incoming.statusCode ?? 0, json: JSON.parse(text) };
}

/** A queued build of a new project. */
async function queueBuild(): Promise<Build> {
  const { project, snapshot } = createProjectResponse.parse(
    (await ask('POST', apiPaths.projects, { name: 'Frozen', template: 'vanilla' })).json,
  );
  return buildResponse.parse((await ask('POST', apiPaths.builds(project.id), { snapshotId: snapshot!.id })).json).build;
}

interface FreezingWorker {
  process: ChildProcess;
  /** Resolves when the worker has said this, once more than it was waited for before. */
  said(line: string): Promise<void>;
  end(): Promise<void>;
}

function startFreezingWorker(program: string, points: string[]): FreezingWorker {
  const child = spawn(process.execPath, [program, database.url, String(leaseMs), ...points], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  let changed: () => void = () => undefined;
  createInterface({ input: child.stdout! }).on('line', (line) => (lines.push(line), changed()));
  return {
    process: child,
    said: async (line) => {
      while (!lines.includes(line)) {
        if (child.exitCode !== null)
          throw new Error(`The freezing worker ended before it said "${line}": ${lines.join(', ')}`);
        await new Promise<void>((resolve) => (changed = resolve));
      }
      lines.splice(0, lines.indexOf(line) + 1);
    },
    end: async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

/** Another worker. `ended` resolves with how its first job ended. */
async function startOtherWorker() {
  const own = openDatabase(database.url, { maxConnections: 5 });
  let onEnd: (end: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (onEnd = resolve));
  const log = pino({ level: 'silent' });
  const loop = await startJobLoop({
    database: own,
    workerId: 'other',
    leaseMs,
    log,
    onEnd: (_, end) => onEnd(end),
    handlers: createJobHandlers({
      db: own.db,
      blobs: createBlobStore('postgres', { db: own.db }),
      runtime: buildNothing(() => undefined),
      log,
      publicBase: product.url,
      timeoutMs: 60_000,
      stallMs: 60_000,
      logLimitBytes: 1e6,
      logLimitLines: 1e4,
      artifactLimitBytes: 1e6,
      secretBox: () => {
        throw new Error('Cannot open a variable: none is expected here');
      },
      tokenLifetimeUs: undefined,
    }),
  });
  cleanups.push(async () => {
    await loop.stop();
    await own.close();
  });
  return { ended };
}

async function databaseNow(): Promise<number> {
  const [row] = await database.db.execute<{ us: number }>(sql`select slipway_now() as us`);
  return row!.us;
}

/** When the job's newest holder took it. */
async function claimedAt(build: Build): Promise<number> {
  const [row] = await database.db.execute<{ us: number }>(
    sql`select claimed_at as us from runtime_jobs where id = ${build.jobId}`,
  );
  return row!.us;
}

async function leaseEnd(build: Build): Promise<number> {
  const [row] = await database.db.execute<{ us: number }>(
    sql`select lease_expires_at as us from runtime_jobs where id = ${build.jobId}`,
  );
  return row!.us;
}

/** Every row that a worker writes to. */
async function everything(): Promise<unknown> {
  const tables = [
    'projects',
    'preview_builds',
    'runtime_jobs',
    'build_logs',
    'artifacts',
    'preview_tokens',
    'owner_events',
    'event_cursors',
    'tree_entries',
  ];
  return await Promise.all(
    tables.map((table) => database.db.execute(sql`select * from ${sql.identifier(table)} t order by t::text`)),
  );
}

describe('a worker that is frozen in the middle of a write', () => {
  for (const where of [
    'with the project, the job and the build locked',
    'with its log line and event written',
    'with half a statement sent',
  ]) {
    it(`SV-01 SV-02 ${where} loses its job within lease + 2 s, and changes nothing when it wakes`, async () => {
      const build = await queueBuild();
      await freezing.said('frozen');
      const lapse = await leaseEnd(build);
      const other = await startOtherWorker();
      // A busy machine may start it after the lease has lapsed: it cannot be earlier than itself.
      const since = Math.max(lapse, await databaseNow());
      expect(await other.ended).toBe('succeeded');
      expect((await claimedAt(build)) - since).toBeLessThan(takeoverUs);

      const before = await everything();
      freezing.process.kill('SIGCONT');
      await freezing.said('end lost-lease');
      expect(await everything()).toEqual(before);
      const { build: after } = buildResponse.parse((await ask('GET', apiPaths.build(build.id))).json);
      expect(after).toMatchObject({ status: 'succeeded' });
      expect(after.previewUrl).toContain(`${product.url}/p/`);
    }, 120_000);
  }

  it('SV-02 keeps nobody waiting but who asks for its build: twelve cancels are answered, and everything else before them', async () => {
    const build = await queueBuild();
    await freezing.said('frozen');
    const answers: string[] = [];
    const cancels = Array.from({ length: 12 }, async () => {
      const answer = await ask('POST', apiPaths.cancelBuild(build.id), {});
      answers.push('cancel');
      return answer;
    });
    // Let them reach their locks first.
    await expect
      .poll(async () => (await database.db.execute(sql`select from pg_locks where not granted`)).length)
      .toBeGreaterThan(0);
    await Promise.all(
      ['/ready', '/health', apiPaths.projects, apiPaths.build(build.id), apiPaths.buildLogs(build.id), apiPaths.me].map(
        async (path) => {
          expect((await ask('GET', path)).status, path).toBe(200);
          answers.push(path);
        },
      ),
    );
    expect(answers).not.toContain('cancel');
    for (const answer of await Promise.all(cancels))
      expect(buildResponse.parse(answer.json).build).toMatchObject({ status: 'running', cancelRequested: true });
    const other = await startOtherWorker();
    expect(await other.ended).toBe('cancelled');
  }, 120_000);
});
