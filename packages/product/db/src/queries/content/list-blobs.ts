import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** What is stored, in the order of the hashes, behind `after`. */
export async function listBlobs(
  db: DbOrTx,
  page: { after: string; limit: number },
): Promise<{ sha256: string; size: number }[]> {
  return await db.execute<{ sha256: string; size: number }>(sql`
    select sha256, size from blobs where sha256 > ${page.after} order by sha256 limit ${page.limit}`);
}
