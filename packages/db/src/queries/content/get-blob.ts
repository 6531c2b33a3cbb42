import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

/** Bytes that this owner has the right to name. */
export async function getBlob(db: DbOrTx, ownerId: string, sha256: string): Promise<Uint8Array | undefined> {
  const [row] = await db.execute<{ bytes: Uint8Array }>(sql`
    select b.bytes from blobs b join owner_blobs o on o.sha256 = b.sha256
    where o.owner_id = ${ownerId} and b.sha256 = ${sha256}`);
  return row?.bytes;
}
