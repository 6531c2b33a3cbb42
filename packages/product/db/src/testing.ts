import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openClient } from './connection/open-client.ts';
import { type Database, openDatabase } from './connection/database.ts';
import { acquireCluster, type Cluster, startCluster } from './embedded/cluster.ts';
import { awaitOrphans, isPostgresOf, readPostmaster, stopPostgres } from './embedded/postgres-process.ts';
import { hashMigrations, migrateDatabase } from './migrations/migrate.ts';
import { createDatabase } from './resolve-database.ts';

/** A database in a Postgres of its own, for tests that kill and restart it. */
export interface MortalDatabase extends TestDatabase {
  /**
   * As the system kills what takes too much memory: no goodbye, nothing written. Resolves when its sessions are gone.
   */
  kill(): Promise<void>;
  /** Ends it in order, as an operator would. Nobody starts it but `start`. */
  stop(): Promise<void>;
  /** On the same port, with the same data. */
  start(): Promise<void>;
  /** As a machine that is paused: its connections stay, and nothing is said on them until `thaw`. */
  freeze(): void;
  thaw(): void;
  /**
   * As an administrator's restart would: tests ask what becomes of connections that break. Answers how many there
   * were.
   */
  terminateAll(): Promise<number>;
}

/** A database that is a test file's own, and gone after `close`. */
export interface TestDatabase extends Database {
  url: string;
}

const checkout = fileURLToPath(new URL('../../../..', import.meta.url));

/** A migrated database of its own in the test cluster; `close` drops it. Never near the developer's data. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const cluster = await acquireCluster({ directory: join(checkout, '.slipway', 'pg-test'), disposable: true });
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await copyTemplate(cluster, name);
  const url = cluster.url(name);
  // Changes nothing but what belongs to a database's name, such as its time limits.
  await migrateDatabase(url);
  const database = openDatabase(url);
  return {
    ...database,
    url,
    close: async () => {
      await database.close();
      const admin = openClient(cluster.url('postgres'), { maxConnections: 1 });
      await admin`drop database ${admin(name)} with (force)`;
      await admin.end({ timeout: 5 });
      await cluster.release();
    },
  };
}

/** A database as all migrations leave it, copied: to run them for each test file takes four times as long. */
async function copyTemplate(cluster: Cluster, name: string): Promise<void> {
  const template = `template_${hashMigrations()}`;
  const admin = openClient(cluster.url('postgres'), { maxConnections: 1 });
  try {
    const [found] = await admin`select 1 from pg_database where datname = ${template}`;
    if (!found) {
      // A template's name has the hash of all migrations: one with another hash is of an earlier state.
      const old = await admin`
        select datname from pg_database where datname ~ '^template_[0-9a-f]{16}$' and datname <> ${template}`;
      for (const { datname } of old) await admin`drop database if exists ${admin(datname)}`;
      const draft = `${template}_${randomUUID().replaceAll('-', '')}`;
      await admin`create database ${admin(draft)}`;
      await migrateDatabase(cluster.url(draft));
      // Another process may have been as quick; its own is as good.
      await admin`alter database ${admin(draft)} rename to ${admin(template)}`.catch(async () => {
        await admin`drop database ${admin(draft)} with (force)`;
      });
    }
    await admin`create database ${admin(name)} template ${admin(template)}`;
  } finally {
    await admin.end({ timeout: 5 });
  }
}

/** `supervised`: started again by itself whenever it dies, as the product's own is. */
export async function createMortalDatabase({ supervised }: { supervised: boolean }): Promise<MortalDatabase> {
  const home = mkdtempSync(join(tmpdir(), 'slipway-mortal-'));
  const directory = join(home, 'pg');
  const dataDirectory = join(directory, 'cluster', 'data');
  const acquire = () =>
    // Durable: what was committed outlives the kill.
    acquireCluster({ directory, ...(supervised ? { onDeath: () => undefined } : {}) });
  const cluster = await acquire();
  await createDatabase(cluster.url('postgres'), 'slipway');
  const url = cluster.url('slipway');
  await migrateDatabase(url);
  const database = openDatabase(url);
  const port = Number(new URL(url).port);
  const mustGetPostmaster = () => {
    const postmaster = readPostmaster(dataDirectory);
    if (!postmaster) throw new Error(`Cannot end the Postgres of "${directory}": it does not run`);
    return postmaster;
  };
  return {
    ...database,
    url,
    kill: async () => {
      const { pid } = mustGetPostmaster();
      process.kill(pid, 'SIGKILL');
      while (isPostgresOf(pid, dataDirectory)) await sleep(5);
      await awaitOrphans(dataDirectory);
    },
    stop: () => stopPostgres(mustGetPostmaster(), dataDirectory),
    start: () => startCluster({ directory, disposable: false, port }),
    freeze: () => signalAll(mustGetPostmaster().pid, 'SIGSTOP'),
    thaw: () => signalAll(mustGetPostmaster().pid, 'SIGCONT'),
    terminateAll: async () => {
      const own = openClient(url, { maxConnections: 1 });
      const [row] = await own<{ ended: number }[]>`
        select count(pg_terminate_backend(pid))::int as ended from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`;
      await own.end({ timeout: 5 });
      return row!.ended;
    },
    close: async () => {
      await database.close();
      await cluster.release();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A postmaster and the processes that it has started: one for each session, and its helpers. */
function signalAll(pid: number, signal: 'SIGSTOP' | 'SIGCONT'): void {
  process.kill(pid, signal);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  for (const child of children) process.kill(Number(child), signal);
}

export { makeProject, makeUser, type ProjectFixture } from './queries/query-fixtures.ts';
