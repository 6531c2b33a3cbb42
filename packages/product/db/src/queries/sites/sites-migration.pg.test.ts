import { randomUUID } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDatabase } from '../../connection/database.ts';
import { migrateDatabase } from '../../migrations/migrate.ts';
import { createDatabase } from '../../resolve-database.ts';
import { createTestDatabase, type TestDatabase } from '../../testing.ts';
import { getSiteOfToken } from '../publish/get-site-of-token.ts';
import { getSite } from './get-site.ts';
import { readSiteFiles } from './read-site-files.ts';

const folder = fileURLToPath(new URL('../../../../../../drizzle', import.meta.url));

let cluster: TestDatabase;
beforeAll(async () => void (cluster = await createTestDatabase()), 60_000);
afterAll(() => cluster.close());

/** What a database of the tree 7393220 holds of one site that was published. */
const dump = `
  insert into users (id, email, name, role) values ('00000000-0000-4000-8000-000000000001', 'a@example.org', 'A', 'user');
  insert into blobs (sha256, size, bytes) values (repeat('a', 64), 2, 'hi');
  insert into trees (id, files, bytes) values ('tree', 1, 2);
  insert into tree_entries (tree_id, path, kind, mode, sha256, size) values ('tree', 'index.html', 'file', 420, repeat('a', 64), 2);
  insert into projects (id, owner_id, name, container_id, revision, active_build_id) values
    ('00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'Über: My  Shop!', 'c1', 0,
      '00000000-0000-4000-8000-000000000003'),
    ('00000000-0000-4000-8000-000000000005', '00000000-0000-4000-8000-000000000001', 'Never published', 'c2', 0, null);
  insert into preview_builds (id, project_id, snapshot_id, snapshot_revision, owner_id, status, artifact_id, preview_token, preview_url)
    values ('00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000002', gen_random_uuid(), 1,
      '00000000-0000-4000-8000-000000000001', 'succeeded', '00000000-0000-4000-8000-000000000004', 'wpt_1_a', 'http://x/p/wpt_1_a/');
  insert into artifacts (id, build_id, project_id, owner_id, tree_id) values ('00000000-0000-4000-8000-000000000004',
    '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000001', 'tree');
  insert into preview_tokens (token, site_label, build_id, artifact_id, owner_id, project_id) values ('wpt_1_a', repeat('b', 32),
    '00000000-0000-4000-8000-000000000003', '00000000-0000-4000-8000-000000000004', '00000000-0000-4000-8000-000000000001',
    '00000000-0000-4000-8000-000000000002');`;

it('P-35 tokens and labels from before go on working, and what was published has an address', async () => {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await createDatabase(cluster.url, name);
  const url = cluster.url.replace(/[^/]+$/, name);
  const { client: old, close: closeOld } = openDatabase(url, { maxConnections: 1 });
  // As the tree 7393220 left it: the migrations that it had, and its rows.
  const files = readdirSync(folder).filter((file) => /^000[0-3]_.*\.sql$/.test(file));
  await old.unsafe(
    'create schema drizzle; create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)',
  );
  const journal = JSON.parse(readFileSync(`${folder}/meta/_journal.json`, 'utf8')) as {
    entries: { when: number; tag: string }[];
  };
  for (const file of files) {
    for (const statement of readFileSync(`${folder}/${file}`, 'utf8').split('--> statement-breakpoint'))
      await old.unsafe(statement);
    const when = journal.entries.find(({ tag }) => `${tag}.sql` === file)!.when;
    await old`insert into drizzle.__drizzle_migrations (hash, created_at) values (${file}, ${when})`;
  }
  await old.unsafe(dump);
  await closeOld();

  await migrateDatabase(url);
  const { db, client, close } = openDatabase(url);
  const label = await getSiteOfToken(db, 'wpt_1_a');
  expect(label).toBe('b'.repeat(32));
  const site = await getSite(db, label!);
  expect(site).toMatchObject({ kind: 'version', key: 'wpt_1_a', serving: null, passwordHash: null, viewLimit: null });
  expect(await readSiteFiles(db, site!.treeId)).toMatchObject([{ path: 'index.html', size: 2, encodings: null }]);
  const hosts = await client<{ host: string; kind: string }[]>`select host, kind from site_hosts`;
  expect(hosts).toHaveLength(1);
  expect(hosts[0]!.host).toMatch(/^ber-my-shop-[0-9a-f]{10}$/);
  expect(await getSite(db, hosts[0]!.host)).toMatchObject({ kind: 'address', treeId: 'tree' });
  await close();
  await cluster.client`drop database ${cluster.client(name)}`;
}, 60_000);
