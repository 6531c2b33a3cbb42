import { makeUser } from '@slipway/db/testing';
import {
  type PluginDelivery,
  type PluginFlush,
  claimPluginDelivery,
  type Db,
  flushPluginCalls,
  listPluginCalls,
  openDatabase,
  passPluginDelivery,
  queryPluginRows,
} from '@slipway/db';
import { buildGuest, buildJavaScript, NOTING_GUEST } from '@slipway/plugin-host/testing';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { PluginEngine } from './plugin-engine.ts';
import { lineFor, manifestOf, noting, openPluginRoom } from './testing/open-plugin-room.ts';
import type { PluginStand } from './testing/plugin-stand.ts';

const room = openPluginRoom();
let stand: PluginStand;

const { rowsOf } = room;

/** A delivery in the test's own hands. */
async function claim(): Promise<PluginDelivery> {
  const delivery = await claimPluginDelivery(room.database.db, 60_000_000);
  if (!delivery) throw new Error('There is nothing to deliver');
  return delivery;
}

const { entities } = manifestOf('any');

const ID_1 = '11111111-1111-4111-8111-111111111111';
const ID_2 = '11111111-1111-4111-8111-111111111112';

describe('the life of a plugin', () => {
  it('PL-02: goes through its states, and says which one was expected where it was another', async () => {
    stand = await room.start({ dispatch: false });
    const { engine } = stand;
    const bytes = await noting('states');
    expect(await engine.initialize('states')).toEqual({ outcome: 'not-found' });
    expect(await engine.load(bytes)).toEqual({ outcome: 'loaded', id: 'states' });
    expect(await engine.load(bytes)).toEqual({ outcome: 'already-exists' });
    expect(await engine.start('states')).toEqual({
      outcome: 'invalid-state',
      expected: ['initialized'],
      actual: 'loaded',
    });
    expect(await engine.initialize('states')).toEqual({ outcome: 'done' });
    expect(await engine.initialize('states')).toMatchObject({ outcome: 'invalid-state', actual: 'initialized' });
    expect(await engine.start('states')).toEqual({ outcome: 'done' });
    expect(await engine.health('states')).toMatchObject({ state: 'running', health: 'healthy', message: null });
    expect(await engine.enable('states')).toMatchObject({ outcome: 'invalid-state', actual: 'running' });
    expect(await engine.disable('states')).toEqual({ outcome: 'done' });
    // PL-07: not well, and in which state.
    expect(await engine.health('states')).toMatchObject({ health: 'unhealthy', message: 'disabled' });
    expect(await engine.enable('states')).toEqual({ outcome: 'done' });
    expect(await engine.list()).toMatchObject([
      { id: 'states', name: 'Plugin states', version: '1.0.0', state: 'running' },
    ]);
    expect(await engine.uninstall('states')).toEqual({ outcome: 'done' });
    expect(await engine.uninstall('states')).toEqual({ outcome: 'not-found' });
    expect(await engine.health('states')).toBeUndefined();
  });

  it('PL-03: bytes that are no plugin register nothing; an init that fails is the plugin’s error', async () => {
    stand = await room.start({ dispatch: false });
    const { engine } = stand;
    const whole = await noting('broken');
    for (const bytes of [new Uint8Array(0), whole.subarray(0, 500), new TextEncoder().encode('no wasm at all')]) {
      expect(await engine.install(bytes)).toMatchObject({ outcome: 'instantiation-error' });
    }
    const tables = sql`select table_name from information_schema.tables where table_schema = 'plugin_data'`;
    expect([await engine.list(), await room.database.db.execute(tables)]).toEqual([[], []]);
    const failing = await buildGuest({ ...NOTING_GUEST, init: '(unreachable)' }, manifestOf('failing'));
    expect(await engine.install(failing)).toMatchObject({ outcome: 'installed' });
    expect(await engine.health('failing')).toMatchObject({
      health: 'error',
      message: 'init failed (trap): It trapped',
    });
    // Out of the error there is the way through all states again, with the same end.
    await engine.enable('failing');
    expect(await engine.health('failing')).toMatchObject({ state: 'error' });
    expect(
      (await listPluginCalls(room.database.db, 'failing', 10)).map(({ method, outcome }) => `${method} ${outcome}`),
    ).toEqual(['init trap', 'init trap']);
  });

  it('PL-15: after a restart every plugin that ran runs again, and one that fails holds up no other', async () => {
    const owner = await makeUser(room.database.db);
    stand = await room.start();
    await room.install(await noting('a-broken'));
    await room.install(await noting('b-well'));
    await room.install(await noting('c-off'));
    await stand.engine.disable('c-off');
    await stand.stop();
    await room.database.db.execute(
      sql`update plugin_modules set bytes = 'nonsense'::bytea where plugin_id = 'a-broken' and position > 0`,
    );
    // What happened in between is not lost.
    await stand.happen(owner, 'note.new', { title: 'while it was down' });
    stand = await room.start();
    expect((await stand.engine.list()).map(({ id, state }) => `${id} ${state}`)).toEqual([
      'a-broken error',
      'b-well running',
      'c-off disabled',
    ]);
    await expect.poll(() => rowsOf('b-well', owner)).toEqual([{ title: 'while it was down', version: 1 }]);
    expect(await rowsOf('c-off', owner)).toEqual([]);
  });

  it('PL-15 SV-16: a database that is away while the server starts is no error of a plugin’s: it waits, and runs', async () => {
    stand = await room.start();
    const id = await room.install(await noting('waits'));
    await stand.stop();
    const { url, client } = room.database;
    // As a database that fails over: it takes connections, and answers nothing about plugins.
    const [{ name } = { name: '' }] = await client<{ name: string }[]>`select current_database() as name`;
    await client.unsafe(`alter role current_user in database "${name}" set lock_timeout = '100ms'`);
    const impatient = openDatabase(url);
    const holding = await client.reserve();
    await holding`begin`;
    await holding`lock table plugin_modules in access exclusive mode`;
    const said: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void said.push(line) });
    const engine = new PluginEngine({ db: impatient.db, log, pool: room.pool });
    const recovered = engine.recover();
    await expect.poll(() => said.join('')).toContain('plugins wait for the database');
    expect((await engine.list()).map(({ state }) => state)).toEqual(['running']);
    await holding`rollback`;
    holding.release();
    await recovered;
    expect((await engine.list()).map(({ state, message }) => [state, message])).toEqual([['running', null]]);
    expect((await room.callsOf(id)).map(({ method, outcome }) => `${method} ${outcome}`)).toContain('init ok');
    await client.unsafe(`alter role current_user in database "${name}" reset lock_timeout`);
    await impatient.close();
    stand = await room.start();
  });
});

