import type { HolderFence } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** The run has ended: the user has none any more. What another holder has taken meanwhile stays. */
export async function releaseRunLease(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  { holderId, epoch }: HolderFence,
): Promise<void> {
  await db.execute(sql`
    update run_leases set lapses_at = slipway_now() - 1, updated_at = slipway_now()
    where owner_id = ${ownerId} and project_id = ${projectId} and holder_id = ${holderId}
      and holder_epoch = ${epoch}`);
}
