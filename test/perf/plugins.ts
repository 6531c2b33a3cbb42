import createExtismPlugin from '@extism/extism';
import { type Db, getPlugin, publishFact } from '@slipway/db';
import { createTestDatabase, makeUser, type TestDatabase } from '@slipway/db/testing';
import { callPlugin, compileComponent, MANIFEST_SECTION, parseManifest, prepareComponent } from '@slipway/plugin-host';
import {
  buildAssemblyScript,
  buildGuest,
  buildJavaScript,
  NOTING_GUEST,
  openBoth,
  parseWat,
} from '@slipway/plugin-host/testing';
import { createPluginPool, PluginEngine, startPluginDispatcher } from '@slipway/server/plugins';
import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { median } from './figures.ts';

const CALLS = 300;
const WARM = 50;
const LOOPS = 9;
const EVENTS = 300;

const CONTEXT = {
  tenant: 't',
  user: 'u',
  permissions: [],
  callId: '11111111-1111-4111-8111-111111111111',
  now: 7,
};

/**
 * What a call costs: a fresh instance and its call, in AssemblyScript and in QuickJS, beside Extism's own SDK; what
 * counting costs in a tight loop; and events a second through one plugin with all that it stores and publishes,
 * beside as many bare INSERT transactions on the same Postgres. All in one run.
 */
export async function benchPlugins(): Promise<void> {
  const lines: [string, string, string][] = [];
  const add = (what: string, figure: string, wanted: string) => void lines.push([what, figure, wanted]);
  const ms = (values: readonly number[]) => `p50 ${median(values).toFixed(2)} ms`;
  add(
    'fresh instance and call, AssemblyScript',
    ms(timeCalls(await buildAssemblyScript('link-counter'), 'link.opened', '{"link":"a"}')),
    '≤ 2 ms',
  );
  add(
    'fresh instance and call, QuickJS',
    ms(timeCalls(await buildJavaScript('checklist'), 'project.created', '{"projectId":"p"}')),
    '≤ 8 ms',
  );
  add('fresh instance and call, WAT', ms(timeCalls(await buildGuest(NOTING_GUEST), 'a.b', '{"title":"a"}')), '–');
  add('Extism: fresh plugin and call, WAT', ms(await timeExtism()), 'beside it');
  add('metered against raw, tight loop', `${(await timeLoop()).toFixed(2)}x`, '≤ 1.15x');
  const { inserts, events } = await timeEvents();
  add('bare INSERT transactions', `${inserts.toFixed(0)}/s`, '–');
  add('events through one plugin with flush', `${events.toFixed(0)}/s`, '–');
  add('of it', `${(events / inserts).toFixed(2)}x`, '≥ 0.5x');
  process.stdout.write('\n| | figure | wanted |\n|---|---|---|\n');
  for (const line of lines) process.stdout.write(`| ${line.join(' | ')} |\n`);
}

function timeCalls(bytes: Uint8Array, type: string, payload: string): number[] {
  const prepared = prepareComponent(bytes);
  const manifest = parseManifest(prepared.customs.get(MANIFEST_SECTION));
  const component = compileComponent(prepared);
  const times: number[] = [];
  for (let at = 0; at < WARM + CALLS; at++) {
    const began = performance.now();
    const args = [type, payload];
    const result = callPlugin(component, manifest, { method: 'handle-event', args, context: CONTEXT, query: () => [] });
    if (at >= WARM) times.push(performance.now() - began);
    if (result.kind !== 'ok') throw new Error(`The call ended as ${result.kind}: ${result.message}`);
  }
  return times;
}

/** Its plugin with nothing to do but to answer what it was given, compiled once, made anew for each call. */
async function timeExtism(): Promise<number[]> {
  const bytes = await parseWat(`(module
    (import "extism:host/env" "input_length" (func $length (result i64)))
    (import "extism:host/env" "input_load_u8" (func $load (param i64) (result i32)))
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
    (import "extism:host/env" "output_set" (func $output (param i64 i64)))
    (func (export "call") (result i32) (local $i i64) (local $at i64)
      (local.set $at (call $alloc (call $length)))
      (block $end (loop $copy
        (br_if $end (i64.ge_u (local.get $i) (call $length)))
        (call $store (i64.add (local.get $at) (local.get $i)) (call $load (local.get $i)))
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br $copy)))
      (call $output (local.get $at) (call $length))
      (i32.const 0)))`);
  const module = new WebAssembly.Module(bytes);
  const times: number[] = [];
  for (let at = 0; at < WARM + CALLS; at++) {
    const began = performance.now();
    const plugin = await createExtismPlugin(module, { useWasi: false });
    const answer = await plugin.call('call', '{"title":"a"}');
    if (at >= WARM) times.push(performance.now() - began);
    if (answer?.text() !== '{"title":"a"}') throw new Error('Extism gave another answer');
    await plugin.close();
  }
  return times;
}

