import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { changePluginRow, listPluginVersions, queryPluginRows, readBackup, writeBackup } from '@slipway/db';
import { createTestDatabase, makeUser } from '@slipway/db/testing';
import { buildGuest, NOTING_GUEST } from '@slipway/plugin-host/testing';
import { sql } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { openPluginRoom } from './testing/open-plugin-room.ts';
import type { PluginStand } from './testing/plugin-stand.ts';

const room = openPluginRoom();
let stand: PluginStand;

type Fields = Record<string, { type: string; required?: boolean; indexed?: boolean }>;
const TITLE: Fields = { title: { type: 'string', required: true, indexed: true } };

const version = (of: string, fields: Fields, more: Record<string, { fields: Fields }> = {}, guest = NOTING_GUEST) =>
  buildGuest(guest, {
    id: 'moving',
    name: `Moving ${of}`,
    version: of,
    events: ['note.new'],
    entities: { note: { fields }, ...more },
  });

const rowsOf = async (tenant: string, conditions: Parameters<typeof queryPluginRows>[2]['conditions'] = []) =>
  await queryPluginRows(room.database.db, tenant, { pluginId: 'moving', entity: 'note', conditions, limit: 100 });
const dataOf = async (tenant: string, conditions: Parameters<typeof queryPluginRows>[2]['conditions'] = []) =>
  (await rowsOf(tenant, conditions)).map(({ data }) => JSON.parse(data) as unknown);

it('PL-13 PL-17 a newer version takes the place of the old one: fields and indexes are added, rows stay, and the way back is there', async () => {
  const owner = await makeUser(room.database.db);
  stand = await room.start();
  const { engine } = stand;
  await engine.install(await version('1.0.0', TITLE));
  await stand.happen(owner, 'note.new', { title: 'old' });
  await expect.poll(() => dataOf(owner)).toEqual([{ title: 'old' }]);

  const wider: Fields = { ...TITLE, count: { type: 'integer', indexed: true }, text: { type: 'string' } };
  const newer = await version('1.1.0', wider, { tag: { fields: { name: { type: 'string' } } } });
  // A dry run says that it would work, and changes nothing.
  expect(await engine.upgrade('moving', newer, { dryRun: true })).toMatchObject({
    outcome: 'upgraded',
    from: { version: '1.0.0' },
    to: { version: '1.1.0' },
  });
  expect(await engine.health('moving')).toMatchObject({ version: '1.0.0' });
  await expect(rowsOf(owner, [{ field: 'count', operator: 'eq', values: [1] }])).rejects.toThrow();

  expect(await engine.upgrade('moving', newer)).toMatchObject({ outcome: 'upgraded' });
  expect(await engine.health('moving')).toMatchObject({ version: '1.1.0', name: 'Moving 1.1.0', state: 'running' });
  await stand.happen(owner, 'note.new', { title: 'new', count: 7, text: 'of the newer version' });
  const seven = [{ field: 'count', operator: 'eq', values: [7] }] as const;
  const written = { title: 'new', count: 7, text: 'of the newer version' };
  await expect.poll(() => dataOf(owner, seven)).toEqual([written]);
  expect((await listPluginVersions(room.database.db, 'moving')).map((kept) => kept.version)).toEqual(['1.0.0']);

  // Not twice, not to an older one, not to another plugin.
  for (const bytes of [newer, await version('1.0.9', TITLE)]) {
    expect(await engine.upgrade('moving', bytes)).toMatchObject({ outcome: 'not-upgraded' });
  }
  expect(await engine.upgrade('nobody', newer)).toEqual({ outcome: 'not-found' });

  // Back: what only the newer version knew stays stored, also when the older one updates the row.
  expect(await engine.rollBack('moving')).toMatchObject({ outcome: 'upgraded', to: { version: '1.0.0' } });
  const [row] = await rowsOf(owner, [{ field: 'title', operator: 'eq', values: ['new'] }]);
  const update = { kind: 'update', entity: 'note', id: row!.id, data: '{"title":"renamed"}', version: 1 } as const;
  const of = { pluginId: 'moving', ownerId: owner, entities: { note: { fields: TITLE } } };
  expect(await changePluginRow(room.database.db, of, update)).toEqual({ outcome: 'changed' });
  expect(await dataOf(owner)).toEqual([{ title: 'old' }, { ...written, title: 'renamed' }]);
  // The version that it was made from is an older one now.
  expect(await changePluginRow(room.database.db, of, update)).toMatchObject({ outcome: 'conflict' });
  await stand.happen(owner, 'note.new', { title: 'after' });
  await expect.poll(async () => (await dataOf(owner)).length).toBe(3);
  expect(await engine.upgrade('moving', newer)).toMatchObject({ outcome: 'upgraded' });
  expect(await dataOf(owner, seven)).toEqual([{ ...written, title: 'renamed' }]);
});

