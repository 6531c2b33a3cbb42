import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { type Database, openDatabase } from './database.ts';
import { acquireCluster } from './embedded/cluster.ts';
import { migrateDatabase } from './migrate.ts';
import { createDatabase } from './resolve-database.ts';

export interface TestDatabase extends Database {
  url: string;
}

const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/** A migrated database of its own in the test cluster; `close` drops it. Never near the developer's data. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const cluster = await acquireCluster({ directory: join(checkout, '.slipway', 'pg-test'), disposable: true });
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await createDatabase(cluster.url('postgres'), name);
  const url = cluster.url(name);
  await migrateDatabase(url);
  const database = openDatabase(url);
  return {
    ...database,
    url,
    close: async () => {
      await database.close();
      const admin = postgres(cluster.url('postgres'), { max: 1, onnotice: () => {} });
      await admin`drop database ${admin(name)} with (force)`;
      await admin.end({ timeout: 5 });
      await cluster.release();
    },
  };
}
