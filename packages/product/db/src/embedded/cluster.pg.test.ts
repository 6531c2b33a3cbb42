import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cluster, acquireCluster } from './cluster.ts';
import { readPostmaster } from './postgres-process.ts';
import { processIdentity } from './process-identity.ts';

let home: string;
let directory: string;
const clusters: Cluster[] = [];

async function acquire(): Promise<Cluster> {
  const cluster = await acquireCluster({ directory, disposable: true });
  clusters.push(cluster);
  return cluster;
}

async function one(cluster: Cluster): Promise<unknown> {
  const sql = postgres(cluster.url('postgres'), { max: 1 });
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
  test('starts below a 0700 home, keeps its password to itself and refuses another one', async () => {
    const cluster = await acquire();
    expect(await one(cluster)).toBe(1);
    expect(statSync(join(directory, 'cluster', 'password')).mode & 0o777).toBe(0o600);
    const wrong = postgres(cluster.url('postgres').replace(/:[^:@]+@/, ':wrong@'), { max: 1 });
    await expect(wrong`select 1`).rejects.toThrow('password authentication failed');
    await wrong.end();
  }, 60_000);

  test('three that start at once share one server, and the last to leave stops it', async () => {
    const all = await Promise.all([acquire(), acquire(), acquire()]);
    expect(new Set(all.map((cluster) => cluster.url('x'))).size).toBe(1);
    const pid = readPostmaster(data())!.pid;
    for (const cluster of all.slice(0, 2)) await cluster.release();
    expect(await one(all[2]!)).toBe(1);
    await all[2]!.release();
    // Its new parent reaps it in its own time.
    await expect.poll(() => processIdentity(pid), { timeout: 10_000 }).toBeUndefined();
  }, 60_000);

  test('outlives the process that started it while another uses it', async () => {
    const script = `
      const { acquireCluster } = await import(${JSON.stringify(new URL('./cluster.ts', import.meta.url).href)});
      await acquireCluster({ directory: ${JSON.stringify(directory)}, disposable: true });
      console.log('started');
      setInterval(() => {}, 1000);`;
    const starter = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
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
    await expect.poll(() => processIdentity(pid), { timeout: 10_000 }).toBeUndefined();
  }, 60_000);

  test('a crash that left a "ready" pid file with the number of another process is got over', async () => {
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

  test('a start lock whose holder died is taken over', async () => {
    await (await acquire()).release();
    writeFileSync(join(directory, 'start.lock'), '1-0');
    expect(await one(await acquire())).toBe(1);
  }, 60_000);
});
