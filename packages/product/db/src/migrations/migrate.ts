import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
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
 * processes call it at once, so an advisory lock on the same connection queues
 * them; a crash lets go of it.
 */
export async function migrateDatabase(url: string): Promise<void> {
  const client = openClient(url, { maxConnections: 1 });
  try {
    await liftConnectionLimits(client);
    await client`select pg_advisory_lock(${LOCK_KEY})`;
    await migrate(drizzle(client), { migrationsFolder });
    await moveContent(url);
    await securePluginTables(client);
    await setConnectionLimits(client);
  } finally {
    await client.end({ timeout: 5 });
  }
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

/** How many migrations this checkout has, for the readiness check. */
export function countMigrations(): number {
  return readMigrationFiles({ migrationsFolder }).length;
}

/** Tells one set of migrations from another. */
export function hashMigrations(): string {
  const hash = createHash('sha256');
  for (const migration of readMigrationFiles({ migrationsFolder })) hash.update(migration.hash);
  return hash.digest('hex').slice(0, 16);
}
