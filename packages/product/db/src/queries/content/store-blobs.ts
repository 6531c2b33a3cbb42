import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** Bytes under both their names. */
export interface NewBlob {
  sha256: string;
  /** SHA-1 as git names it, so that a push or fetch need not read the bytes; the key of the row is SHA-256. */
  oid: string;
  bytes: Uint8Array;
}

/**
 * `storeBlob` for many small ones, in one statement. In the order of their hashes, so that two never wait for each
 * other.
 */
export async function storeBlobs(db: DbOrTx, blobs: readonly NewBlob[]): Promise<void> {
  if (blobs.length === 0) return;
  const rows = [...new Map(blobs.map((blob) => [blob.sha256, blob])).values()]
    .sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
    .map(({ sha256, oid, bytes }) => ({
      sha256,
      oid,
      size: bytes.length,
      // Text, because a list of bytes has no form that the driver writes by itself.
      bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'),
    }));
  await db.execute(sql`
    insert into blobs (sha256, size, bytes, oid)
    select g.sha256, g.size, decode(g.bytes, 'base64'), g.oid
    from json_to_recordset(${JSON.stringify(rows)}::json) as g(sha256 text, size bigint, bytes text, oid text)
    on conflict (sha256) do nothing`);
}
