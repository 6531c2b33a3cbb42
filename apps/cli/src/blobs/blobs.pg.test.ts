import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createBlobStore, objectStoreOf, openBlobStore, s3Fields } from '@slipway/blobs';
import { type S3Server, startS3Server } from '@slipway/blobs/testing/s3';
import { countPlacedBlobs } from '@slipway/db';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { runBlobs } from './run-blobs.ts';

let database: TestDatabase;
let server: S3Server;
beforeAll(async () => {
  [database, server] = await Promise.all([createTestDatabase(), startS3Server()]);
}, 60_000);
afterAll(async () => {
  await Promise.all([database.close(), server.close()]);
});

const environment = () => ({ DATABASE_URL: database.url, ...server.settings });
async function run(argv: readonly string[], env: Record<string, string> = environment()) {
  let stdout = '';
  const code = await runBlobs(argv, env, { stdout: { write: (text) => (stdout += text) }, stderr: process.stderr });
  return { code, stdout };
}

/** The command in a process of its own, killed once a blob has moved. */
async function killInMidMove(): Promise<void> {
  const from = (await countPlacedBlobs(database.db)).rows.blobs;
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', main, 'blobs', 'move', '--to', 's3'], {
    env: { PATH: process.env['PATH'], ...environment() },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  await expect
    .poll(async () => (await countPlacedBlobs(database.db)).rows.blobs, { interval: 5, timeout: 150_000 })
    .toBeLessThan(from);
  child.kill('SIGKILL');
  expect((await ended)[1]).toBe('SIGKILL');
}

it('SV-21 the command moves every blob to S3 and back; killed in the middle, it loses none and goes on', async () => {
  const { db } = database;
  const store = createBlobStore('postgres', { db });
  const made = Array.from({ length: 150 }, (_, at) => randomBytes(at === 7 ? 9 * 1024 ** 2 : 2000 + at));
  const shaOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  for (const bytes of made) await store.put(shaOf(bytes), bytes);
  await killInMidMove();
  const half = await countPlacedBlobs(db);
  expect(half.rows.blobs + half.objects.blobs).toBe(150);
  expect(half.rows.blobs).toBeGreaterThan(0);
  expect((await run(['check'])).stdout).toMatch(/^150 blobs are whole, \d+ bytes; 0 are not\n$/);

  expect((await run(['move', '--to', 's3'])).stdout).toMatch(/^\d+ blobs moved to s3, \d+ bytes; 0 are left\n$/m);
  const objects = objectStoreOf(z.object(s3Fields).parse(server.settings))!;
  const settings = { ...z.object(s3Fields).parse(server.settings), BLOB_STORE: 's3' as const };
  const read = await openBlobStore(settings, { db }).readMany(made.map(shaOf));
  expect([...read.values()].reduce((sum, { length }) => sum + length, 0)).toBe(
    made.reduce((sum, { length }) => sum + length, 0),
  );
  expect((await run(['count'])).stdout).toMatch(/^postgres: 0 blobs, 0 bytes\ns3: 150 blobs, /);
  expect(objects.prefix).toBe('slipway/');

  expect(await run(['move', '--to', 'postgres'])).toMatchObject({ code: 0 });
  expect((await run(['count'])).stdout).toMatch(/^postgres: 150 blobs, \d+ bytes\ns3: 0 blobs, 0 bytes\n$/);
  // Without the other store's settings now: nothing of it is needed any more.
  expect(await run(['check'], { DATABASE_URL: database.url })).toMatchObject({ code: 0 });
}, 240_000);

it('SV-21 the command says what it lacks', async () => {
  const env = { DATABASE_URL: database.url };
  await expect(run(['move', '--to', 's3'], env)).rejects.toThrow('S3_ENDPOINT, S3_BUCKET');
  await expect(run(['move', '--to', 'tape'])).rejects.toThrow('cannot understand');
  await expect(run([], env)).rejects.toThrow('no command given');
  await expect(run(['count'], { ...env, S3_BUCKET: 'No Bucket' })).rejects.toThrow('S3_BUCKET: ');
});
