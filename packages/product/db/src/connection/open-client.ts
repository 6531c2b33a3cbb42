import { makePgArray, parsePgArray } from 'drizzle-orm/pg-core';
import postgres from 'postgres';

/** Counters and microseconds are bigint in SQL and exact numbers here: what is not exact throws. */
function parseBigint(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`Cannot read bigint ${text}: it is above 2^53`);
  return value;
}

/**
 * The driver, as everybody here opens it; `test/house/database-driver.test.ts` finds
 * who does it by himself. Time limits of statements are the role's, see
 * `setConnectionLimits`.
 */
export function openClient(url: string, { maxConnections }: { maxConnections: number }): postgres.Sql {
  return postgres(url, {
    max: maxConnections,
    // Both in seconds, as the driver counts.
    connect_timeout: 10,
    keep_alive: 15,
    // By itself the driver asks each new session for the types of arrays, before the first query and in a promise that
    // nobody holds: where the server goes away in that moment, the process ends by an unhandled rejection. Lists are
    // sent as JSON here, and the one kind of array that is read is named below.
    fetch_types: false,
    // Notices are "already exists, skipping": nobody reads them.
    onnotice: () => {},
    types: {
      bigint: { to: 20, from: [20], serialize: String, parse: parseBigint },
      textArray: { to: 1009, from: [1009], serialize: makePgArray, parse: parsePgArray },
    },
  }) as unknown as postgres.Sql;
}
