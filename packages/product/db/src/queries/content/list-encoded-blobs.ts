import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Which of these blobs have a packed form already, as `sha256 encoding`. */
export async function listEncodedBlobs(db: DbOrTx, hashes: readonly string[]): Promise<Set<string>> {
  const rows = await db.execute<{ key: string }>(sql`
    select sha256 || ' ' || encoding as key from blob_encodings
    where sha256 in (select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))`);
  return new Set(rows.map(({ key }) => key));
}
