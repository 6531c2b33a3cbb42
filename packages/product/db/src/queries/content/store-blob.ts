import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * Stores bytes, and gives nobody a right to them. The caller has checked the hash.
 * Of two writers of the same bytes one waits for the other and changes nothing.
 */
export async function storeBlob(db: DbOrTx, blob: { sha256: string; bytes: Uint8Array }): Promise<void> {
  const oid = createHash('sha1').update(`blob ${blob.bytes.length}\0`).update(blob.bytes).digest('hex');
  await db.execute(sql`
    insert into blobs (sha256, size, bytes, oid)
    values (${blob.sha256}, ${blob.bytes.length}, ${blob.bytes}::bytea, ${oid})
    on conflict (sha256) do nothing`);
}
