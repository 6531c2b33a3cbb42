import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { SealedColumn } from './sealed-columns.ts';

/** Puts another text for the same value, or none, unless somebody has changed it meanwhile. */
export async function replaceSealedValue(
  db: DbOrTx,
  { table, key, column }: SealedColumn,
  row: { key: string; was: string; becomes: string },
): Promise<{ outcome: 'replaced' | 'changed-elsewhere' }> {
  const text = sql.identifier(column);
  const rows = await db.execute(sql`
    update ${sql.identifier(table)} set ${text} = ${row.becomes}
    where ${sql.identifier(key)}::text = ${row.key} and ${text} = ${row.was} returning 1`);
  return { outcome: rows.length > 0 ? 'replaced' : 'changed-elsewhere' };
}
