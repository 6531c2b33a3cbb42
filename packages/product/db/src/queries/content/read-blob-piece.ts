import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { FoundBlob } from './read-blobs.ts';

/**
 * Bytes of a blob from `start` on, at most `length` of them, and the size of the
 * whole; undefined when it is not stored. Of bytes in the object store, their key. Whoever calls
 * has asked for the right.
 */
export async function readBlobPiece(
  db: DbOrTx,
  sha256: string,
  { start, length }: { start: number; length: number },
): Promise<(FoundBlob & { size: number }) | undefined> {
  // substring() counts from 1 and in 32 bits, which no bytea exceeds; a start behind the end gives nothing.
  const [row] = await db.execute<FoundBlob & { size: number }>(sql`
    select size, object_key as "objectKey",
      substring(bytes from least(${start}::bigint, size)::int + 1 for ${length}::int) as bytes
    from blobs where sha256 = ${sha256}`);
  return row;
}
