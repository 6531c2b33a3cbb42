import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';

const migrationsFolder = fileURLToPath(new URL('../../../drizzle', import.meta.url));

/** Any number will do; every Slipway process must use the same. */
const lockKey = 7_547_929;

/**
 * Brings the database up to date. Drizzle's own `migrate` fails when several
 * processes call it at once, so an advisory lock on the same connection queues
 * them; a crash lets go of it.
 */
export async function migrateDatabase(url: string): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await client`select pg_advisory_lock(${lockKey})`;
    await migrate(drizzle(client), { migrationsFolder });
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** How many migrations this checkout has, for the readiness check. */
export function countMigrations(): number {
  return readMigrationFiles({ migrationsFolder }).length;
}
