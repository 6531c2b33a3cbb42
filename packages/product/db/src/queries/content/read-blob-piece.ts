import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * Bytes of a blob from `start` on, at most `length` of them, and the size of the
 * whole; undefined when it is not stored. Whoever calls has asked for the right.
 */
export async function readBlobPiece(
  db: DbOrTx,
  sha256: string,
  { start, length }: { start: number; length: number },
): Promise<{ size: number; bytes: Uint8Array } | undefined> {
  // substring() counts from 1 and in 32 bits, which no bytea exceeds; a start behind the end gives nothing.
  const [row] = await db.execute<{ size: number; bytes: Uint8Array }>(sql`
    select size, substring(bytes from least(${start}::bigint, size)::int + 1 for ${length}::int) as bytes
    from blobs where sha256 = ${sha256}`);
  return row;
}
