import { isRow } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { jobLeases } from '../publish/job-lease.ts';

/** Whose job this is, while a worker has it. */
export async function getOwnerOfRunningJob(db: DbOrTx, jobId: string): Promise<string | undefined> {
  const [row] = await db.execute<{ ownerId: string }>(sql`
    select owner_id as "ownerId" from runtime_jobs
    where ${isRow({ kind: jobLeases, key: jobId })} and lease_expires_at >= slipway_now()`);
  return row?.ownerId;
}
