import { createHash } from 'node:crypto';
import { applyChanges, makeCommit, type PathChange } from '@slipway/history';
import { sql } from 'drizzle-orm';
import type { Db } from '../connection/database.ts';
import { readTree } from '../queries/content/read-tree.ts';
import { ProjectObjects } from '../queries/history/project-objects.ts';
import { putCommits } from '../queries/history/put-commits.ts';
import { putObjects } from '../queries/history/put-objects.ts';
import { SAVES_REF } from '../queries/history/record-snapshot.ts';
import type { StoredObject } from '../queries/history/stored-object.ts';

/** Of bytes that are read and hashed between two writes. */
const BLOBS_AT_ONCE = 20;

interface OldSnapshot extends Record<string, unknown> {
  id: string;
  projectId: string;
  revision: number;
  treeId: string;
  createdAt: number;
  name: string;
  email: string;
  /** The commit of the snapshot before it, which is moved first: a commit names its parent. Null for the first. */
  parent: string | null;
}

/**
 * Makes commits of snapshots of the time before there were any, and gives the blobs of
 * that time git's ids. Each step is a transaction of its own and finds what is left by
 * asking, so that it may be cut off anywhere and goes on the next time.
 */
export async function moveSnapshots(db: Db, { onStep = () => {} }: { onStep?: () => void } = {}): Promise<void> {
  while (await nameBlobs(db)) onStep();
  for (let next = await nextSnapshot(db); next; next = await nextSnapshot(db)) {
    await moveSnapshot(db, next);
    onStep();
  }
}

async function nameBlobs(db: Db): Promise<boolean> {
  const blobs = await db.execute<{ sha256: string; bytes: Uint8Array }>(sql`
    select sha256, bytes from blobs where oid is null limit ${BLOBS_AT_ONCE}`);
  const named = blobs.map(({ sha256, bytes }) => ({
    sha256,
    oid: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
  }));
  await db.execute(sql`
    update blobs b set oid = n.oid from jsonb_to_recordset(${JSON.stringify(named)}::jsonb) as n(sha256 text, oid text)
    where b.sha256 = n.sha256`);
  return named.length > 0;
}

/** The oldest that is left of some project, so that its parent is a commit. */
async function nextSnapshot(db: Db): Promise<OldSnapshot | undefined> {
  const [row] = await db.execute<OldSnapshot>(sql`
    select s.id, s.project_id as "projectId", s.revision, s.tree_id as "treeId", s.created_at as "createdAt",
      u.name, u.email,
      (select b.commit_oid from snapshots b where b.project_id = s.project_id and b.revision < s.revision
        order by b.revision desc limit 1) as parent
    from snapshots s join users u on u.id = s.owner_id
    where s.commit_oid is null order by s.project_id, s.revision limit 1`);
  return row;
}

async function moveSnapshot(db: Db, old: OldSnapshot): Promise<void> {
  const { projectId } = old;
  const entries = await readTree(db, old.treeId);
  const files = entries.filter((entry) => entry.kind === 'file');
  const oids = await findOids(
    db,
    files.map((file) => file.sha256),
  );
  const objects = new ProjectObjects(db, projectId);
  const changes = entries.map((entry): PathChange => {
    switch (entry.kind) {
      case 'dir':
        return entry;
      case 'link':
        return { ...entry, oid: objects.store.put('blob', new TextEncoder().encode(entry.target)) };
      case 'file':
        return { ...entry, oid: oids.get(entry.sha256)! };
    }
  });
  const trees = await applyChanges(objects.store, undefined, changes);
  const parents = old.parent === null ? [] : [old.parent];
  const commit = makeCommit(objects.store, {
    tree: trees.tree,
    parents,
    author: old,
    timeSeconds: Math.floor(old.createdAt / 1_000_000),
    message: 'Save',
  });
  const blobs = files.map(({ sha256, size }): StoredObject => ({
    oid: oids.get(sha256)!,
    type: 'blob',
    size,
    sha256,
    z: null,
    baseOid: null,
  }));
  const stored = [...blobs, ...(await objects.toStored())];
  await db.transaction(async (tx) => {
    const known = await tx.execute<{ oid: string }>(sql`
      select oid from objects where project_id = ${projectId}
        and oid in (select jsonb_array_elements_text(${JSON.stringify(stored.map(({ oid }) => oid))}::jsonb))`);
    const has = new Set(known.map(({ oid }) => oid));
    const put = await putObjects(
      tx,
      projectId,
      stored.filter(({ oid }) => !has.has(oid)),
    );
    if (put.outcome !== 'stored')
      throw new Error(`Cannot make a commit of snapshot ${old.id}: object ${put.oid}: ${put.outcome}`);
    await putCommits(tx, projectId, [{ oid: commit, tree: trees.tree, parents }]);
    await tx.execute(sql`
      update snapshots set commit_oid = ${commit}, aside_oid = ${trees.aside ?? null}, tree_id = null,
        files = ${files.length}, bytes = ${files.reduce((sum, file) => sum + file.size, 0)}
      where id = ${old.id}`);
    await tx.execute(sql`
      insert into refs (project_id, name, oid) values (${projectId}, ${SAVES_REF}, ${commit})
      on conflict (project_id, name) do update set oid = excluded.oid, updated_at = slipway_now()`);
    await tx.execute(sql`
      insert into ref_log (project_id, name, old_oid, new_oid, actor)
      values (${projectId}, ${SAVES_REF}, ${old.parent}, ${commit}, 'migration')`);
  });
}

async function findOids(db: Db, hashes: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.execute<{ sha256: string; oid: string }>(sql`
    select sha256, oid from blobs
    where sha256 in (select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))`);
  return new Map(rows.map(({ sha256, oid }) => [sha256, oid]));
}
