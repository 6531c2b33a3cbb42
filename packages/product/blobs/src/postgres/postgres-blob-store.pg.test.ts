import { createHash } from 'node:crypto';
import { commitSnapshot, grantBlob, hasBlobRight } from '@slipway/db';
import { createTestDatabase, makeProject, type TestDatabase } from '@slipway/db/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlobStore } from '../store/blob-store.ts';
import { readSnapshotFiles } from '../store/read-snapshot-files.ts';
import { storeBytes, storeOwned } from '../store/store-owned.ts';
import { contractLimits, describeBlobStore } from '../testing/describe-blob-store.ts';
import { createPostgresBlobStore } from './postgres-blob-store.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const open = () => createPostgresBlobStore(database.db, contractLimits);
const bytesOf = (text: string) => new TextEncoder().encode(text);

describeBlobStore('postgres', open);

describe('bytes and rights', () => {
  it('P-07 storing gives the owner the right, and a refused body gives none', async () => {
    const { ownerId } = await makeProject(database.db);
    const { sha256, size } = await storeBytes(open(), database.db, ownerId, bytesOf('mine'));
    expect(size).toBe(4);
    expect(await hasBlobRight(database.db, ownerId, sha256)).toBe(true);
    const wrong = 'a'.repeat(64);
    const refused = await storeOwned(open(), database.db, ownerId, { sha256: wrong, body: bytesOf('other') });
    expect(refused.outcome).toBe('mismatch');
    expect(await hasBlobRight(database.db, ownerId, wrong)).toBe(false);
    await expect(storeBytes(open(), database.db, ownerId, new Uint8Array(70_000))).rejects.toThrow(
      'Cannot store 70000 bytes: the postgres store takes 65536',
    );
  });

  it('a blob that somebody may name is not deleted', async () => {
    const { ownerId } = await makeProject(database.db);
    const { sha256 } = await storeBytes(open(), database.db, ownerId, bytesOf('kept'));
    expect(await open().delete([sha256])).toEqual([]);
    expect((await open().has([sha256])).size).toBe(1);
  });

  it('bytes that a sweep takes between storing and naming are stored again', async () => {
    const { ownerId } = await makeProject(database.db);
    let sweeps = 0;
    const swept = (times: number): BlobStore => ({
      ...open(),
      put: async (sha256, body) => {
        const put = await open().put(sha256, body);
        if (sweeps++ < times) await open().delete([sha256]);
        return put;
      },
    });
    const { sha256 } = await storeBytes(swept(1), database.db, ownerId, bytesOf('swept once'));
    expect(await grantBlob(database.db, ownerId, sha256)).toEqual({ outcome: 'granted' });
    sweeps = 0;
    await expect(storeBytes(swept(9), database.db, ownerId, bytesOf('swept always'))).rejects.toThrow(
      /^Cannot give a right to blob ".*": it was swept while it was stored$/,
    );
    expect(sweeps).toBe(3);
  });

  it('P-07 a snapshot is read with its bytes, in its order, by its owner alone', async () => {
    const { db } = database;
    const { ownerId, projectId } = await makeProject(db);
    const texts = Array.from({ length: 20 }, (_, at) => `text ${String(at)}`);
    const entries = await Promise.all(
      texts.map(async (text, at) => ({
        kind: 'file' as const,
        path: `f${String(at).padStart(2, '0')}`,
        mode: 0o644,
        ...(await storeBytes(open(), db, ownerId, bytesOf(text))),
      })),
    );
    const result = await commitSnapshot(db, ownerId, projectId, { baseRevision: 0, entries });
    if (result.outcome !== 'committed') throw new Error(result.outcome);
    const files = await readSnapshotFiles(open(), db, ownerId, projectId, result.snapshot.id);
    const decoded = files?.map((file) => file.kind === 'file' && new TextDecoder().decode(file.bytes));
    expect(decoded).toEqual(texts);
    const stranger = await makeProject(db);
    expect(await readSnapshotFiles(open(), db, stranger.ownerId, projectId, result.snapshot.id)).toBeUndefined();
    const lost: BlobStore = { ...open(), get: async () => ({ outcome: 'missing' }) };
    await expect(readSnapshotFiles(lost, db, ownerId, projectId, result.snapshot.id)).rejects.toThrow(
      `Cannot read "f00" of a snapshot: blob "${createHash('sha256').update('text 0').digest('hex')}" is not stored`,
    );
  });
});
