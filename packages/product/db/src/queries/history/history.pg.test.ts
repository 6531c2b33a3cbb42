import { createHash, randomBytes } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { deleteBlobs } from '../content/delete-blobs.ts';
import { listLooseBlobs } from '../content/list-loose-blobs.ts';
import { storeBlob } from '../content/store-blob.ts';
import { makeProject } from '../query-fixtures.ts';
import { getObjectHeads } from './get-object-heads.ts';
import { getObjects } from './get-objects.ts';
import { listReachableCommits } from './list-reachable-commits.ts';
import { listRefs } from './list-refs.ts';
import { lockProject } from './lock-project.ts';
import { moveRefs, REFS_LIMIT } from './move-refs.ts';
import { pointRef } from './point-ref.ts';
import { putCommits } from './put-commits.ts';
import { putObjects } from './put-objects.ts';
import { readRefLog } from './read-ref-log.ts';
import type { StoredObject } from './stored-object.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()), 60_000);
afterAll(() => database.close());

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');

async function makeBlob(text: string): Promise<StoredObject> {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await storeBlob(database.db, { sha256, bytes });
  return {
    oid: sha1(Buffer.from(`blob ${bytes.length}\0${text}`)),
    type: 'blob',
    size: bytes.length,
    sha256,
    z: null,
    baseOid: null,
  };
}

function makeTree(bytes: Uint8Array): StoredObject {
  return { oid: sha1(bytes), type: 'tree', size: bytes.length, sha256: null, z: deflateSync(bytes), baseOid: null };
}

describe('objects of a project', () => {
  it('HI-04 are there for who was given them, and missing to everybody else', async () => {
    const { db } = database;
    const [mine, theirs] = [await makeProject(db), await makeProject(db)];
    const objects = [await makeBlob('shared bytes'), makeTree(Buffer.from('a tree'))];
    expect(await putObjects(db, mine.projectId, objects)).toEqual({ outcome: 'stored' });
    const oids = objects.map((object) => object.oid);
    const kept = await getObjects(db, mine.projectId, [...oids, 'f'.repeat(40)]);
    expect(kept.map((object) => object.oid)).toEqual([...oids].sort());
    expect(Buffer.from(kept.find((object) => object.type === 'tree')!.z!)).toEqual(Buffer.from(objects[1]!.z!));
    expect(await getObjects(db, theirs.projectId, oids)).toEqual([]);
    expect(await getObjectHeads(db, theirs.projectId, oids)).toEqual([]);
  });

  it('one id with other bytes is refused, and so is a blob whose bytes were swept', async () => {
    const { db } = database;
    const { projectId } = await makeProject(db);
    const blob = await makeBlob('first');
    await putObjects(db, projectId, [blob]);
    const other = await makeBlob('other');
    const forged = { ...other, oid: blob.oid };
    expect(await putObjects(db, projectId, [forged])).toEqual({ outcome: 'conflict', oid: blob.oid });
    expect(await deleteBlobs(db, [other.sha256!])).toEqual([{ sha256: other.sha256, objectKey: null }]);
    expect(await putObjects(db, projectId, [other])).toEqual({ outcome: 'blob-gone', oid: other.oid });
  });

  it('more than one statement holds are stored, in the order in which nobody waits for another', async () => {
    const { db } = database;
    const { projectId } = await makeProject(db);
    const many = Array.from({ length: 5_200 }, (_, at) => makeTree(Buffer.from(`tree ${String(at)}`)));
    await Promise.all([putObjects(db, projectId, many), putObjects(db, projectId, many.toReversed())]);
    expect(
      await getObjectHeads(
        db,
        projectId,
        many.map((tree) => tree.oid),
      ),
    ).toHaveLength(5_200);
  });

  it('HI-10 bytes that an object names are never swept', async () => {
    const { db } = database;
    const { projectId } = await makeProject(db);
    const blob = await makeBlob(randomBytes(20).toString('hex'));
    expect(await listLooseBlobs(db, { after: '', limit: 100_000 })).toContain(blob.sha256);
    await putObjects(db, projectId, [blob]);
    expect(await listLooseBlobs(db, { after: '', limit: 100_000 })).not.toContain(blob.sha256);
    expect(await deleteBlobs(db, [blob.sha256!])).toEqual([]);
  });

  it('what a row must hold, the database itself demands', async () => {
    const { db } = database;
    const { projectId } = await makeProject(db);
    const insert = (columns: string, values: string) =>
      db.execute(sql.raw(`insert into objects (project_id, oid, ${columns}) values ('${projectId}', 'x', ${values})`));
    await expect(insert('type, size', `'blob', 1`)).rejects.toThrow();
    await expect(insert('type, size', `'tree', 1`)).rejects.toThrow();
  });
});

