import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Bytes, or where the object store has them. */
export type FoundBlob = { bytes: Uint8Array; objectKey: null } | { bytes: null; objectKey: string };

/**
 * Several small blobs in one question; those that are not stored are left out. The caller has the right.
 */
export async function readBlobs(
  db: DbOrTx,
  hashes: readonly string[],
): Promise<Map<string, FoundBlob & { size: number }>> {
  if (hashes.length === 0) return new Map();
  const rows = await db.execute<FoundBlob & { sha256: string; size: number }>(sql`
    select sha256, bytes, object_key as "objectKey", size from blobs
    where sha256 in (select jsonb_array_elements_text(${JSON.stringify(hashes)}::jsonb))`);
  return new Map(rows.map(({ sha256, ...found }) => [sha256, found]));
}
