import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { DbOrTx } from './database.ts';

const dialect = new PgDialect();

/**
 * Asks as `execute` does, but as a statement that each session prepares once: no planning and one journey instead of
 * two. For statements of few texts that are asked often. Those of one transaction may be asked before the ones ahead of
 * them are answered: they go to the session in the order of the calls, and what follows a failed one fails with 25P02.
 */
export async function askPrepared<Row extends Record<string, unknown>>(db: DbOrTx, query: SQL): Promise<Row[]> {
  // The driver has a name of its own for each text; that there is one here makes Drizzle ask for it.
  const asked = db._.session.prepareQuery(dialect.sqlToQuery(query), undefined, 'prepared', false);
  return (await asked.execute()) as Row[];
}
