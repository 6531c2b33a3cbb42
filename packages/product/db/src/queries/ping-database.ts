import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../connection/database.ts';

/** The smallest question there is: resolves with any answer of the database. */
export async function pingDatabase(db: DbOrTx): Promise<void> {
  await db.execute(sql`select 1`);
}
