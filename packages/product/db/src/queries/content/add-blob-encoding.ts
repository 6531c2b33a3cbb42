import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The packed form of a blob, under the hash of its own bytes. */
export interface BlobEncoding {
  sha256: string;
  encoding: 'br' | 'gzip';
  encodedSha256: string;
  size: number;
}

/** Says that stored bytes are the packed form of others. `missing`: a sweep took one of the two meanwhile. */
export async function addBlobEncoding(
  db: DbOrTx,
  { sha256, encoding, encodedSha256, size }: BlobEncoding,
): Promise<{ outcome: 'added' | 'missing' }> {
  const rows = await db.execute(sql`
    with pair as (
      select o.sha256 as original, p.sha256 as packed from blobs o, blobs p
      where o.sha256 = ${sha256} and p.sha256 = ${encodedSha256}
      for key share of o, p
    )
    insert into blob_encodings (sha256, encoding, encoded_sha256, size)
    select original, ${encoding}, packed, ${size}::bigint from pair
    on conflict (sha256, encoding) do update set size = blob_encodings.size
    returning sha256`);
  return { outcome: rows.length > 0 ? 'added' : 'missing' };
}
