import { randomUUID } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import {
  flushPluginCalls,
  getPlugin,
  listPluginCalls,
  migrateDatabase,
  openDatabase,
  queryPluginRows,
} from '@slipway/db';
import { makeUser } from '@slipway/db/testing';
import { buildGuest, NOTING_GUEST } from '@slipway/plugin-host/testing';
import { sql } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { lineFor, manifestOf, openPluginRoom } from './testing/open-plugin-room.ts';
import { type PluginStand, startStand } from './testing/plugin-stand.ts';

const room = openPluginRoom();
let stand: PluginStand;

const install = async (id: string, guest: Parameters<typeof buildGuest>[0] = NOTING_GUEST) =>
  await room.install(await buildGuest(guest, manifestOf(id)));
const titlesOf = async (pluginId: string, tenant: string) =>
  (await room.rowsOf(pluginId, tenant)).map(({ title }) => title);

/**
 * Looks through all of its memory behind the places it uses itself for the mark of a call before it, then for what a
 * query finds, leaves the caller's text in memory it has grown, in its data, a global and a table.
 */
const SPY = {
  data: 'note',
  more: `(global $seen (mut i32) (i32.const 0)) (table 4 funcref) (elem declare func $handle)`,
  handle: `
    (drop (memory.grow (i32.const 4)))
    (local.set $i (i32.const 32768))
    (block $end (loop $scan
      (br_if $end (i32.ge_u (local.get $i) (i32.shl (memory.size) (i32.const 16))))
      (local.set $j (i32.or (local.get $j) (i32.load (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 64)))
      (br $scan)))
    (local.set $j (i32.or (local.get $j) (global.get $seen)))
    (local.set $j (i32.or (local.get $j) (i32.eqz (ref.is_null (table.get (i32.const 0))))))
    (if (local.get $j) (then (call $log (i32.const 3) (i32.const 1024) (i32.const 4))))
    (call $query (i32.const 1024) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 9) (i32.const 64))
    (call $log (i32.const 1) (i32.load offset=12 (i32.load (i32.const 68))) (i32.load offset=16 (i32.load (i32.const 68))))
    (global.set $seen (i32.const 1))
    (table.set (i32.const 0) (ref.func $handle))
    (memory.copy (i32.const 32768) (local.get $p) (local.get $pl))
    (memory.fill (i32.const 65536) (i32.load8_u (local.get $p)) (i32.const 200000))
    (i32.const 16)`,
} as const;

