import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import * as schema from './schema/index.ts';

export type Db = PostgresJsDatabase<typeof schema>;

/** A transaction, or the database itself: what a query takes that leaves the boundary to its caller. */
export type DbOrTx = Db | Parameters<Parameters<Db['transaction']>[0]>[0];

export interface Database {
  db: Db;
  /** The driver below, for LISTEN. */
  client: postgres.Sql;
  close(): Promise<void>;
}

/** Counters and microseconds are bigint in SQL and exact numbers here: what is not exact throws. */
function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`Cannot read bigint ${text}: it is above 2^53`);
  return value;
}

export function openDatabase(url: string, options: { maxConnections?: number } = {}): Database {
  const client = postgres(url, {
    max: options.maxConnections ?? 10,
    onnotice: () => {},
    types: { bigint: { to: 20, from: [20], serialize: String, parse: parseBigint } },
  });
  return { db: drizzle(client, { schema }), client: client as unknown as postgres.Sql, close: () => client.end({ timeout: 5 }) };
}
