import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { SealedColumn } from './sealed-columns.ts';

/** Removes the row of a value that nobody can open any more, unless somebody has changed it meanwhile. */
export async function forgetSealedValue(
  db: DbOrTx,
  { table, key, column }: SealedColumn,
  row: { key: string; was: string },
): Promise<void> {
  await db.execute(sql`
    delete from ${sql.identifier(table)}
    where ${sql.identifier(key)}::text = ${row.key} and ${sql.identifier(column)} = ${row.was}`);
}