it('PL-13 an upgrade that what is stored does not fit, or whose init fails, changes nothing and says why', async () => {
  const owner = await makeUser(room.database.db);
  stand = await room.start();
  const { engine } = stand;
  await engine.install(await version('1.0.0', { ...TITLE, text: { type: 'string' } }));
  await stand.happen(owner, 'note.new', { title: 'a', text: 'x'.repeat(600) });
  await expect.poll(async () => (await dataOf(owner)).length).toBe(1);
  const cases: [Fields, string, typeof NOTING_GUEST][] = [
    [
      { ...TITLE, text: { type: 'string', required: true }, more: { type: 'string', required: true } },
      'no "more"',
      NOTING_GUEST,
    ],
    [{ ...TITLE, text: { type: 'integer' } }, 'something else than integer in "text"', NOTING_GUEST],
    [{ ...TITLE, text: { type: 'string', indexed: true } }, 'more than 500 characters', NOTING_GUEST],
    [TITLE, 'init failed (trap)', { ...NOTING_GUEST, init: '(unreachable)' } as typeof NOTING_GUEST],
  ];
  for (const [fields, message, guest] of cases) {
    const refused = await engine.upgrade('moving', await version('2.0.0', fields, {}, guest));
    expect(refused).toMatchObject({ outcome: 'not-upgraded', message: expect.stringContaining(message) });
  }
  expect(await engine.rollBack('moving')).toMatchObject({ outcome: 'not-upgraded' });
  expect(await engine.health('moving')).toMatchObject({ version: '1.0.0', health: 'healthy' });
  expect(await listPluginVersions(room.database.db, 'moving')).toEqual([]);
  await stand.happen(owner, 'note.new', { title: 'b' });
  await expect.poll(async () => (await dataOf(owner)).length).toBe(2);
});

it('PL-06 SV-20 an entity that the newer version no longer has keeps its rows, through a backup too, until the plugin goes', async () => {
  const owner = await makeUser(room.database.db);
  stand = await room.start();
  const { engine } = stand;
  await engine.install(await version('1.0.0', TITLE, { 'old-things': { fields: TITLE } }));
  const of = { pluginId: 'moving', ownerId: owner, entities: { 'old-things': { fields: TITLE } } };
  const insert = { kind: 'insert', entity: 'old-things', id: crypto.randomUUID(), data: '{"title":"kept"}' } as const;
  expect(await changePluginRow(room.database.db, of, insert)).toEqual({ outcome: 'changed' });
  expect(await engine.upgrade('moving', await version('1.0.1', TITLE))).toMatchObject({ outcome: 'upgraded' });
  const kept = sql`select data->>'title' as title from plugin_data.moving__old_things`;
  expect(await room.database.db.execute(kept)).toEqual([{ title: 'kept' }]);

  const copy = await createTestDatabase();
  const sink = new PassThrough();
  const [bytes] = await Promise.all([buffer(sink), writeBackup(room.database.url, sink)]);
  await readBackup(copy.url, Readable.from([bytes]));
  expect(await copy.db.execute(kept)).toEqual([{ title: 'kept' }]);
  await copy.close();

  await engine.uninstall('moving');
  const left = sql`select from pg_tables where schemaname = 'plugin_data'`;
  expect((await room.database.db.execute(left)).length).toBe(0);
});

it('PL-11 PL-12 events that come during an upgrade are each done once, by one version or the other', async () => {
  const owner = await makeUser(room.database.db);
  stand = await room.start();
  const { engine } = stand;
  await engine.install(await version('1.0.0', TITLE));
  const titles = Array.from({ length: 30 }, (_, at) => `note ${at}`);
  const upgrading = (async () => {
    for (const next of ['1.0.1', '1.0.2']) {
      expect(await engine.upgrade('moving', await version(next, TITLE))).toMatchObject({ outcome: 'upgraded' });
    }
  })();
  for (const title of titles) await stand.happen(owner, 'note.new', { title });
  await upgrading;
  await expect.poll(() => dataOf(owner)).toEqual(titles.map((title) => ({ title })));
});
