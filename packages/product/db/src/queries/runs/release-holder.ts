import type { HolderFence } from '@slipway/contracts';
import { endOfTerm, isHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { publishEvent } from '../events/publish-event.ts';
import { heldProject, holderLeases } from './holder-lease.ts';

/**
 * The holder goes of its own accord: its claim and its run lease lapse now, so that nobody waits for
 * them. A caller whose epoch is over releases nothing.
 */
export async function releaseHolder(
  db: Db,
  ownerId: string,
  projectId: string,
  fence: HolderFence,
): Promise<{ outcome: 'released' | 'lost' }> {
  return await db.transaction(async (tx) => {
    const released = await tx.execute(sql`
      with held as (
        update project_holders set ${endOfTerm(holderLeases)}
        where ${isHeld(heldProject(ownerId, projectId, fence))}
        returning project_id
      ), run as (
        update run_leases r set lapses_at = slipway_now() - 1, updated_at = slipway_now()
        from held where r.owner_id = ${ownerId} and r.project_id = held.project_id and r.holder_epoch = ${fence.epoch}
          and r.holder_id = ${fence.holderId}
      )
      select project_id from held`);
    if (released.length === 0) return { outcome: 'lost' };
    await publishEvent(tx, ownerId, { type: 'holder', payload: { projectId, holder: null } });
    return { outcome: 'released' };
  });
}
