import type { TreeEntry } from '@slipway/contracts';
import { listEntries } from '@slipway/history';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { getSnapshotHead } from '../history/get-snapshot-head.ts';
import { ProjectObjects } from '../history/project-objects.ts';
import { makeFile, makeProject, makeUser } from '../query-fixtures.ts';
import { commitSnapshot } from './commit-snapshot.ts';
import { deleteBlobs } from './delete-blobs.ts';
import { getSnapshot } from './get-snapshot.ts';
import { grantBlob } from './grant-blob.ts';
import { hasBlobRight } from './has-blob-right.ts';
import { listMissingBlobs } from './list-missing-blobs.ts';
import { readBlobPiece } from './read-blob-piece.ts';
import { sweepContent } from './sweep-content.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const shaOf = (entry: TreeEntry) => (entry as { sha256: string }).sha256;

describe('blobs, trees, snapshots', () => {
  it('P-07 bytes that somebody else stored are missing to me, and a tree that names them is refused', async () => {
    const { db } = database;
    const other = await makeUser(db);
    const file = await makeFile(db, other, 'secret.txt', 'their secret');
    const mine = await makeProject(db);
    expect(await listMissingBlobs(db, mine.ownerId, [shaOf(file)])).toEqual([shaOf(file)]);
    expect(await hasBlobRight(db, mine.ownerId, shaOf(file))).toBe(false);
    expect(await commitSnapshot(db, mine.ownerId, mine.projectId, { baseRevision: 0, entries: [file] })).toEqual({
      outcome: 'missing-blobs',
      missing: [shaOf(file)],
    });
    expect(await listMissingBlobs(db, other, [shaOf(file)])).toEqual([]);
  });

  it('a snapshot gives back what was committed: modes, links, empty directories, any bytes', async () => {
    const { db } = database;
    const project = await makeProject(db);
    const binary = await makeFile(db, project.ownerId, 'a/ü\u{1f600}.bin', '\0\u00ff');
    const entries: TreeEntry[] = [
      { ...(binary as TreeEntry & { kind: 'file' }), mode: 0o755 },
      { kind: 'dir', path: 'empty', mode: 0o700 },
      { kind: 'link', path: 'link', target: '../outside' },
    ];
    const result = await commitSnapshot(db, project.ownerId, project.projectId, { baseRevision: 0, entries });
    if (result.outcome !== 'committed') throw new Error(result.outcome);
    expect(result.snapshot).toMatchObject({ revision: 1, files: 1, bytes: 3, parentId: null });
    const head = await getSnapshotHead(db, project.ownerId, project.projectId, result.snapshot.id);
    const objects = new ProjectObjects(db, project.projectId);
    const listed = await listEntries(objects.store, head!);
    expect(listed.sort((a, b) => (a.path < b.path ? -1 : 1))).toMatchObject([
      { kind: 'dir', path: 'a', mode: 0o755 },
      { kind: 'file', path: 'a/ü\u{1f600}.bin', mode: 0o755 },
      { kind: 'dir', path: 'empty', mode: 0o700, empty: true },
      { kind: 'link', path: 'link' },
    ]);
    const piece = await readBlobPiece(db, shaOf(binary), { start: 0, length: 10 });
    expect(Buffer.from(piece!.bytes)).toEqual(Buffer.from('\0\u00ff'));
    const stranger = await makeUser(db);
    expect(await getSnapshotHead(db, stranger, project.projectId, result.snapshot.id)).toBeUndefined();
    expect(await getSnapshot(db, stranger, project.projectId, 'latest')).toBeUndefined();
  });

  it('a file that claims another size than its bytes have is refused', async () => {
    const { db } = database;
    const project = await makeProject(db);
    const file = (await makeFile(db, project.ownerId, 'x', 'four')) as TreeEntry & { kind: 'file' };
    const result = await commitSnapshot(db, project.ownerId, project.projectId, {
      baseRevision: 0,
      entries: [{ ...file, size: 5 }],
    });
    expect(result).toEqual({ outcome: 'wrong-size', paths: ['x'] });
  });

  it('of ten tabs that commit at once from one revision exactly one wins', async () => {
    const { db } = database;
    const project = await makeProject(db);
    const entries = await Promise.all(
      Array.from({ length: 10 }, (_, at) => makeFile(db, project.ownerId, 'x', `text ${at}`)),
    );
    const results = await Promise.all(
      entries.map((entry) =>
        commitSnapshot(db, project.ownerId, project.projectId, { baseRevision: 0, entries: [entry] }),
      ),
    );
    expect(results.filter((result) => result.outcome === 'committed')).toHaveLength(1);
    expect(results.filter((result) => result.outcome === 'stale' && result.revision === 1)).toHaveLength(9);
  });

  it('the sweep takes what nothing references and nothing else', async () => {
    const { db } = database;
    const project = await makeProject(db);
    const sweepBytes = (hashes: readonly string[]) => deleteBlobs(db, hashes);
    const kept = await makeFile(db, project.ownerId, 'kept', 'kept by a snapshot');
    const loose = await makeFile(db, project.ownerId, 'loose', 'never committed');
    await commitSnapshot(db, project.ownerId, project.projectId, { baseRevision: 0, entries: [kept] });
    await sweepContent(db, sweepBytes);
    expect(await hasBlobRight(db, project.ownerId, shaOf(loose))).toBe(true);
    await db.execute(sql`update owner_blobs set confirmed_at = 0`);
    await db.execute(sql`update trees set created_at = 0`);
    await sweepContent(db, sweepBytes);
    expect(await hasBlobRight(db, project.ownerId, shaOf(loose))).toBe(false);
    expect(await hasBlobRight(db, project.ownerId, shaOf(kept))).toBe(true);
    expect(await readBlobPiece(db, shaOf(kept), { start: 0, length: 10 })).toBeDefined();
    const [row] = await db.execute<{ count: number }>(
      sql`select count(*)::int as count from blobs where sha256 = ${shaOf(loose)}`,
    );
    expect(row!.count).toBe(0);
  });

  it('bytes that were swept before the right was given are stored again, not named', async () => {
    const { db } = database;
    const owner = await makeUser(db);
    expect(await grantBlob(db, owner, 'e'.repeat(64))).toEqual({ outcome: 'no-such-blob' });
    expect(await hasBlobRight(db, owner, 'e'.repeat(64))).toBe(false);
  });
});
