import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * The bytes of several small blobs in one question; those that are not stored are left out. The caller has the right.
 */
export async function readBlobs(db: DbOrTx, hashes: readonly string[]): Promise<Map<string, Uint8Array>> {
  if (hashes.length === 0) return new Map();
  const rows = await db.execute<{ sha256: string; bytes: Uint8Array }>(sql`
    select sha256, bytes from blobs
    where sha256 in (select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))`);
  return new Map(rows.map(({ sha256, bytes }) => [sha256, bytes]));
}