/** The least of several runs each, in turns: a busy machine makes some of them slow. */
async function timeLoop(): Promise<number> {
  const core = await parseWat(`(module (func (export "run") (param i32) (result i32) (local i32)
    (loop $more
      (local.set 1 (i32.add (i32.mul (local.get 1) (i32.const 1664525)) (i32.xor (local.get 0) (i32.const 1013904223))))
      (local.set 1 (i32.rotl (local.get 1) (i32.const 7)))
      (br_if $more (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1)))`);
  const { raw, metered } = openBoth(core, 'run');
  const time = (run: typeof raw, turns: number): number => {
    const began = performance.now();
    run(turns);
    return performance.now() - began;
  };
  // No engine replaces code that runs: many short calls first, then it has compiled for good.
  for (let at = 0; at < WARM; at++) {
    if (raw(1_000_000) !== metered(1_000_000)) throw new Error('Metered and raw gave different results');
  }
  let best = { raw: Infinity, metered: Infinity };
  for (let at = 0; at < LOOPS; at++) {
    const [one, other] = [time(raw, 50_000_000), time(metered, 50_000_000)];
    best = { raw: Math.min(best.raw, one), metered: Math.min(best.metered, other) };
  }
  return best.metered / best.raw;
}

async function timeEvents(): Promise<{ inserts: number; events: number }> {
  const database = await createTestDatabase();
  const { db, client } = database;
  const log = pino({ level: 'silent' });
  const pool = createPluginPool({ size: 2 });
  const engine = new PluginEngine({ db, log, pool });
  try {
    const owner = await makeUser(db);
    const manifest = {
      id: 'bench',
      name: 'Bench',
      version: '1.0.0',
      events: ['note.new'],
      entities: { note: { fields: { title: { type: 'string', required: true, indexed: true } } } },
    };
    const done = await engine.install(await buildGuest(NOTING_GUEST, manifest));
    if (done.outcome !== 'installed') throw new Error(JSON.stringify(done));
    await db.execute(sql`create table bare (id uuid primary key, owner uuid not null, data jsonb not null)`);
    const insert = () =>
      db.transaction((tx) =>
        tx.execute(sql`insert into bare values (gen_random_uuid(), ${owner}, '{"title":"a"}'::jsonb)`),
      );
    const rates: number[] = [];
    const time = async (): Promise<void> => {
      const began = performance.now();
      for (let at = 0; at < EVENTS; at++) await insert();
      rates.push((EVENTS * 1000) / (performance.now() - began));
    };
    const happen = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at++) {
        await db.transaction((tx) => publishFact(tx, owner, 'note.new', { title: `note ${at}` }));
      }
    };
    // Both warm: threads, sessions and their statements live as long as a server.
    await happen(WARM);
    const warming = await startPluginDispatcher({ db, client, engine, pool, log });
    await until(database, owner, WARM);
    await warming.stop();
    await time();
    rates.length = 0;
    await time();
    await happen(EVENTS);
    const began = performance.now();
    const dispatcher = await startPluginDispatcher({ db, client, engine, pool, log });
    await until(database, owner, WARM + EVENTS);
    const events = (EVENTS * 1000) / (performance.now() - began);
    await dispatcher.stop();
    await time();
    return { inserts: median(rates), events };
  } finally {
    await pool.close();
    await database.close();
  }
}

/** Until the last of them is stored. */
async function until({ db }: TestDatabase, owner: string, count: number): Promise<void> {
  while ((await countRows(db, owner)) < count) await new Promise((resolve) => setTimeout(resolve, 20));
  if (!(await getPlugin(db, 'bench'))) throw new Error('The plugin is gone');
}

async function countRows(db: Db, owner: string): Promise<number> {
  const [row] = await db.execute<{ count: number }>(
    sql`select count(*)::int as count from plugin_data.bench__note where tenant_id = ${owner}`,
  );
  return row!.count;
}
