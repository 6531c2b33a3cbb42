import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishFact, queryPluginRows } from '@slipway/db';
import { createTestDatabase, makeUser, type TestDatabase } from '@slipway/db/testing';
import { buildGuest, NOTING_GUEST } from '@slipway/plugin-host/testing';
import { createPluginPool, PluginEngine } from '@slipway/server/plugins';
import { sql } from 'drizzle-orm';
import { build } from 'esbuild';
import { pino } from 'pino';

export interface PluginChaosReport {
  /** How often a server was killed at each point; `waiting`: it did not come there. */
  kills: Record<string, number>;
  events: number;
  rolledBack: number;
  /** What must not be; empty when all is well. */
  faults: string[];
}

const POINTS = ['calling', 'called', 'statement', 'commit', 'committed', 'any time'];
const LEASE_US = 400_000;
/** How long nothing may get further. */
const PATIENCE_MS = 60_000;

/** Programs that start quickly, however many of them are killed: each bundled into one file. */
async function bundle(directory: string): Promise<string> {
  await build({
    entryPoints: {
      'plugin-server': fileURLToPath(new URL('plugin-server.ts', import.meta.url)),
      // By the name that the pool knows it by.
      'plugin.worker': fileURLToPath(new URL('../../apps/server/src/plugins/plugin.worker.ts', import.meta.url)),
    },
    outdir: directory,
    outExtension: { '.js': '.ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return join(directory, 'plugin-server.ts');
}

const manifestOf = (id: string, event: string) => ({
  id,
  name: id,
  version: '1.0.0',
  events: [event],
  entities: { note: { fields: { title: { type: 'string', required: true, indexed: true } } } },
});

/** Stores and publishes each note; one whose text has 17 bytes then deletes what is not there: all is taken back. */
const STORING = {
  data: `${NOTING_GUEST.data}\\00\\00\\00\\00\\00\\00\\0000000000-0000-4000-8000-000000000000`,
  handle: NOTING_GUEST.handle.replace(
    /\(i32\.const 16\)\s*$/,
    `(if (i32.eq (local.get $pl) (i32.const 17)) (then
      (call $delete (i32.const 1024) (i32.const 4) (i32.const 1048) (i32.const 36) (i32.const 64))))
    (i32.const 16)`,
  ),
};

/**
 * Servers are killed at points between a call, its commit and what comes of it, and started again: each event's effects
 * must be there once and in order, its events out, and of what was rolled back nothing.
 */
export async function runPluginChaos({
  kills: wanted,
  say = () => undefined,
}: {
  kills: number;
  say?: (text: string) => void;
}): Promise<PluginChaosReport> {
  const database = await createTestDatabase();
  const children = new Set<ChildProcess>();
  const directory = mkdtempSync(join(tmpdir(), 'slipway-plugin-chaos-'));
  try {
    const program = await bundle(directory);
    const owners = [await makeUser(database.db), await makeUser(database.db)];
    await install(database);
    const kills: Record<string, number> = {};
    const sent: string[] = [];
    const feed = async (count: number) => {
      for (let at = 0; at < count; at++) {
        const number = String(sent.length).padStart(4, '0');
        // `{"title":"n0000"}` has 17 bytes.
        const title = sent.length % 5 === 3 ? `n${number}` : `note ${number}`;
        sent.push(title);
        for (const owner of owners) {
          await database.db.transaction((tx) => publishFact(tx, owner, 'note.new', { title }));
        }
      }
    };
    const launch = (point: string, times: number) => {
      const args = [program, database.url, point, String(times), String(LEASE_US)];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      children.add(child);
      child.once('exit', () => children.delete(child));
      return child;
    };
    for (let turn = 0; turn < wanted; turn += 2) {
      await feed(6);
      // Two at once: one takes over what the other had.
      const pair = [turn, turn + 1].filter((at) => at < wanted);
      await Promise.all(
        pair.map(async (at) => {
          const point = POINTS[at % POINTS.length]!;
          const child = launch(point, 1 + Math.floor(Math.random() * 5));
          const exit = once(child, 'exit');
          // The other may have left it nothing to do: then it is killed as it waits.
          let late: NodeJS.Timeout | undefined;
          let name = point;
          const end = () => {
            name = 'waiting';
            child.kill('SIGKILL');
          };
          child.stdout!.once('data', () => (late = setTimeout(end, 4000)));
          await exit;
          clearTimeout(late);
          if (child.signalCode !== 'SIGKILL') throw new Error(`A server ended by itself: ${child.exitCode}`);
          kills[name] = (kills[name] ?? 0) + 1;
          say(`killed: ${name}`);
        }),
      );
    }
    launch('never', 0);
    const good = sent.filter((title) => title.startsWith('note'));
    const stuck = await settle(database, say);
    const found = await Promise.all(owners.map((owner) => findFaults(database, owner, good)));
    const faults = [...stuck, ...found.flat()];
    return {
      kills,
      events: sent.length * owners.length,
      rolledBack: (sent.length - good.length) * owners.length,
      faults,
    };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(directory, { recursive: true });
    await database.close();
  }
}

async function install({ db }: TestDatabase): Promise<void> {
  const pool = createPluginPool({ size: 1 });
  const engine = new PluginEngine({ db, log: pino({ level: 'silent' }), pool });
  for (const [id, event, guest] of [
    ['storing', 'note.new', STORING],
    ['second', 'note.made', { ...NOTING_GUEST, data: NOTING_GUEST.data.replace('note.made', 'note.read') }],
  ] as const) {
    const done = await engine.install(await buildGuest(guest, manifestOf(id, event)));
    if (done.outcome !== 'installed') throw new Error(`Cannot install "${id}": ${JSON.stringify(done)}`);
  }
  await pool.close();
}

const titlesOf = async ({ db }: TestDatabase, pluginId: string, owner: string) =>
  (await queryPluginRows(db, owner, { pluginId, entity: 'note', conditions: [], limit: 10_000 })).map(
    ({ data }) => (JSON.parse(data) as { title: string }).title,
  );

/**
 * Until every delivery has come to the end of its events, as long as any of them gets further: how many events there
 * are, and how fast the machine is, says nothing of what is lost.
 */
async function settle({ db }: TestDatabase, say: (text: string) => void): Promise<string[]> {
  let last = -1;
  let until = performance.now() + PATIENCE_MS;
  for (;;) {
    const [row] = await db.execute<{ behind: number; reached: number; attempts: number }>(sql`
      select coalesce(sum(greatest(coalesce(c.seq, 0) - d.after, 0)), 0)::int + count(*) filter (where not told)::int
          as behind,
        sum(d.after)::int as reached, max(d.attempts) as attempts
      from plugin_deliveries d left join event_cursors c on c.owner_id = d.owner_id`);
    const { behind, reached, attempts } = row!;
    if (behind === 0) return [];
    if (reached !== last) {
      say(`to go: ${behind}`);
      last = reached;
      until = performance.now() + PATIENCE_MS;
    } else if (performance.now() > until) {
      return [`Nothing gets further: ${behind} steps to go at ${reached}, the last one failed ${attempts} times`];
    }
    await sleep(500);
  }
}

async function findFaults(database: TestDatabase, owner: string, good: readonly string[]): Promise<string[]> {
  const published = async (type: string) =>
    (
      await database.db.execute<{ title: string }>(sql`
        select payload->'data'->>'title' as title from owner_events
        where owner_id = ${owner} and payload->>'type' = ${type} order by seq`)
    ).map(({ title }) => title);
  const found: Record<string, string[]> = {
    'rows of the first plugin': await titlesOf(database, 'storing', owner),
    'events of the first plugin': await published('note.made'),
    'rows of the second plugin': await titlesOf(database, 'second', owner),
    'events of the second plugin': await published('note.read'),
  };
  return Object.entries(found).flatMap(([what, titles]) =>
    titles.join() === good.join() ? [] : [`${what}: ${differences(titles, good)}`],
  );
}

function differences(found: readonly string[], wanted: readonly string[]): string {
  const lost = wanted.filter((title) => !found.includes(title));
  const strange = found.filter((title) => !wanted.includes(title));
  const twice = found.filter((title, at) => found.indexOf(title) !== at);
  return JSON.stringify({ lost, strange, twice, order: found.length === wanted.length });
}