describe('commits and refs', () => {
  it('every ancestor comes with one question', async () => {
    const { db } = database;
    const { projectId } = await makeProject(db);
    const oid = (at: number) => at.toString(16).padStart(40, '0');
    const tree = oid(0xffff);
    // A line of twenty, with a merge of a side branch at its end.
    const line = Array.from({ length: 20 }, (_, at) => ({
      oid: oid(at + 1),
      tree,
      parents: at === 0 ? [] : [oid(at)],
    }));
    const side = { oid: oid(100), tree, parents: [oid(5)] };
    const merge = { oid: oid(101), tree, parents: [oid(20), oid(100)] };
    await putCommits(db, projectId, [...line, side, merge, { oid: oid(200), tree, parents: [] }]);
    const found = await listReachableCommits(db, projectId, { from: [merge.oid] });
    expect(found.map((commit) => commit.oid)).toEqual([...line, side, merge].map((commit) => commit.oid));
    expect(found.at(-1)).toEqual(merge);
    expect(await listReachableCommits(db, projectId, { from: [oid(3), 'e'.repeat(40)] })).toHaveLength(3);
    expect(await listReachableCommits(db, (await makeProject(db)).projectId, { from: [merge.oid] })).toEqual([]);
  });

  it('HI-03 of ten that move a ref from one place exactly one wins, and all moves are written down', async () => {
    const { db } = database;
    const { ownerId, projectId } = await makeProject(db);
    const name = 'refs/heads/main';
    const oid = (at: number) => String(at).repeat(40);
    const move = (from: string | null, to: string | null) =>
      db.transaction(async (tx) => {
        const project = await lockProject(tx, ownerId, projectId);
        return await moveRefs(tx, project!, [{ name, from, to }], 'a test');
      });
    expect(await move(oid(9), oid(1))).toEqual({ outcome: 'raced', names: [name] });
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, at) => move(null, oid(at))));
    expect(outcomes.filter((result) => result.outcome === 'moved')).toHaveLength(1);
    const [ref] = await listRefs(db, projectId);
    expect(await move(ref!.oid, null)).toEqual({ outcome: 'moved' });
    expect(await listRefs(db, projectId)).toEqual([]);
    expect((await readRefLog(db, projectId, { name })).map((moved) => [moved.oldOid, moved.newOid])).toEqual([
      [ref!.oid, null],
      [null, ref!.oid],
    ]);
  });

  it('a symbolic ref names another, and is not moved as if it were one', async () => {
    const { db } = database;
    const { ownerId, projectId } = await makeProject(db);
    await db.transaction(async (tx) => {
      const project = (await lockProject(tx, ownerId, projectId))!;
      await pointRef(tx, project, 'HEAD', 'refs/heads/main');
      const raced = await moveRefs(tx, project, [{ name: 'HEAD', from: null, to: 'a'.repeat(40) }], 'a test');
      expect(raced).toEqual({ outcome: 'raced', names: ['HEAD'] });
    });
    expect(await listRefs(db, projectId)).toEqual([{ name: 'HEAD', oid: null, target: 'refs/heads/main' }]);
    expect(await listRefs(db, projectId, 'refs/')).toEqual([]);
  });

  it('a project has no more refs than its limit', async () => {
    const { db } = database;
    const { ownerId, projectId } = await makeProject(db);
    await db.execute(sql`
      insert into refs (project_id, name, oid)
      select ${projectId}, 'refs/tags/' || at, ${'a'.repeat(40)} from generate_series(1, ${REFS_LIMIT}::int) as at`);
    await db.transaction(async (tx) => {
      const project = (await lockProject(tx, ownerId, projectId))!;
      const moves = [{ name: 'refs/heads/more', from: null, to: 'b'.repeat(40) }];
      expect(await moveRefs(tx, project, moves, 'a test')).toEqual({ outcome: 'too-many' });
      const exchanged = [...moves, { name: 'refs/tags/1', from: 'a'.repeat(40), to: null }];
      expect(await moveRefs(tx, project, exchanged, 'a test')).toEqual({ outcome: 'moved' });
    });
  });
});
