import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isDatabaseAway } from '../connection/guard-transactions.ts';
import { openClient } from '../connection/open-client.ts';
import { createMortalDatabase } from '../testing.ts';
import { type Cluster, acquireCluster } from './cluster.ts';
import { readPostmaster, setAside } from './postgres-process.ts';
import { processIdentity } from './process-identity.ts';
import { superviseCluster } from './supervise-cluster.ts';

let home: string;
let directory: string;
const clusters: Cluster[] = [];

async function acquire(): Promise<Cluster> {
  const cluster = await acquireCluster({ directory, disposable: true });
  clusters.push(cluster);
  return cluster;
}

async function one(cluster: Cluster): Promise<unknown> {
  const sql = openClient(cluster.url('postgres'), { maxConnections: 1 });
  try {
    return (await sql`select 1 as one`)[0]?.['one'];
  } finally {
    await sql.end();
  }
}

const data = () => join(directory, 'cluster', 'data');

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'slipway-pg-'));
  chmodSync(home, 0o700);
  directory = join(home, 'pg');
});
afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.release();
  rmSync(home, { recursive: true, force: true });
});

describe('embedded Postgres', () => {
  it('starts below a 0700 home, keeps its password to itself and refuses another one', async () => {
    const cluster = await acquire();
    expect(await one(cluster)).toBe(1);
    expect(statSync(join(directory, 'cluster', 'password')).mode & 0o777).toBe(0o600);
    const wrong = openClient(cluster.url('postgres').replace(/:[^:@]+@/, ':wrong@'), { maxConnections: 1 });
    await expect(wrong`select 1`).rejects.toThrow('password authentication failed');
    await wrong.end();
  }, 60_000);

  it('three that start at once share one server, and the last to leave stops it', async () => {
    const all = await Promise.all([acquire(), acquire(), acquire()]);
    expect(new Set(all.map((cluster) => cluster.url('x'))).size).toBe(1);
    const pid = readPostmaster(data())!.pid;
    for (const cluster of all.slice(0, 2)) await cluster.release();
    expect(await one(all[2]!)).toBe(1);
    await all[2]!.release();
    // Its new parent reaps it in its own time.
    await expect.poll(() => processIdentity(pid)).toBeUndefined();
  }, 60_000);

  it('outlives the process that started it while another uses it', async () => {
    const script = `
      const { acquireCluster } = await import(${JSON.stringify(new URL('./cluster.ts', import.meta.url).href)});
      await acquireCluster({ directory: ${JSON.stringify(directory)}, disposable: true });
      console.log('started');
      setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(starter.stdout, 'data');
    const pid = readPostmaster(data())!.pid;
    const cluster = await acquire();
    starter.kill('SIGKILL');
    await once(starter, 'exit');
    expect(readPostmaster(data())!.pid).toBe(pid);
    expect(await one(cluster)).toBe(1);
    // The killed starter never gave back its use, and does not count all the same.
    await cluster.release();
    // Its new parent reaps it in its own time.
    await expect.poll(() => processIdentity(pid)).toBeUndefined();
  }, 60_000);

  it('a crash that left a "ready" pid file with the number of another process is got over', async () => {
    const first = await acquire();
    const { pid } = readPostmaster(data())!;
    const text = readFileSync(join(data(), 'postmaster.pid'), 'utf8');
    await first.release();
    expect(existsSync(join(data(), 'postmaster.pid'))).toBe(false);
    writeFileSync(join(data(), 'postmaster.pid'), text.replace(String(pid), String(process.pid)));
    const second = await acquire();
    expect(await one(second)).toBe(1);
    expect(readPostmaster(data())!.pid).not.toBe(process.pid);
  }, 60_000);

  it('a start lock whose holder died is taken over', async () => {
    await (await acquire()).release();
    writeFileSync(join(directory, 'start.lock'), '1-0');
    expect(await one(await acquire())).toBe(1);
  }, 60_000);
});

it('SV-08 a long log is set aside at a start, and a short one goes on', () => {
  const file = join(home, 'postgres.log');
  setAside(file, 10);
  writeFileSync(file, 'short');
  setAside(file, 10);
  expect(readFileSync(file, 'utf8')).toBe('short');
  for (const text of ['first, and long', 'second, and long']) {
    writeFileSync(file, text);
    setAside(file, 10);
    expect([existsSync(file), readFileSync(`${file}.1`, 'utf8')]).toEqual([false, text]);
  }
});

describe('a server that was killed', () => {
  it('SV-16 is back on its port, with its data, and nobody had to connect by another address', async () => {
    const database = await createMortalDatabase({ supervised: true });
    const { client } = database;
    await client`create table kept (id int)`;
    await client`insert into kept values (1)`;
    for (let round = 1; round <= 2; round++) {
      await database.kill();
      // Every question until then is refused or broken off; then it is answered by the same client.
      await expect
        .poll(async () => await client`select id from kept`.catch((error: unknown) => isDatabaseAway(error)), {
          timeout: 20_000,
        })
        .toEqual([{ id: 1 }]);
    }
    await database.close();
  }, 60_000);

  it('SV-16 that cannot start is tried again, and a user that leaves ends the attempts', async () => {
    let alive = true;
    let attempts = 0;
    const told: string[] = [];
    const supervision = superviseCluster({
      isAlive: () => alive,
      revive: async () => {
        attempts++;
        if (attempts < 2) throw new Error('no room');
        alive = true;
      },
      onDeath: ({ outcome }) => void told.push(outcome),
    });
    alive = false;
    await expect.poll(() => told).toEqual(['failed', 'revived']);
    await supervision.stop();
    alive = false;
    await new Promise((resolve) => setImmediate(resolve));
    expect(attempts).toBe(2);
  });
});
