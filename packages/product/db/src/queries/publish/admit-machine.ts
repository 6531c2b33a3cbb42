import { fencedUpdate } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { heldJob, type Lease } from './job-lease.ts';

/**
 * Says which sandbox a job is done in, where that was started before there was the job: the registry serves it as it
 * would the job's own, for as long as this term of the lease lasts (`getOwnerOfMachine`).
 */
export async function admitMachine(
  db: DbOrTx,
  lease: Lease,
  machineId: string,
): Promise<{ outcome: 'admitted' | 'lost-lease' }> {
  const rows = await db.execute(
    fencedUpdate(heldJob(lease), sql`machine_id = ${machineId}, updated_at = slipway_now()`),
  );
  return { outcome: rows.length > 0 ? 'admitted' : 'lost-lease' };
}
