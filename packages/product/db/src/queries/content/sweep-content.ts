import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { patientStatement } from '../../connection/patient-statement.ts';
import { listLooseBlobs } from './list-loose-blobs.ts';

/** Of one question for loose blobs, and of one call to the store. */
const BATCH = 1000;

/**
 * Forgets what nothing references, in three steps: trees without a snapshot or
 * artifact, rights older than a day that no object or tree of their owner uses, and bytes that
 * nobody has a right to and no object or tree names. `deleteBytes` is the blob store's own.
 *
 * Races need no lock here: RESTRICT foreign keys refuse a delete that came too
 * late, and the next sweep tries again.
 */
export async function sweepContent(
  db: Db,
  deleteBytes: (hashes: readonly string[]) => Promise<unknown>,
  keepUs = 86_400_000_000,
): Promise<void> {
  await patientStatement(db, (tx) =>
    tx.execute(sql`
    delete from trees t where t.created_at < slipway_now() - ${keepUs}::bigint
      and not exists (select from snapshots s where s.tree_id = t.id)
      and not exists (select from artifacts a where a.tree_id = t.id)`),
  );
  await patientStatement(db, (tx) =>
    tx.execute(sql`
    delete from owner_blobs o where o.confirmed_at < slipway_now() - ${keepUs}::bigint
      and not exists (
        select from objects g join projects p on p.id = g.project_id
        where g.sha256 = o.sha256 and p.owner_id = o.owner_id)
      and not exists (
        select from tree_entries e join snapshots s on s.tree_id = e.tree_id
        where e.sha256 = o.sha256 and s.owner_id = o.owner_id)
      and not exists (
        select from tree_entries e join artifacts a on a.tree_id = e.tree_id
        where e.sha256 = o.sha256 and a.owner_id = o.owner_id)`),
  );
  // Every turn goes on behind the last: what cannot be deleted now is not asked for twice.
  for (let after = ''; ;) {
    const loose = await patientStatement(db, (tx) => listLooseBlobs(tx, { after, limit: BATCH }));
    if (loose.length > 0) await deleteBytes(loose);
    const last = loose.at(-1);
    if (last === undefined || loose.length < BATCH) return;
    after = last;
  }
}
