import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type postgres from 'postgres';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { openClient } from '../connection/open-client.ts';
import { liftConnectionLimits, setConnectionLimits } from '../connection/connection-limits.ts';
import { openDatabase } from '../connection/database.ts';
import { moveSnapshots } from './move-snapshots.ts';
import { securePluginTables } from './secure-plugin-tables.ts';

const migrationsFolder = fileURLToPath(new URL('../../../../../drizzle', import.meta.url));

/** Any number will do; every Slipway process must use the same. */
const LOCK_KEY = 7_547_929;

/**
 * Brings the database up to date. Drizzle's own `migrate` fails when several
 * processes call it at once, so an advisory lock queues them; a crash lets go of it.
 *
 * Lock and lifted limits belong to transactions: behind a pooler in transaction mode (SV-22) a session
 * is somebody else's a moment later, and a lock that it still had would keep everybody waiting.
 */
export async function migrateDatabase(url: string): Promise<void> {
  const client = openClient(url, { maxConnections: 2 });
  try {
    await client.begin(async (lock) => {
      await liftConnectionLimits(lock, { until: 'transaction' });
      await lock`select pg_advisory_xact_lock(${LOCK_KEY})`;
      await client.begin(async (tx) => {
        await liftConnectionLimits(tx, { until: 'transaction' });
        await migrate(drizzle(asClient(client, tx)), { migrationsFolder });
      });
      await moveContent(url);
      await client.begin((tx) => securePluginTables(tx));
      await client.begin((tx) => setConnectionLimits(tx));
    });
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** The transaction as a client whose own transactions are savepoints in it: Drizzle begins one for all migrations. */
function asClient(client: postgres.Sql, tx: postgres.TransactionSql): postgres.Sql {
  const own = new Map<string | symbol, unknown>([
    ['begin', tx.savepoint.bind(tx)],
    ['options', client.options],
  ]);
  return new Proxy(tx, {
    get: (target, name, receiver) => own.get(name) ?? (Reflect.get(target, name, receiver) as unknown),
  }) as unknown as postgres.Sql;
}

/** What no SQL can do: git's ids are of bytes. On connections of its own, while the lock is held. */
async function moveContent(url: string): Promise<void> {
  const { db, close } = openDatabase(url, { maxConnections: 1 });
  try {
    await moveSnapshots(db);
  } finally {
    await close();
  }
}

/** Where the database has seen fewer, `migrate` has yet to run. */
export function countMigrations(): number {
  return readMigrationFiles({ migrationsFolder }).length;
}

/** The first 16 hex digits of a SHA-256 over all of them, in their order. */
export function hashMigrations(): string {
  const hash = createHash('sha256');
  for (const migration of readMigrationFiles({ migrationsFolder })) hash.update(migration.hash);
  return hash.digest('hex').slice(0, 16);
}
