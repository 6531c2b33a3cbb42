import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { createTestDatabase, type TestDatabase } from '@slipway/db/testing';
import { countPlacedBlobs } from '@slipway/db';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPostgresBlobStore } from '../postgres/postgres-blob-store.ts';
import { checkBlobs } from '../moving/check-blobs.ts';
import { moveBlobs } from '../moving/move-blobs.ts';
import { readBlob } from '../store/read-blob.ts';
import { contractLimits, describeBlobStore } from '../testing/describe-blob-store.ts';
import { type S3Server, startS3Server } from '../testing/start-s3-server.ts';
import { sweepLeftovers } from '../objects/leftovers.ts';
import { type ObjectStore, openObjectStore } from '../objects/object-store.ts';
import { createS3BlobStore } from './s3-blob-store.ts';

let database: TestDatabase;
let server: S3Server;
beforeAll(async () => {
  [database, server] = await Promise.all([createTestDatabase(), startS3Server()]);
}, 60_000);
afterAll(async () => {
  await Promise.all([database.close(), server.close()]);
});

const patience = { timeoutMs: 20_000, attempts: 3, pauseMs: 1 };
function objectsWith(ask?: typeof fetch, asked = patience): ObjectStore {
  const { endpoint, bucket } = server;
  return openObjectStore({
    ...{ endpoint, bucket, region: 'us-east-1', accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', prefix: 'p/' },
    patience: asked,
    ...(ask ? { fetch: ask } : {}),
  });
}
/** Parts of 16 KiB: what is longer than that goes in several. */
const partBytes = 16 * 1024;
const open = (objects = objectsWith()) => createS3BlobStore(database.db, objects, { ...contractLimits, partBytes });
const shaOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const rowOf = async (sha256: string) =>
  (
    await database.db.execute<{ key: string; oid: string; bytes: unknown }>(
      sql`select object_key as key, oid, bytes from blobs where sha256 = ${sha256}`,
    )
  )[0]!;
const leftovers = async () =>
  (await database.db.execute<{ key: string }>(sql`select object_key as key from blob_leftovers`)).map(({ key }) => key);

describeBlobStore('s3', open);

describe('blobs in an object store', () => {
  it('SV-21 what is longer than a part goes in parts, has the id of git, and nothing is left behind', async () => {
    const methods: string[] = [];
    const watched = objectsWith((url, init) => {
      methods.push(`${init?.method} ${String(url).replace(/.*\?/, '').replace(/=.*/, '')}`);
      return fetch(url, init);
    });
    const bytes = randomBytes(3 * partBytes + 7);
    const pieces = ReadableStream.from([bytes.subarray(0, 20_000), bytes.subarray(20_000)]);
    expect(await open(watched).put(shaOf(bytes), pieces)).toEqual({ outcome: 'stored', size: bytes.length });
    expect(methods.filter((method) => method === 'PUT partNumber')).toHaveLength(4);
    const row = await rowOf(shaOf(bytes));
    expect(row).toEqual({
      key: expect.stringMatching(new RegExp(`^p/../${shaOf(bytes)}\\.[0-9a-f]{8}$`)),
      oid: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
      bytes: null,
    });
    expect(await readBlob(open(), shaOf(bytes))).toEqual(new Uint8Array(bytes));
    expect(await leftovers()).toEqual([]);
  });

  it('SV-21 a store that is overloaded, gone or silent is asked again, so many times and no more', async () => {
    const bytes = randomBytes(100);
    let asked = 0;
    const failing = (times: number, fail: (signal: AbortSignal) => Promise<Response>) => {
      asked = 0;
      return open(
        objectsWith((url, init) => (asked++ < times ? fail(init!.signal!) : fetch(url, init)), {
          ...patience,
          timeoutMs: 500,
        }),
      );
    };
    const overloaded = () => Promise.resolve(new Response('<Error><Code>SlowDown</Code></Error>', { status: 503 }));
    const gone = () => Promise.reject(new TypeError('fetch failed'));
    const silent = (signal: AbortSignal) =>
      new Promise<Response>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const body = (signal: AbortSignal) =>
      Promise.resolve(
        new Response(
          new ReadableStream({ start: (c) => signal.addEventListener('abort', () => c.error(signal.reason)) }),
        ),
      );
    for (const fail of [overloaded, gone, silent, body]) {
      const some = randomBytes(100);
      expect(await failing(2, fail).put(shaOf(some), some)).toEqual({ outcome: 'stored', size: 100 });
      expect(asked).toBe(3);
      await expect(failing(99, fail).put(shaOf(bytes), bytes)).rejects.toThrow();
      expect(asked).toBe(3);
    }
    // What was never stored has no row; its keys are known, and are swept when a day is over.
    expect((await open().has([shaOf(bytes)])).size).toBe(0);
    expect(await leftovers()).toHaveLength(4);
    expect(await sweepLeftovers(database.db, objectsWith())).toBe(0);
    expect(await sweepLeftovers(database.db, objectsWith(), { keepUs: 0 })).toBe(4);
    expect(await leftovers()).toEqual([]);
  });

  it('SV-21 bytes that were changed in the store, or lost there, are an error and never an answer', async () => {
    const [long, short, lost] = [randomBytes(5000), randomBytes(50), randomBytes(60)];
    for (const bytes of [long, short, lost]) await open().put(shaOf(bytes), bytes);
    for (const bytes of [long, short])
      await objectsWith().put((await rowOf(shaOf(bytes))).key, randomBytes(bytes.length));
    await objectsWith().delete((await rowOf(shaOf(lost))).key);
    await expect(readBlob(open(), shaOf(long))).rejects.toThrow('its bytes are not what was stored');
    await expect(open().readMany([shaOf(short)])).rejects.toThrow('its bytes are not what was stored');
    await expect(readBlob(open(), shaOf(lost))).rejects.toThrow('the object store has no "p/');
    await expect(open().readMany([shaOf(lost)])).rejects.toThrow('the object store has no "p/');
    const checked = await checkBlobs({ db: database.db, store: open() });
    expect(checked).toMatchObject({ broken: 3, named: expect.arrayContaining([expect.stringContaining('no "p/')]) });
    await open().delete([long, short, lost].map(shaOf));
    expect(await checkBlobs({ db: database.db, store: open() })).toMatchObject({ broken: 0, named: [] });
  });

  it('SV-21 an object that is being written while its blob is deleted harms no other blob of the same bytes', async () => {
    const bytes = randomBytes(200);
    await open().put(shaOf(bytes), bytes);
    const { key } = await rowOf(shaOf(bytes));
    await open().delete([shaOf(bytes)]);
    await open().put(shaOf(bytes), bytes);
    await objectsWith().delete(key);
    expect(await readBlob(open(), shaOf(bytes))).toEqual(new Uint8Array(bytes));
  });

  it('SV-21 a store without the other one’s settings says so', async () => {
    const bytes = randomBytes(10);
    await open().put(shaOf(bytes), bytes);
    const alone = createPostgresBlobStore(database.db);
    await expect(alone.get(shaOf(bytes))).rejects.toThrow('no S3_ENDPOINT is configured');
  });

  it('SV-21 blobs move to objects and back while they are read, and stopped anywhere nothing is lost', async () => {
    const { db } = database;
    const rows = createPostgresBlobStore(db, { ...contractLimits, objects: objectsWith() });
    const made = [0, 1, 1000, 30_000, ...Array.from({ length: 20 }, (_, at) => 100 + at)].map((size) =>
      randomBytes(size),
    );
    for (const bytes of made) await rows.put(shaOf(bytes), bytes);
    const whole = async () => {
      for (const bytes of made) expect(await readBlob(rows, shaOf(bytes))).toEqual(new Uint8Array(bytes));
    };
    for (const to of ['objects', 'rows', 'objects'] as const) {
      // A reader that has begun goes on wherever the bytes are.
      const read = await rows.get(shaOf(made[3]!));
      if (read.outcome !== 'found') throw new Error(read.outcome);
      const reader = read.stream.getReader();
      const seen = [(await reader.read()).value!];
      for (let stops = 0; ; stops++) {
        const stop = new AbortController();
        let steps = 0;
        const done = await moveBlobs({ db, objects: objectsWith() }, to, {
          signal: stop.signal,
          onMoved: () => void (++steps === 6 && stop.abort()),
        }).then(
          () => true,
          () => false,
        );
        if (done) break;
        if (stops === 1) await whole();
        expect(stops).toBeLessThan(50);
      }
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) seen.push(piece.value);
      expect(Buffer.concat(seen)).toEqual(made[3]);
      await whole();
      const count = await countPlacedBlobs(db);
      expect(count[to === 'objects' ? 'rows' : 'objects']).toEqual({ blobs: 0, bytes: 0 });
    }
  });
});
