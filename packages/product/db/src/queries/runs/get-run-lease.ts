import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** One row for each user, so that a second run finds it taken. */
export interface RunLease {
  projectId: string;
  holderId: string;
  holderEpoch: number;
}

/** Undefined when nothing runs: a lapsed lease is none. */
export async function getRunLease(db: DbOrTx, ownerId: string): Promise<RunLease | undefined> {
  const [row] = await db.execute<RunLease & Record<string, unknown>>(sql`
    select project_id as "projectId", holder_id as "holderId", holder_epoch as "holderEpoch" from run_leases
    where owner_id = ${ownerId} and lapses_at >= slipway_now()`);
  return row;
}
