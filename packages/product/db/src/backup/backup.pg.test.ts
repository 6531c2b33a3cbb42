import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, it } from 'vitest';
import { installPlugin } from '../queries/plugins/install-plugin.ts';
import { entityTable } from '../queries/plugins/plugin-row.ts';
import { createBuild } from '../queries/publish/create-build.ts';
import { makeProject } from '../queries/query-fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { describeTables, quoteName } from './describe-tables.ts';
import { readBackup } from './read-backup.ts';
import { writeBackup } from './write-backup.ts';

const databases: TestDatabase[] = [];
async function makeDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase();
  databases.push(database);
  return database;
}
afterEach(async () => {
  for (const database of databases.splice(0)) await database.close();
});

async function saveBackup(database: TestDatabase) {
  const sink = new PassThrough();
  const chunks: Buffer[] = [];
  sink.on('data', (chunk: Buffer) => chunks.push(chunk));
  const summary = await writeBackup(database.url, sink);
  return { bytes: Buffer.concat(chunks), summary };
}

/** Every row of every table, as text. */
async function everything({ db, client }: TestDatabase): Promise<Map<string, unknown[]>> {
  const all = new Map<string, unknown[]>();
  for (const { name } of await describeTables(client))
    all.set(name, [
      ...(await db.execute(sql`select t::text as row from ${sql.raw(quoteName(name))} t order by t::text`)),
    ]);
  return all;
}

/** People, files of all bytes, snapshots that refer to each other, a build, counted lines, JSON. */
async function fillSome(database: TestDatabase): Promise<void> {
  const { db } = database;
  const project = await makeProject(db);
  await project.save('one');
  const snapshot = await project.save(`zwei\u00e4\n\\.\n\t${randomBytes(500_000).toString('base64')}`);
  await createBuild(db, project.ownerId, project.projectId, { snapshotId: snapshot.id, deadlineUs: 1e12 });
  await db.execute(
    sql`insert into blobs (sha256, size, bytes) values (${randomBytes(32).toString('hex')}, 256, ${Buffer.from(
      Array.from({ length: 256 }, (_, at) => at),
    )}::bytea)`,
  );
  const pluginId = `p${randomBytes(4).toString('hex')}`;
  const manifest = { entities: { note: { fields: { title: { type: 'string', indexed: true } } } } };
  const names = { id: pluginId, name: 'Plugin', version: '1.0.0', manifest, plan: '{}', meterVersion: 1, sha256: '' };
  await installPlugin(db, { ...names, modules: [Buffer.from([0, 1])] });
  await db.execute(sql`
    insert into ${entityTable(pluginId, 'note')} (id, tenant_id, data)
    values (gen_random_uuid(), ${project.ownerId}, '{"title": "kept"}')`);
  await db.execute(sql`insert into audit_log (action, details) values ('sign-in', '{"a": [1, "b", null]}')`);
}

describe('a backup', () => {
  it('SV-20 holds every row of every table, and fills an empty database with the same', async () => {
    const [from, to] = [await makeDatabase(), await makeDatabase()];
    await fillSome(from);
    const { bytes, summary } = await saveBackup(from);
    expect(summary.rows).toBeGreaterThan(10);
    expect(await readBackup(to.url, Readable.from([bytes]))).toEqual(summary);
    expect(await everything(to)).toEqual(await everything(from));
    // Counted numbers go on where they were.
    await to.db.execute(sql`insert into audit_log (action, details) values ('sign-out', '{}')`);
    expect(await to.db.execute(sql`select id from audit_log order by id`)).toEqual([{ id: 1 }, { id: 2 }]);
  }, 60_000);

  it('SV-20 is of one moment, whatever is written meanwhile', async () => {
    const from = await makeDatabase();
    await fillSome(from);
    let on = true;
    const writing = (async () => {
      while (on) await fillSome(from);
    })();
    const saved = await saveBackup(from);
    on = false;
    await writing;
    const to = await makeDatabase();
    // Foreign keys would refuse a snapshot of a project that came later.
    expect(await readBackup(to.url, Readable.from([saved.bytes]))).toEqual(saved.summary);
  }, 60_000);

  it('SV-20 does not go into a database that holds something, nor half, nor from a file that is none', async () => {
    const [from, full, to] = [await makeDatabase(), await makeDatabase(), await makeDatabase()];
    await fillSome(from);
    await makeProject(full.db);
    const { bytes } = await saveBackup(from);
    await expect(readBackup(full.url, Readable.from([bytes]))).rejects.toThrow(/holds something already$/);
    const plain = gunzipSync(bytes);
    const damaged: [Buffer, RegExp][] = [
      [bytes.subarray(0, bytes.length - 100), /unexpected end of file|cut off/],
      [gzipSync(plain.subarray(0, plain.length - 28)), /cut off|no end/],
      [gzipSync(plain.subarray(0, Math.floor(plain.length / 2))), /cut off/],
      [gzipSync(Buffer.from('{"format":"other"}\n')), /is no backup of Slipway$/],
      [gzipSync(randomBytes(3_000_000)), /is no backup of Slipway$/],
      [randomBytes(1000), /incorrect header check/],
      [
        gzipSync(Buffer.from(plain.toString('latin1').replace('"migrations":', '"migrations":1'), 'latin1')),
        /then upgrade$/,
      ],
    ];
    for (const [file, message] of damaged) {
      await expect(readBackup(to.url, Readable.from([file]))).rejects.toThrow(message);
      const kept = [...(await everything(to))].filter(([, rows]) => rows.length > 0);
      expect(kept, String(message)).toEqual([]);
    }
    await readBackup(to.url, Readable.from([bytes]));
  }, 120_000);
});
