import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Which of these are stored, whoever has a right to them. */
export async function findBlobs(db: DbOrTx, hashes: readonly string[]): Promise<string[]> {
  const rows = await db.execute<{ sha256: string }>(sql`
    select b.sha256 from blobs b
    where b.sha256 in (select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))`);
  return rows.map((row) => row.sha256);
}
