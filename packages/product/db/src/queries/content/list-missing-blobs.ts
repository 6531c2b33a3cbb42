import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * Which of these the owner still has to upload. Asked of his own rights alone:
 * whether anybody else ever stored the same bytes must not show.
 */
export async function listMissingBlobs(db: DbOrTx, ownerId: string, hashes: readonly string[]): Promise<string[]> {
  const rows = await db.execute<{ sha256: string }>(sql`
    select distinct asked.sha256 from jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb) as asked(sha256)
    where not exists (select from owner_blobs o where o.owner_id = ${ownerId} and o.sha256 = asked.sha256)`);
  return rows.map((row) => row.sha256);
}
