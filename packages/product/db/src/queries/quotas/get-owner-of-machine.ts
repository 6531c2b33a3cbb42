import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/**
 * For whom a worker's machine works now; nobody once the term has lapsed by which its worker has that:
 *
 *   - of a job: the one that it was admitted to, or else the one that has the job's own id
 *   - of a sandbox that stays: it has the sandbox's id
 *   - of a stand-in for a tab: it has the id of the project's holder
 */
export async function getOwnerOfMachine(db: DbOrTx, machineId: string): Promise<string | undefined> {
  const [row] = await db.execute<{ ownerId: string }>(sql`
    select owner_id as "ownerId" from runtime_jobs
    where (machine_id = ${machineId} or id = ${machineId} and machine_id is null)
      and status in ('queued', 'running') and lease_expires_at >= slipway_now()
    union all
    select owner_id from sandboxes
    where id = ${machineId} and status in ('created', 'running') and lease_expires_at >= slipway_now()
    union all
    select owner_id from project_holders
    where holder_id = ${machineId} and kind = 'sandbox' and lapses_at >= slipway_now()
    limit 1`);
  return row?.ownerId;
}
