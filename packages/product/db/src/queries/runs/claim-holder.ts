import type { HolderKind, ProjectHolder } from '@slipway/contracts';
import { isFree, setTerm } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { publishEvent } from '../events/publish-event.ts';
import { getHolder } from './get-holder.ts';
import { holderLeases } from './holder-lease.ts';

/** `elsewhere` names the living holder, which only `takeOver` replaces. */
export type ClaimHolderResult =
  | { outcome: 'held'; holder: ProjectHolder }
  | { outcome: 'elsewhere'; holder: ProjectHolder }
  | { outcome: 'missing' };

/** Who claims, and for how long. `takeOver`: also from a living holder, which is fenced out by the epoch. */
export interface HolderClaim {
  holderId: string;
  kind: HolderKind;
  leaseUs: number;
  takeOver: boolean;
}

/**
 * Makes the caller the project's holder (RN-17). Two that claim at once meet at the row: the second
 * finds the first one's lease. Every claim has a new epoch, the same holder's too: a page that was
 * loaded anew is not the one that commands were sent to. A sandbox stands in for a tab, and gives way to one (AG-10).
 */
export async function claimHolder(
  db: Db,
  ownerId: string,
  projectId: string,
  { holderId, kind, leaseUs, takeOver }: HolderClaim,
): Promise<ClaimHolderResult> {
  return await db.transaction(async (tx): Promise<ClaimHolderResult> => {
    const [row] = await tx.execute<{ epoch: number }>(sql`
      insert into project_holders as h (project_id, owner_id, holder_id, kind, epoch, lapses_at)
      select id, owner_id, ${holderId}, ${kind}, 1, slipway_now() + ${leaseUs}::bigint
        from projects where id = ${projectId} and owner_id = ${ownerId}
      on conflict (project_id) do update set kind = excluded.kind, ${setTerm(holderLeases, holderId, leaseUs, 'h')}
      where ${takeOver} or ${isFree(holderLeases, 'h')} or h.holder_id = excluded.holder_id
        or (h.kind = 'sandbox' and excluded.kind = 'tab')
      returning epoch`);
    if (row) {
      const holder = { holderId, kind, epoch: row.epoch };
      // The one that had it learns at once, not by its next heartbeat.
      await publishEvent(tx, ownerId, { type: 'holder', payload: { projectId, holder } });
      return { outcome: 'held', holder };
    }
    const holder = await getHolder(tx, ownerId, projectId, { alsoLapsed: true });
    return holder ? { outcome: 'elsewhere', holder } : { outcome: 'missing' };
  });
}
