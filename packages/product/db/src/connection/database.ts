import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { guardTransactions } from './guard-transactions.ts';
import { openClient } from './open-client.ts';
import * as schema from '../schema/index.ts';

/** Drizzle over the one pool of this process. */
export type Db = PostgresJsDatabase<typeof schema>;

/** A transaction, or the database itself: what a query takes that leaves the boundary to its caller. */
export type DbOrTx = Db | Parameters<Parameters<Db['transaction']>[0]>[0];

/** What a program opens at its start and closes as the last thing. */
export interface Database {
  db: Db;
  /** LISTEN and COPY need the driver itself; drizzle hands neither on. */
  client: postgres.Sql;
  /** Questions and transactions that were asked and are not answered; more than `max` of them wait for a session. */
  load(): { pending: number; max: number };
  /** Waits five seconds for queries under way, then breaks their connections. */
  close(): Promise<void>;
}

/** Whether this came from the database: its text holds SQL and values, and is for the log alone (SV-11). */
export function isDatabaseError(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DrizzleQueryError || cause instanceof postgres.PostgresError) return true;
  }
  return false;
}

/** A pool of connections. Their time limits are the role's: see `setConnectionLimits`. */
export function openDatabase(
  url: string,
  options: {
    maxConnections?: number;
    /** Told how long each transaction waited for its session. */ onWait?: (ms: number) => void;
  } = {},
): Database {
  const max = options.maxConnections ?? 10;
  const client = openClient(url, { maxConnections: max });
  let pending = 0;
  const count = async <T>(work: PromiseLike<T>): Promise<T> => {
    pending++;
    try {
      return await work;
    } finally {
      pending--;
    }
  };
  const guarded = guardTransactions(client, { count, onWait: options.onWait ?? (() => undefined) });
  return {
    db: drizzle(guarded, { schema }),
    client,
    load: () => ({ pending, max }),
    close: () => client.end({ timeout: 5 }),
  };
}
