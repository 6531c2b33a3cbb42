/** One entry point, three roles: what `api` takes, a `worker` elsewhere does; all they have in common is a pooler and a bucket. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { apiPaths, buildResponse, snapshotTreeResponse } from '@slipway/contracts';
import { type S3Server, startS3Server } from '@slipway/blobs/testing/s3';
import { countPlacedBlobs } from '@slipway/db';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, mustBe, signIn } from './ask.ts';
import { makeProject } from './make-project.ts';
import { type Pooler, startPooler } from './pooler.ts';
import { type Product, startProduct } from './product.ts';

let database: TestDatabase;
let pooler: Pooler;
let objects: S3Server;
/** What both roles are given. */
const shared = () => ({ DATABASE_URL: pooler.url, BLOB_STORE: 's3', ...objects.settings });
let product: Product;
let worker: ChildProcess | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
  pooler = await startPooler(database.url);
  objects = await startS3Server();
  product = await startProduct({ ROLE: 'api', LOG_LEVEL: 'warn', ...shared() });
}, 120_000);
afterAll(async () => {
  if (worker && worker.exitCode === null && worker.signalCode === null) {
    const exited = once(worker, 'exit');
    worker.kill('SIGTERM');
    await exited;
  }
  await product?.stop();
  await pooler?.close();
  await objects?.close();
  await database?.close();
});

it('P-25 SV-21 SV-22 a server of the role api takes builds alone, and a worker that starts elsewhere does them, behind PgBouncer in transaction mode, with files in S3', async () => {
  const { port } = product;
  const token = await signIn(port);
  const id = await makeProject(port, token, 'Static', { 'index.html': '<h1>roles</h1>' });
  const latest = mustBe(await ask(port, 'GET', apiPaths.snapshot(id, 'latest'), { token }), 200, 'snapshot');
  const { snapshot } = snapshotTreeResponse.parse(JSON.parse(latest.body));
  const body = { snapshotId: snapshot.id };
  const queued = mustBe(await ask(port, 'POST', apiPaths.builds(id), { token, body }), 202, 'queue');
  const { build } = buildResponse.parse(JSON.parse(queued.body));
  const now = async () =>
    buildResponse.parse(JSON.parse((await ask(port, 'GET', apiPaths.build(build.id), { token })).body)).build;
  expect((await now()).status).toBe('queued');
  const main = fileURLToPath(new URL('../../apps/server/dist/main.mjs', import.meta.url));
  // The same program under its other role, on a database that is not its own.
  const env = { ...process.env, ...shared(), PORT: String(port), SANDBOX_DRIVER: 'local' };
  worker = spawn(process.execPath, [main, 'worker'], { stdio: 'inherit', env });
  await expect.poll(async () => (await now()).status, { timeout: 60_000 }).toBe('succeeded');
  const link = await ask(port, 'GET', (await now()).previewUrl ?? '');
  expect((await ask(port, 'GET', String(link.headers['location']))).body).toBe('<h1>roles</h1>');
  const { rows, objects: kept } = await countPlacedBlobs(database.db);
  expect([rows.blobs, kept.blobs > 0]).toEqual([0, true]);
}, 120_000);