describe('events and what comes of them', () => {
  it('PL-04 PL-12: events reach the patterns that name them, in order, and one plugin’s events the next plugin', async () => {
    const owner = await makeUser(room.database.db);
    stand = await room.start();
    await room.install(await noting('first', ['note.new']));
    await room.install(await noting('second', ['*.made']));
    // No events declared: it runs all the same.
    await room.install(await noting('third', []));
    const titles = Array.from({ length: 12 }, (_, index) => `note ${index}`);
    for (const title of titles) await stand.happen(owner, 'note.new', { title });
    await stand.happen(owner, 'other.new', { title: 'not named' });
    // The second publishes "note.made" as well, which is its own event again: the depth ends that.
    await expect.poll(async () => (await rowsOf('first', owner)).length).toBe(12);
    await expect.poll(async () => (await rowsOf('second', owner)).length).toBe(12 * 8);
    expect((await rowsOf('first', owner)).map(({ title }) => title)).toEqual(titles);
    const second = (await rowsOf('second', owner)).map(({ title }) => title);
    expect([...new Set(second)]).toEqual(titles);
    expect((await stand.engine.health('third'))?.state).toBe('running');
    expect(await stand.outcomes('third')).toEqual([]);
  });

  it('PL-04 PL-10: a handler that fails leaves its line and nothing else, and gets the next event', async () => {
    const owner = await makeUser(room.database.db);
    stand = await room.start({ limits: { fuel: 300_000n } });
    // Inserts, then fails by the length of the payload: all of it must be gone.
    const insert = '(call $insert (i32.const 1024) (i32.const 4) (local.get $p) (local.get $pl) (i32.const 64))';
    const ending = (length: number, then: string) =>
      `(if (i32.eq (local.get $pl) (i32.const ${length})) (then ${then}))`;
    const guest = await buildGuest(
      {
        data: 'note',
        handle: `${insert}
          ${ending(14, 'unreachable')}
          ${ending(15, '(loop (br 0))')}
          ${ending(16, '(i32.store8 (i32.const 64) (i32.const 1)) (return (i32.const 64))')}
          (i32.const 16)`,
      },
      manifestOf('failer'),
    );
    await room.install(guest);
    for (const length of [1, 2, 3, 4, 5]) await stand.happen(owner, 'note.new', { title: 'x'.repeat(length) });
    await expect.poll(() => stand.outcomes('failer')).toEqual(['ok', 'trap', 'fuel', 'guest', 'ok']);
    // jsonb writes a space behind the colon, hence the lengths.
    expect(await rowsOf('failer', owner)).toMatchObject([{ title: 'x' }, { title: 'xxxxx' }]);
  });

  it('PL-05 PL-08: each tenant is told of once, also those that come later, and sees rows of its own alone', async () => {
    const [one, two] = [await makeUser(room.database.db), await makeUser(room.database.db)];
    stand = await room.start();
    // Asks for all rows and stores how many there are, as far as a digit goes.
    const handle = `
      (call $query (i32.const 1024) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 50) (i32.const 64))
      (i32.store8 (i32.const 1048) (i32.add (i32.const 48) (i32.load (i32.const 72))))
      (call $insert (i32.const 1024) (i32.const 4) (i32.const 1032) (i32.const 19) (i32.const 64))
      (i32.const 16)`;
    const data = 'note\\00\\00\\00\\00{\\"title\\":\\"seen  0\\"}';
    await room.install(
      await buildGuest(
        { data, handle, tenant: '(call $log (i32.const 1) (local.get $t) (local.get $tl)) (i32.const 16)' },
        manifestOf('counting'),
      ),
    );
    const three = await makeUser(room.database.db);
    for (let round = 0; round < 3; round++) {
      for (const owner of [one, two, three]) await stand.happen(owner, 'note.new', {});
    }
    const seen = ['seen  0', 'seen  1', 'seen  2'].map((title) => ({ title, version: 1 }));
    for (const owner of [one, two, three]) await expect.poll(() => rowsOf('counting', owner)).toEqual(seen);
    const told = async () =>
      (await listPluginCalls(room.database.db, 'counting', 1000))
        .filter(({ method, ownerId }) => method === 'on-tenant-created' && [one, two, three].includes(ownerId!))
        .map(({ ownerId, log }) => [ownerId, log[0]?.message]);
    await expect.poll(async () => (await told()).length).toBe(3);
    expect((await told()).toSorted()).toEqual([one, two, three].map((id) => [id, id]).toSorted());
  });

  it('PL-06: nothing is done for a plugin after it was turned off, not even what was under way', async () => {
    const owner = await makeUser(room.database.db);
    stand = await room.start({ dispatch: false });
    await room.install(await noting('off'));
    const delivery = await claim();
    await stand.engine.disable('off');
    const operations = [{ kind: 'insert', entity: 'note', id: ID_1, data: '{"title":"late"}' }] as const;
    const call = {
      operations,
      line: lineFor(delivery),
      step: { told: true },
      actorId: owner,
      depth: 0,
    } as const;
    expect(await flushPluginCalls(room.database.db, delivery, entities, [call])).toEqual({ outcome: 'lost' });
    expect(await rowsOf('off', delivery.ownerId)).toEqual([]);
    await stand.happen(owner, 'note.new', { title: 'while off' });
    expect(await claimPluginDelivery(room.database.db, 1)).toBeUndefined();
    // Turned on again it hears of what comes then, and whoever had the delivery before has it no more.
    await stand.engine.enable('off');
    expect(await flushPluginCalls(room.database.db, delivery, entities, [call])).toEqual({ outcome: 'lost' });
  });

  it('PL-11 PL-12 PL-13: a flush does all in order or nothing, and an update of an older version is a conflict', async () => {
    stand = await room.start({ dispatch: false });
    await room.install(await noting('flush'));
    const delivery = await claim();
    const { ownerId } = delivery;
    const flush = (operations: PluginFlush['operations'], of = delivery) =>
      flushPluginCalls(room.database.db, of, entities, [
        { operations, line: lineFor(of), step: { told: true }, actorId: ownerId, depth: 0 },
      ]);
    const published = () =>
      room.database.db.execute(
        sql`select payload->>'type' as type from owner_events where owner_id = ${ownerId} and payload->>'type' like 'b.%' order by seq`,
      );
    expect(
      await flush([
        { kind: 'insert', entity: 'note', id: ID_1, data: '{"title":"a"}' },
        { kind: 'publish', type: 'b.first', payload: '{}' },
        { kind: 'update', entity: 'note', id: ID_1, version: 1, data: '{"title":"b"}' },
        { kind: 'publish', type: 'b.second', payload: '{}' },
      ]),
    ).toEqual({ outcome: 'flushed' });
    expect(await rowsOf('flush', ownerId)).toEqual([{ title: 'b', version: 2 }]);
    expect(await published()).toEqual([{ type: 'b.first' }, { type: 'b.second' }]);
    const refused = await flush([
      { kind: 'insert', entity: 'note', id: ID_2, data: '{"title":"c"}' },
      { kind: 'publish', type: 'b.third', payload: '{}' },
      { kind: 'update', entity: 'note', id: ID_1, version: 1, data: '{"title":"stale"}' },
    ]);
    expect(refused).toEqual({
      outcome: 'conflict',
      message: `Conflict: there is no row ${ID_1} of "note" in version 1`,
    });
    expect([await rowsOf('flush', ownerId), (await published()).length]).toEqual([[{ title: 'b', version: 2 }], 2]);
    // A row of somebody else's is not there.
    const other = await claim();
    expect(other.ownerId).not.toBe(ownerId);
    const theirs = await flush([{ kind: 'delete', entity: 'note', id: ID_1 }], other);
    expect(theirs).toMatchObject({ outcome: 'conflict' });
    expect(await flush([{ kind: 'delete', entity: 'note', id: ID_1 }])).toEqual({ outcome: 'flushed' });
    expect(await rowsOf('flush', ownerId)).toEqual([]);
  });

  it('PL-11: a call that queued nothing needs no transaction', async () => {
    stand = await room.start({ dispatch: false });
    await room.install(await noting('empty'));
    const delivery = await claim();
    let transactions = 0;
    const counting = new Proxy(room.database.db, {
      get: (target, name, receiver) => {
        if (name === 'transaction') transactions++;
        return Reflect.get(target, name, receiver) as unknown;
      },
    }) as Db;
    expect(await passPluginDelivery(counting, delivery, { told: true }, lineFor(delivery))).toEqual({
      outcome: 'flushed',
    });
    expect([transactions, (await stand.outcomes('empty')).length]).toEqual([0, 1]);
    // Under an older epoch neither the step nor the line is written.
    const stale = { ...delivery, epoch: delivery.epoch - 1 };
    expect(await passPluginDelivery(counting, stale, { told: true }, lineFor(delivery))).toEqual({ outcome: 'lost' });
    expect((await stand.outcomes('empty')).length).toBe(1);
  });

  it('PL-14: a call that takes too long is ended, be it that it loops or waits, and the next one runs', async () => {
    const owner = await makeUser(room.database.db);
    stand = await room.start({ limits: { wallMs: 1500, fuel: 10n ** 15n } });
    const handle = '(if (i32.eq (local.get $pl) (i32.const 14)) (then (loop (br 0)))) (i32.const 16)';
    await room.install(await buildGuest({ handle }, manifestOf('slow')));
    await stand.happen(owner, 'note.new', { title: 'xx' });
    await stand.happen(owner, 'note.new', { title: 'quick' });
    await expect.poll(() => stand.outcomes('slow')).toEqual(['timeout', 'ok']);
    const calls = await listPluginCalls(room.database.db, 'slow', 100);
    expect(calls.find(({ outcome }) => outcome === 'timeout')?.message).toBe('It took longer than 1.5 seconds');
    // A query that nobody answers holds the thread, which is ended with it.
    const asking = await buildGuest(
      {
        data: 'note',
        handle:
          '(call $query (i32.const 1024) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 64)) (i32.const 16)',
      },
      manifestOf('asking'),
    );
    await room.install(asking);
    const [row] = await room.database.db.execute<{ plan: string; sha256: string; manifest: never }>(
      sql`select * from plugins where id = 'asking'`,
    );
    const plugin = await stand.engine.compiled({ ...row!, id: 'asking', meterVersion: 1 } as never);
    const answer = await stand.pool.call({
      plugin,
      method: 'handle-event',
      args: ['note.new', '{}'],
      context: { tenant: owner, user: owner, permissions: [], callId: ID_1, now: 0 },
      wallMs: 1000,
      query: () => new Promise(() => undefined),
    });
    expect(answer).toMatchObject({ kind: 'timeout', message: 'It took longer than 1 seconds' });
  });

  it('PL-13 PL-16: JavaScript in QuickJS stores, asks for and updates what it stored', async () => {
    const owner = await makeUser(room.database.db);
    stand = await room.start();
    await room.install(await buildJavaScript('checklist'));
    await stand.happen(owner, 'project.created', { projectId: 'p1' });
    await stand.happen(owner, 'build.finished', { projectId: 'p1', status: 'succeeded' });
    const items = async () =>
      (
        await queryPluginRows(room.database.db, owner, {
          pluginId: 'checklist',
          entity: 'item',
          conditions: [{ field: 'done', operator: 'eq', values: [true] }],
          limit: 9,
        })
      ).map(({ data, version }) => [(JSON.parse(data) as { title: string }).title, version]);
    await expect.poll(items).toEqual([['builds', 2]]);
  });
});
