import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';

/**
 * Forgets what nothing references, in three steps of one statement each: trees
 * without a snapshot or artifact, rights older than a day that no tree of their
 * owner uses, and bytes that nobody has a right to and no tree names.
 *
 * Races need no lock here: RESTRICT foreign keys refuse a delete that came too
 * late, and the next sweep tries again.
 */
export async function sweepContent(db: DbOrTx, keepUs = 86_400_000_000): Promise<void> {
  await db.execute(sql`
    delete from trees t where t.created_at < slipway_now() - ${keepUs}::bigint
      and not exists (select from snapshots s where s.tree_id = t.id)
      and not exists (select from artifacts a where a.tree_id = t.id)`);
  await db.execute(sql`
    delete from owner_blobs o where o.confirmed_at < slipway_now() - ${keepUs}::bigint
      and not exists (
        select from tree_entries e join snapshots s on s.tree_id = e.tree_id
        where e.sha256 = o.sha256 and s.owner_id = o.owner_id)
      and not exists (
        select from tree_entries e join artifacts a on a.tree_id = e.tree_id
        where e.sha256 = o.sha256 and a.owner_id = o.owner_id)`);
  await db.execute(sql`
    delete from blobs b
    where not exists (select from owner_blobs o where o.sha256 = b.sha256)
      and not exists (select from tree_entries e where e.sha256 = b.sha256)`);
}
