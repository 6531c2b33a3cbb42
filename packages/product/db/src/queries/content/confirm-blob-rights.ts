import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { PreparedTree } from './insert-tree.ts';

/**
 * Whether the owner may name every blob of this tree, under the size it claims.
 * Confirms the rights anew, which locks them against the sweep until the
 * transaction ends; always in the order of the hashes, so that two commits never
 * wait for each other. The answer is one row whatever the tree: a client that
 * stops reading cannot hold the locks.
 */
export async function confirmBlobRights(
  tx: DbOrTx,
  ownerId: string,
  tree: PreparedTree,
): Promise<{ outcome: 'confirmed' | 'refused' }> {
  const [row] = await tx.execute<{ refused: number }>(sql`
    with claims as materialized (select * from jsonb_to_recordset(${tree.claims}::jsonb) as c(sha256 text,
      size bigint)),
    held as (
      select owner_id, sha256 from owner_blobs
      where owner_id = ${ownerId} and sha256 in (select sha256 from claims)
      order by sha256 for update
    ),
    confirmed as (
      update owner_blobs o set confirmed_at = slipway_now() from held, blobs b
      where o.owner_id = held.owner_id and o.sha256 = held.sha256 and b.sha256 = o.sha256
      returning o.sha256, b.size
    )
    select count(*)::int as refused from claims c
    where not exists (select from confirmed k where k.sha256 = c.sha256 and k.size = c.size)`);
  return { outcome: row!.refused === 0 ? 'confirmed' : 'refused' };
}
