import { createHash, randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeTree, type TreeEntry } from '@slipway/contracts';
import { listEntries } from '@slipway/history';
import { sql } from 'drizzle-orm';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../connection/database.ts';
import { migrateDatabase } from './migrate.ts';
import { moveSnapshots } from './move-snapshots.ts';
import { getObjectHeads } from '../queries/history/get-object-heads.ts';
import { getSnapshotHead } from '../queries/history/get-snapshot-head.ts';
import { listReachableCommits } from '../queries/history/list-reachable-commits.ts';
import { listRefs } from '../queries/history/list-refs.ts';
import { ProjectObjects } from '../queries/history/project-objects.ts';
import { createDatabase } from '../resolve-database.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';

const migrations = fileURLToPath(new URL('../../../../../drizzle', import.meta.url));
/** The last migration before there were commits. */
const LAST_OLD = 4;

let cluster: TestDatabase;
let folder: string;
let url: string;
let old: Database;
beforeAll(async () => {
  cluster = await createTestDatabase();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await createDatabase(cluster.url, name);
  url = cluster.url.replace(/[^/]+$/, name);
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  cpSync(migrations, folder, { recursive: true });
  const path = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(path, 'utf8')) as { entries: { idx: number }[] };
  writeFileSync(
    path,
    JSON.stringify({ ...journal, entries: journal.entries.filter((entry) => entry.idx <= LAST_OLD) }),
  );
  old = openDatabase(url);
  await migrate(old.db, { migrationsFolder: folder });
}, 60_000);
afterAll(async () => {
  await old.close();
  rmSync(folder, { recursive: true });
  await cluster.client`drop database ${cluster.client(url.split('/').at(-1)!)} with (force)`;
  await cluster.close();
});

/** A blob as it was stored then. */
async function storeOld(text: string): Promise<{ sha256: string; size: number }> {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await old.db.execute(sql`
    insert into blobs (sha256, size, bytes) values (${sha256}, ${bytes.length}, ${bytes}::bytea) on conflict do nothing`);
  return { sha256, size: bytes.length };
}

async function snapshotOld(
  projectId: string,
  ownerId: string,
  revision: number,
  entries: readonly TreeEntry[],
): Promise<void> {
  const treeId = createHash('sha256').update(encodeTree(entries)).digest('hex');
  await old.db.execute(sql`insert into trees (id, files, bytes) values (${treeId}, 0, 0) on conflict do nothing`);
  await old.db.execute(sql`
    insert into tree_entries (tree_id, path, kind, mode, sha256, size, target)
    select ${treeId}, e.path, e.kind, coalesce(e.mode, 511), e.sha256, coalesce(e.size, 0), e.target
    from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb)
      as e(path text, kind text, mode int, sha256 text, size bigint, target text) on conflict do nothing`);
  const [row] = await old.db.execute<{ id: string }>(sql`
    insert into snapshots (project_id, owner_id, tree_id, revision)
    values (${projectId}, ${ownerId}, ${treeId}, ${revision}) returning id`);
  await old.db.execute(sql`
    update projects set revision = ${revision}, latest_snapshot_id = ${row!.id} where id = ${projectId}`);
}

const FILES = 60;
const SAVES = 12;

describe('snapshots of the time before commits', () => {
  it('HI-02 become commits of the same files, cut off anywhere, in a part of the rows', async () => {
    const [user] = await old.db.execute<{ id: string }>(sql`
      insert into users (email, name, role) values ('old@example.org', 'Old <One>', 'user') returning id`);
    const ownerId = user!.id;
    const projects: string[] = [];
    const contents = new Map<string, TreeEntry[]>();
    for (const container of ['c1', 'c2']) {
      const [row] = await old.db.execute<{ id: string }>(sql`
        insert into projects (owner_id, name, container_id) values (${ownerId}, 'Old', ${container}) returning id`);
      const projectId = row!.id;
      projects.push(projectId);
      for (let revision = 1; revision <= SAVES; revision++) {
        const entries: TreeEntry[] = [
          { kind: 'dir', path: 'empty', mode: 0o700 },
          { kind: 'link', path: 'link', target: '../x' },
          { kind: 'file', path: '.git/config', mode: 0o644, ...(await storeOld('[core]')) },
        ];
        for (let at = 0; at < FILES; at++) {
          const text = at === revision ? `changed ${String(revision)}` : `file ${String(at % 50)}`;
          entries.push({
            kind: 'file',
            path: `src/d${String(at % 6)}/f${String(at)}`,
            mode: at === 3 ? 0o755 : 0o644,
            ...(await storeOld(text)),
          });
        }
        await snapshotOld(projectId, ownerId, revision, entries);
        contents.set(`${projectId} ${String(revision)}`, entries);
      }
    }

    // Cut off after a few steps, and again later.
    await migrate(old.db, { migrationsFolder: migrations });
    for (const steps of [3, 9]) {
      let left = steps;
      const cut = moveSnapshots(old.db, {
        onStep: () => {
          if (--left === 0) throw new Error('the machine went down');
        },
      });
      await expect(cut).rejects.toThrow('the machine went down');
    }
    await migrateDatabase(url);
    await migrateDatabase(url);

    for (const projectId of projects) {
      const snapshots = await old.db.execute<{
        id: string;
        revision: number;
        files: number;
        treeId: string | null;
      }>(sql`
        select id, revision, files, tree_id as "treeId" from snapshots where project_id = ${projectId} order by revision`);
      expect(snapshots.map((row) => [row.files, row.treeId])).toEqual(
        Array.from({ length: SAVES }, () => [FILES + 1, null]),
      );
      for (const { id, revision } of snapshots) {
        const head = (await getSnapshotHead(old.db, ownerId, projectId, id))!;
        const listed = await listEntries(new ProjectObjects(old.db, projectId).store, head);
        const oids = listed.flatMap((entry) => (entry.kind === 'dir' ? [] : [entry.oid]));
        const hashes = new Map((await getObjectHeads(old.db, projectId, oids)).map((row) => [row.oid, row.sha256]));
        const found = listed.flatMap((entry) =>
          entry.kind === 'file' ? [`${entry.path} ${String(entry.mode)} ${String(hashes.get(entry.oid))}`] : [],
        );
        const expected = contents
          .get(`${projectId} ${String(revision)}`)!
          .flatMap((entry) => (entry.kind === 'file' ? [`${entry.path} ${String(entry.mode)} ${entry.sha256}`] : []));
        expect(found.sort()).toEqual(expected.sort());
        expect(listed).toContainEqual({ kind: 'dir', path: 'empty', mode: 0o700, empty: true });
      }
      const [saves] = await listRefs(old.db, projectId);
      expect(await listReachableCommits(old.db, projectId, { from: [saves!.oid!] })).toHaveLength(SAVES);
    }
    const [rows] = await old.db.execute<{ objects: number; entries: number }>(sql`
      select (select count(*)::int from objects) as objects, (select count(*)::int from tree_entries) as entries`);
    expect(rows!.objects).toBeLessThan(rows!.entries / 2);
  }, 60_000);
});
