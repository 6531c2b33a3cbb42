import type { HolderFence } from '@slipway/contracts';
import { extendTerm, isHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { heldProject, holderLeases } from './holder-lease.ts';

/** `lost`: another claim has a newer epoch, or the project is gone. */
export type RenewHolderResult = { outcome: 'renewed'; runHeld: boolean } | { outcome: 'lost' };

/**
 * A holder's heartbeat: renews its claim, and the run lease where it has that too. A claim that
 * lapsed while the server or the database was away is renewed as long as nobody else has claimed.
 */
export async function renewHolder(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  fence: HolderFence,
  leaseUs: number,
): Promise<RenewHolderResult> {
  const [row] = await db.execute<{ held: boolean; runHeld: boolean }>(sql`
    with held as (
      update project_holders set ${extendTerm(holderLeases, leaseUs)}
      where ${isHeld(heldProject(ownerId, projectId, fence))}
      returning project_id
    ), run as (
      update run_leases r set lapses_at = slipway_now() + ${leaseUs}::bigint, updated_at = slipway_now()
      from held
      where r.owner_id = ${ownerId} and r.project_id = held.project_id and r.holder_id = ${fence.holderId}
        and r.holder_epoch = ${fence.epoch}
      returning r.epoch
    )
    select exists (select from held) as held, exists (select from run) as "runHeld"`);
  return row?.held ? { outcome: 'renewed', runHeld: row.runHeld } : { outcome: 'lost' };
}
