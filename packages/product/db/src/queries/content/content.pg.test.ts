import type { TreeEntry } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { makeFile, makeProject, makeUser } from '../query-fixtures.ts';
import { commitSnapshot } from './commit-snapshot.ts';
import { getBlob } from './get-blob.ts';
import { getSnapshot } from './get-snapshot.ts';
import { listMissingBlobs } from './list-missing-blobs.ts';
import { readSnapshotFiles } from './read-snapshot-files.ts';
import { readTree } from './read-tree.ts';
import { sweepContent } from './sweep-content.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const shaOf = (entry: TreeEntry) => (entry as { sha256: string }).sha256;

describe('blobs, trees, snapshots', () => {
  test('P-07 bytes that somebody else stored are missing to me, and a tree that names them is refused', async () => {
    const { db } = database;
    const other = await makeUser(db);
    const file = await makeFile(db, other, 'secret.txt', 'their secret');
    const mine = await makeProject(db);
    expect(await listMissingBlobs(db, mine.ownerId, [shaOf(file)])).toEqual([shaOf(file)]);
    expect(await getBlob(db, mine.ownerId, shaOf(file))).toBeUndefined();
    expect(await commitSnapshot(db, mine.ownerId, mine.projectId, { baseRevision: 0, entries: [file] })).toEqual({
      outcome: 'missing-blobs',
      missing: [shaOf(file)],
    });
    expect(await listMissingBlobs(db, other, [shaOf(file)])).toEqual([]);
  });

  test('a snapshot gives back what was committed: modes, links, empty directories, any bytes', async () => {
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
    expect(await readTree(db, result.snapshot.treeId)).toEqual(entries);
    const files = await readSnapshotFiles(db, project.ownerId, project.projectId, result.snapshot.id);
    expect(files?.[0]).toMatchObject({ kind: 'file', mode: 0o755 });
    expect(Buffer.from((files![0] as { bytes: Uint8Array }).bytes)).toEqual(Buffer.from('\0\u00ff'));
    const stranger = await makeUser(db);
    expect(await readSnapshotFiles(db, stranger, project.projectId, result.snapshot.id)).toBeUndefined();
    expect(await getSnapshot(db, stranger, project.projectId, 'latest')).toBeUndefined();
  });

  test('a file that claims another size than its bytes have is refused', async () => {
    const { db } = database;
    const project = await makeProject(db);
    const file = (await makeFile(db, project.ownerId, 'x', 'four')) as TreeEntry & { kind: 'file' };
    const result = await commitSnapshot(db, project.ownerId, project.projectId, { baseRevision: 0, entries: [{ ...file, size: 5 }] });
    expect(result).toEqual({ outcome: 'wrong-size', paths: ['x'] });
  });

  test('of ten tabs that commit at once from one revision exactly one wins', async () => {
    const { db } = database;
    const project = await makeProject(db);
    const entries = await Promise.all(Array.from({ length: 10 }, (_, at) => makeFile(db, project.ownerId, 'x', `text ${at}`)));
    const results = await Promise.all(
      entries.map((entry) => commitSnapshot(db, project.ownerId, project.projectId, { baseRevision: 0, entries: [entry] })),
    );
    expect(results.filter((result) => result.outcome === 'committed')).toHaveLength(1);
    expect(results.filter((result) => result.outcome === 'stale' && result.revision === 1)).toHaveLength(9);
  });

  test('the sweep takes what nothing references and nothing else', async () => {
    const { db } = database;
    const project = await makeProject(db);
    const kept = await makeFile(db, project.ownerId, 'kept', 'kept by a snapshot');
    const loose = await makeFile(db, project.ownerId, 'loose', 'never committed');
    await commitSnapshot(db, project.ownerId, project.projectId, { baseRevision: 0, entries: [kept] });
    await sweepContent(db);
    expect(await getBlob(db, project.ownerId, shaOf(loose))).toBeDefined();
    await db.execute(sql`update owner_blobs set confirmed_at = 0`);
    await db.execute(sql`update trees set created_at = 0`);
    await sweepContent(db);
    expect(await getBlob(db, project.ownerId, shaOf(loose))).toBeUndefined();
    expect(await getBlob(db, project.ownerId, shaOf(kept))).toBeDefined();
    const [row] = await db.execute<{ count: number }>(sql`select count(*)::int as count from blobs where sha256 = ${shaOf(loose)}`);
    expect(row!.count).toBe(0);
  });
});
