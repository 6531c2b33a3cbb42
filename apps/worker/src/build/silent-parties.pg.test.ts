import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { cancelBuild, claimJob, createBuild, getBuild } from '@slipway/db';
import { createTestDatabase, makeProject, type ProjectFixture, type TestDatabase } from '@slipway/db/testing';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { mustFindBrowser } from '@slipway/find-browser';
import { createSandboxDriver } from '@slipway/sandboxes';
import { configOf, makeCheckpoints } from '@slipway/sandboxes/testing';
import { createChromiumMachines } from '../chromium/chromium-machines.ts';
import { createBuildRuntime } from '../sandbox/build-runtime.ts';
import { parseConfig } from '../config.ts';
import { readRuntimeConfig } from '../server-facts.ts';
import { startWorker } from '../start-worker.ts';
import { type RudeServer, startRudeServer } from '@slipway/registry-mirror/testing';
import type { JobEnd } from './execute-job.ts';

const workerMain = fileURLToPath(new URL('../main.ts', import.meta.url));
const log = pino({ level: 'silent' });

let database: TestDatabase;
let project: ProjectFixture;
/** Takes connections and never answers. */
let server: RudeServer;
beforeAll(async () => {
  database = await createTestDatabase();
  project = await makeProject(database.db);
}, 60_000);
afterAll(() => database?.close());
beforeEach(async () => void (server = await startRudeServer()));
afterEach(() => server.close());

let saved = 0;
async function enqueue() {
  const snapshot = await project.save(`text ${saved++}`);
  const created = await createBuild(database.db, project.ownerId, project.projectId, {
    snapshotId: snapshot.id,
    deadlineUs: 3.6e9,
  });
  if (created.outcome !== 'queued') throw new Error(created.outcome);
  return created.build;
}
const statusOf = async (buildId: string) => await getBuild(database.db, project.ownerId, buildId);

function spawnWorker(databaseUrl: string): ChildProcess {
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    PUBLIC_URL: `http://slipway.localhost:${server.port}`,
    LOG_LEVEL: 'info',
    WARM_SANDBOXES: '0',
  };
  return spawn(process.execPath, ['--import', 'tsx', workerMain], { stdio: ['ignore', 'pipe', 'inherit'], env });
}

/** Before that, a signal simply ends it. */
function ready(worker: ChildProcess): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    worker.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()).includes('worker ready') && resolve());
    worker.on('exit', (code) => reject(new Error(`the worker exited with ${code}`)));
  });
}

describe('a worker whose server is silent', () => {
  it('SV-03 the job fails at the deadline with a message that names the server, and the worker takes the next one', async () => {
    const config = parseConfig({ PUBLIC_URL: `http://slipway.localhost:${server.port}`, WARM_SANDBOXES: '0' });
    const machines = createChromiumMachines({
      executable: mustFindBrowser(),
      config: (signal) => readRuntimeConfig(`http://slipway.localhost:${server.port}`, signal, 300),
      dial: { host: '127.0.0.1', port: server.port },
      log,
    });
    const driver = createSandboxDriver({ machines, checkpoints: makeCheckpoints(), graceMs: 0 });
    const runtime = createBuildRuntime(driver, configOf());
    const ends: JobEnd[] = [];
    const worker = await startWorker(config, {
      databaseUrl: database.url,
      log,
      runtime,
      onEnd: (_, end) => ends.push(end),
    });
    try {
      for (const done of [1, 2]) {
        const build = await enqueue();
        await expect.poll(() => ends.length).toBe(done);
        expect(await statusOf(build.id)).toMatchObject({
          status: 'failed',
          errorSummary: `runner failed: Cannot read "http://slipway.localhost:${server.port}/__slip/config.json": no complete answer within 300 ms`,
        });
      }
    } finally {
      await worker.stop();
    }
  });

  it('SV-03 P-19 a cancel is obeyed while the worker waits for an answer', async () => {
    const config = parseConfig({ PUBLIC_URL: `http://slipway.localhost:${server.port}`, WARM_SANDBOXES: '0' });
    const ends: JobEnd[] = [];
    const worker = await startWorker(config, { databaseUrl: database.url, log, onEnd: (_, end) => ends.push(end) });
    try {
      const build = await enqueue();
      await server.connected();
      await cancelBuild(database.db, project.ownerId, build.id);
      await expect.poll(() => ends).toEqual(['cancelled']);
      expect(await statusOf(build.id)).toMatchObject({ status: 'cancelled', errorSummary: 'cancelled by the user' });
    } finally {
      await worker.stop();
    }
  });

  it('SV-03 P-18 SIGTERM ends the process in order, and its job is free for another', async () => {
    const worker = spawnWorker(database.url);
    onTestFinished(() => void worker.kill('SIGKILL'));
    await ready(worker);
    const build = await enqueue();
    await server.connected();
    worker.kill('SIGTERM');
    expect(await once(worker, 'exit')).toEqual([0, null]);
    expect((await claimJob(database.db, 'another', 1e6))?.lease.jobId).toBe(build.jobId);
  });
});

it('SV-03 SIGTERM ends a worker whose database has gone silent, too', async () => {
  const server = new URL(database.url);
  const sockets = new Set<Socket>();
  const between = createServer((socket) => {
    const upstream = connect(Number(server.port), server.hostname);
    for (const end of [socket, upstream]) {
      sockets.add(end);
      end.on('error', () => end.destroy());
    }
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
  const url = new URL(database.url);
  url.hostname = '127.0.0.1';
  url.port = String((between.address() as AddressInfo).port);
  const worker = spawnWorker(url.href);
  try {
    await ready(worker);
    for (const socket of sockets) socket.unpipe();
    worker.kill('SIGTERM');
    // Not in order: there is nobody to give the job back to.
    expect(await once(worker, 'exit')).toEqual([1, null]);
  } finally {
    worker.kill('SIGKILL');
    for (const socket of sockets) socket.destroy();
    between.close();
  }
});