describe('tenants beside each other', () => {
  it('PL-08 PL-18: a thousand calls of two tenants in turns on one thread: by value, fuel and memory nothing of one is seen by the other', async () => {
    const [one, two] = [await makeUser(room.database.db), await makeUser(room.database.db)];
    stand = await room.start({ dispatch: false, threads: 1 });
    const { engine, pool, db } = stand;
    await install('spy', SPY);
    const delivery = { pluginId: 'spy', after: 0, told: true, epoch: 0, leaseUs: 60_000_000 };
    for (const [ownerId, title] of [
      [one, 'alpha'],
      [two, 'omega'],
    ] as const) {
      await db.execute(sql`update plugin_deliveries set epoch = 0 where plugin_id = 'spy'`);
      const line = lineFor({ pluginId: 'spy', ownerId });
      const operations = [
        { kind: 'insert', entity: 'note', id: randomUUID(), data: JSON.stringify({ title }) },
      ] as const;
      const { entities } = manifestOf('spy');
      const done = { operations, line, step: { told: true }, actorId: ownerId, depth: 0 } as const;
      expect(await flushPluginCalls(db, { ...delivery, ownerId }, entities, [done])).toEqual({ outcome: 'flushed' });
    }
    const plugin = await engine.compiled((await getPlugin(db, 'spy'))!);
    const ask = async (tenant: string, secret: string) => {
      const result = await pool.call({
        plugin,
        method: 'handle-event',
        args: ['note.new', secret],
        context: { tenant, user: tenant, permissions: ['plugin.list'], callId: randomUUID(), now: 7 },
        wallMs: 60_000,
        query: ({ entity, conditions, limit }) =>
          queryPluginRows(db, tenant, { pluginId: 'spy', entity, conditions, limit }),
      });
      return JSON.stringify([result.kind, String(result.fuel), result.memoryBytes, result.log]);
    };
    const seen: Record<string, Set<string>> = { [one]: new Set(), [two]: new Set() };
    const turns = Array.from({ length: 1000 }, async (_, turn) => {
      const tenant = turn % 2 ? one : two;
      seen[tenant]!.add(await ask(tenant, turn % 2 ? 'secret of one' : 'SECRET OF TWO'));
    });
    await Promise.all(turns);
    const [ofOne, ofTwo] = [seen[one]!, seen[two]!].map((all) => [...all].map((text) => JSON.parse(text) as unknown[]));
    // Each of its 500 calls was like the others, fuel and memory too, and found its own row and nothing else.
    expect(ofOne).toEqual([
      ['ok', expect.any(String), expect.any(Number), [{ level: 'info', message: '{"title": "alpha"}' }]],
    ]);
    expect(ofTwo).toEqual([[...ofOne![0]!.slice(0, 3), [{ level: 'info', message: '{"title": "omega"}' }]]]);
  });

  it('PL-08 PL-13: a statement of a plugin’s that forgets its tenant sees and changes nothing: the table has a lock of its own', async () => {
    const [one, two] = [await makeUser(room.database.db), await makeUser(room.database.db)];
    stand = await room.start();
    await install('locked');
    await stand.happen(one, 'note.new', { title: 'of one' });
    await expect.poll(() => titlesOf('locked', one)).toEqual(['of one']);
    const table = sql`plugin_data.locked__note`;
    const as = (tenant: string | undefined, statement: ReturnType<typeof sql>) =>
      room.database.db.transaction(async (tx) => {
        await tx.execute(sql`set local role slipway_plugins`);
        if (tenant !== undefined) await tx.execute(sql`select set_config('slipway.tenant', ${tenant}, true)`);
        return await tx.execute(statement);
      });
    const all = sql`select data->>'title' as title from ${table}`;
    expect(await as(undefined, all)).toEqual([]);
    expect(await as(two, all)).toEqual([]);
    expect(await as(one, all)).toEqual([{ title: 'of one' }]);
    expect(await as(two, sql`update ${table} set version = 9 returning id`)).toEqual([]);
    const insert = sql`insert into ${table} (id, tenant_id, data) values (${randomUUID()}, ${one}, '{"title":"smuggled"}')`;
    await expect(as(two, insert)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('row-level security') },
    });
    // Nor does that role reach anything else of the room.database.
    for (const other of [sql`select from users`, sql`delete from ${table}`, sql`select from plugins`]) {
      await expect(as(one, other)).rejects.toMatchObject({ cause: { code: '42501' } });
    }
    // What else there is for a session whose next transaction is somebody else's.
    expect(await room.database.db.execute(sql`select current_user = session_user as same`)).toEqual([{ same: true }]);
  });

  it('PL-08: the lock holds on a database of an operator’s own, whose user is no superuser', async () => {
    const name = `hosted_${randomUUID().slice(0, 8)}`;
    const admin = room.database.client;
    await admin.unsafe(`create role ${name} login password 'hosted'`);
    await admin.unsafe(`create database ${name} owner ${name}`);
    const url = new URL(room.database.url);
    Object.assign(url, { username: name, password: 'hosted', pathname: `/${name}` });
    const hosted = openDatabase(url.href, { maxConnections: 2 });
    try {
      // The operator has not given it yet: all but plugins works, and says what to do.
      await migrateDatabase(url.href);
      const refused = await startStand({ ...hosted, url: url.href }, { dispatch: false, pool: room.pool });
      const component = await buildGuest(NOTING_GUEST, manifestOf('hosted'));
      expect(await refused.engine.install(component)).toMatchObject({
        outcome: 'instantiation-error',
        message: expect.stringContaining('slipway_plugins'),
      });
      await refused.stop();
      await admin.unsafe(`grant slipway_plugins to ${name}`);
      await migrateDatabase(url.href);
      const owner = await makeUser(hosted.db);
      const able = await startStand({ ...hosted, url: url.href }, { pool: room.pool });
      expect(await able.engine.install(component)).toMatchObject({ outcome: 'installed' });
      await able.happen(owner, 'note.new', { title: 'kept' });
      const query = { pluginId: 'hosted', entity: 'note', conditions: [], limit: 9 };
      await expect.poll(async () => (await queryPluginRows(hosted.db, owner, query)).length).toBe(1);
      await able.stop();
    } finally {
      await hosted.close();
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.unsafe(`drop owned by ${name}; drop role ${name}`);
    }
  });
});

