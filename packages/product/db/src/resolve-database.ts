import { join } from 'node:path';
import { openClient } from './connection/open-client.ts';
import { acquireCluster, type ClusterOptions } from './embedded/cluster.ts';
import { migrateDatabase } from './migrations/migrate.ts';

/** Migrated already; an embedded one was started for it. */
export interface ResolvedDatabase {
  url: string;
  embedded: boolean;
  /** Call after the last connection is closed; stops an embedded server that nobody else uses. */
  release(): Promise<void>;
}

/** Where a database is looked for, and who is told of its troubles. */
export interface DatabasePlace {
  databaseUrl?: string | undefined;
  stateDirectory: string;
  /** Told when an embedded server died, and what came of starting it again. */
  onDeath?: NonNullable<ClusterOptions['onDeath']>;
}

/** DATABASE_URL first, else the embedded Postgres below `stateDirectory`. Migrated either way. */
export async function resolveDatabase(place: DatabasePlace): Promise<ResolvedDatabase> {
  const located = await locateDatabase(place);
  try {
    await migrateDatabase(located.url);
    return located;
  } catch (error) {
    await located.release();
    throw error;
  }
}

/** The same, as it is: a backup is made before a migration, not after. */
export async function locateDatabase(place: DatabasePlace): Promise<ResolvedDatabase> {
  if (place.databaseUrl) return { url: place.databaseUrl, embedded: false, release: async () => {} };
  const cluster = await acquireCluster({
    directory: join(place.stateDirectory, 'pg'),
    onDeath: place.onDeath ?? (() => undefined),
  });
  try {
    await createDatabase(cluster.url('postgres'), 'slipway');
    return { url: cluster.url('slipway'), embedded: true, release: cluster.release };
  } catch (error) {
    await cluster.release();
    throw error;
  }
}

/** Makes the database unless it is there. */
export async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const client = openClient(adminUrl, { maxConnections: 1 });
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
