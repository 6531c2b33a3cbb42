import type { HolderFence } from '@slipway/contracts';
import { isHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { getRunLease, type RunLease } from './get-run-lease.ts';
import { heldProject } from './holder-lease.ts';

/** `lost`: who asks is not the project's holder (any more). */
export type TakeRunLeaseResult =
  | { outcome: 'taken' }
  /** Somebody else's run is going, and `onlyIfFree` was asked for. */
  | { outcome: 'busy'; lease: RunLease }
  | { outcome: 'lost' };

/**
 * Makes the project's run the user's one run (RN-02). Only its holder may, and only by its newest
 * epoch. A lease that somebody else has is replaced: that holder's heartbeat tells it, and it stops.
 */
export async function takeRunLease(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  fence: HolderFence,
  { leaseUs, onlyIfFree }: { leaseUs: number; onlyIfFree: boolean },
): Promise<TakeRunLeaseResult> {
  const taken = await db.execute(sql`
    insert into run_leases as r (owner_id, project_id, holder_id, holder_epoch, epoch, lapses_at)
    select owner_id, project_id, holder_id, epoch, 1, slipway_now() + ${leaseUs}::bigint from project_holders
      where ${isHeld(heldProject(ownerId, projectId, fence))}
    on conflict (owner_id) do update set project_id = excluded.project_id, holder_id = excluded.holder_id,
      holder_epoch = excluded.holder_epoch, epoch = r.epoch + 1, lapses_at = excluded.lapses_at,
      updated_at = slipway_now()
    where not ${onlyIfFree} or r.project_id = excluded.project_id or r.lapses_at < slipway_now()
    returning r.epoch`);
  if (taken.length > 0) return { outcome: 'taken' };
  const lease = await getRunLease(db, ownerId);
  return lease && lease.projectId !== projectId ? { outcome: 'busy', lease } : { outcome: 'lost' };
}