describe('when something fails that is no fault of the plugin’s', () => {
  it('PL-11 PL-12: an unknown error of the database is tried again five times, then given up, and what follows is done', async () => {
    const owner = await makeUser(room.database.db);
    stand = await room.start();
    await install('capped');
    await install('neighbour');
    // A program of the operator's that refuses one row: no error of a class that is the plugin's.
    await room.database.db.execute(sql`
      create function plugin_data.refuse() returns trigger language plpgsql as $$ begin
        if new.data->>'title' = 'odd' then raise exception 'not this one' using errcode = 'XX000'; end if;
        return new; end $$`);
    await room.database.db.execute(sql`
      create trigger refuse before insert on plugin_data.capped__note for each row execute function plugin_data.refuse()`);
    for (const title of ['first', 'odd', 'last']) await stand.happen(owner, 'note.new', { title });
    await expect.poll(() => titlesOf('capped', owner)).toEqual(['first', 'last']);
    expect(await stand.outcomes('capped')).toEqual(['ok', 'host', 'ok']);
    const given = (await listPluginCalls(room.database.db, 'capped', 10)).find(({ outcome }) => outcome === 'host');
    expect(given?.message).toMatch(/^Given up after 5 times: /);
    expect(await titlesOf('neighbour', owner)).toEqual(['first', 'odd', 'last']);
    const made = sql`select payload->'data'->>'title' as title from owner_events
      where owner_id = ${owner} and payload->>'type' = 'note.made' order by seq`;
    const titles = (await room.database.db.execute<{ title: string }>(made)).map(({ title }) => title);
    // Two plugins publish; the one that was refused did not for that row.
    expect(titles.filter((title) => title === 'odd').length).toBe(1);
    await room.database.db.execute(sql`drop function plugin_data.refuse() cascade`);
  });

  it('PL-07 PL-15: health is healthy, unhealthy with the state, or an error with its message', async () => {
    const owner = await makeUser(room.database.db);
    stand = await room.start();
    await install('health');
    expect(await stand.engine.health('health')).toMatchObject({ health: 'healthy', message: null, version: '1.0.0' });
    await stand.engine.disable('health');
    expect(await stand.engine.health('health')).toMatchObject({ health: 'unhealthy', message: 'disabled' });
    await stand.engine.enable('health');
    // What is stored of it is spoilt while it runs: the next delivery finds out, and the plugin says so.
    await stand.stop();
    await room.database.db.execute(
      sql`update plugin_modules set bytes = 'nonsense'::bytea where plugin_id = 'health' and position > 0`,
    );
    stand = await room.start();
    expect(await stand.engine.health('health')).toMatchObject({
      health: 'error',
      message: expect.stringMatching(/\w/),
    });
    await stand.happen(owner, 'note.new', { title: 'nobody' });
    expect((await stand.engine.list()).map(({ id, name, version }) => [id, name, version])).toEqual([
      ['health', 'Plugin health', '1.0.0'],
    ]);
    expect(await stand.engine.health('nobody')).toBeUndefined();
  });

  it('PL-11 PL-12 PL-14: threads that die in the middle cost no event and no order, and nothing is done twice', async () => {
    const threads: Worker[] = [];
    const onThread = (message: unknown) => void threads.push((message as { worker: Worker }).worker);
    subscribe('worker_threads', onThread);
    const owner = await makeUser(room.database.db);
    stand = await room.start({ threads: 2 });
    // Long enough to be met at work.
    const spin =
      '(loop $spin (br_if $spin (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000000))))';
    await install('mortal', { ...NOTING_GUEST, handle: `${spin} ${NOTING_GUEST.handle}` });
    const titles = Array.from({ length: 20 }, (_, at) => `note ${at}`);
    for (const title of titles) await stand.happen(owner, 'note.new', { title });
    let kills = 0;
    const done = async () => {
      const { length } = await titlesOf('mortal', owner);
      if (length < titles.length && kills < 8 && threads.length > 0) {
        const victim = threads[Math.floor(Math.random() * threads.length)]!;
        threads.splice(threads.indexOf(victim), 1);
        await victim.terminate();
        kills++;
      }
      return length;
    };
    await expect.poll(done, { interval: 20 }).toBe(titles.length);
    unsubscribe('worker_threads', onThread);
    expect(await titlesOf('mortal', owner)).toEqual(titles);
    expect(kills).toBeGreaterThan(0);
  });
});
