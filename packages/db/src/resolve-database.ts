import { join } from 'node:path';
import postgres from 'postgres';
import { acquireCluster } from './embedded/cluster.ts';
import { migrateDatabase } from './migrate.ts';

export interface ResolvedDatabase {
  url: string;
  embedded: boolean;
  /** Call after the last connection is closed; stops an embedded server that nobody else uses. */
  release(): Promise<void>;
}

/** DATABASE_URL first, else the embedded Postgres below `stateDirectory`. Migrated either way. */
export async function resolveDatabase(options: { databaseUrl?: string | undefined; stateDirectory: string }): Promise<ResolvedDatabase> {
  if (options.databaseUrl) {
    await migrateDatabase(options.databaseUrl);
    return { url: options.databaseUrl, embedded: false, release: async () => {} };
  }
  const cluster = await acquireCluster({ directory: join(options.stateDirectory, 'pg') });
  try {
    await createDatabase(cluster.url('postgres'), 'slipway');
    const url = cluster.url('slipway');
    await migrateDatabase(url);
    return { url, embedded: true, release: cluster.release };
  } catch (error) {
    await cluster.release();
    throw error;
  }
}

/** Makes the database unless it is there. */
export async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const client = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    const [found] = await client`select 1 from pg_database where datname = ${name}`;
    if (!found) await client`create database ${client(name)}`;
  } catch (error) {
    // Two processes may both have seen it missing.
    const { code } = error as { code?: string };
    if (code !== '42P04' && code !== '23505') throw error;
  } finally {
    await client.end({ timeout: 5 });
  }
}
