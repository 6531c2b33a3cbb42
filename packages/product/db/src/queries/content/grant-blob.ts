import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * Gives the owner the right to name a stored blob. The key share lock makes a sweep
 * at this moment wait or lose; where the sweep came first there is no such blob any
 * more, and the caller stores it again.
 */
export async function grantBlob(
  db: DbOrTx,
  ownerId: string,
  sha256: string,
): Promise<{ outcome: 'granted' | 'no-such-blob' }> {
  const granted = await db.execute(sql`
    with stored as (select sha256 from blobs where sha256 = ${sha256} for key share)
    insert into owner_blobs (owner_id, sha256, confirmed_at) select ${ownerId}, sha256, slipway_now() from stored
    on conflict (owner_id, sha256) do update set confirmed_at = excluded.confirmed_at
    returning sha256`);
  return { outcome: granted.length > 0 ? 'granted' : 'no-such-blob' };
}
