import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from './database.ts';

/**
 * For what sweeps whole tables at night: its statements may take minutes, and wait
 * for nobody's locks longer than others do.
 */
export async function patientStatement<T>(db: Db, statement: (tx: DbOrTx) => Promise<T>): Promise<T> {
  return await db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('statement_timeout', '15min', true)`);
    return await statement(tx);
  });
}
