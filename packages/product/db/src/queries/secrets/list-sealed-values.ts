import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { SealedColumn } from './sealed-columns.ts';

/** A page of a column's values, in the order of their keys. */
export async function listSealedValues(
  db: DbOrTx,
  { table, key, column }: SealedColumn,
  after: string,
  limit: number,
): Promise<{ key: string; value: string }[]> {
  const [name, text] = [sql.identifier(key), sql.identifier(column)];
  const rows = await db.execute<{ key: string; value: string }>(sql`
    select ${name}::text as key, ${text} as value from ${sql.identifier(table)}
    where ${text} is not null and ${name}::text > ${after} order by ${name}::text limit ${limit}`);
  return [...rows];
}
