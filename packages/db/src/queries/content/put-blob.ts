import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

/**
 * Stores bytes and the owner's right to name them. The caller has checked the
 * hash. The no-op update takes the row lock, so that a sweep at this moment waits
 * and then finds the blob in use.
 */
export async function putBlob(db: DbOrTx, ownerId: string, blob: { sha256: string; bytes: Uint8Array }): Promise<void> {
  await db.execute(sql`
    with stored as (
      insert into blobs (sha256, size, bytes) values (${blob.sha256}, ${blob.bytes.length}, ${blob.bytes}::bytea)
      on conflict (sha256) do update set size = blobs.size
      returning sha256
    )
    insert into owner_blobs (owner_id, sha256, confirmed_at)
    select ${ownerId}, sha256, slipway_now() from stored
    on conflict (owner_id, sha256) do update set confirmed_at = excluded.confirmed_at`);
}
