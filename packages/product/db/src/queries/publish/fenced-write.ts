import { fencedTransaction } from '@slipway/leases';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { isConnectionLoss } from '../../connection/guard-transactions.ts';
import { heldJob, type Lease } from './job-lease.ts';

/** The way a worker writes in several statements: one transaction under its job's fence (P-18). */
export async function fencedWrite<T extends { outcome: string }>(
  db: Db,
  lease: Lease,
  steps: {
    /** Locks that come before the job's. */ before?: (tx: DbOrTx) => Promise<unknown>;
    body: (tx: DbOrTx) => Promise<T>;
  },
): Promise<T | { outcome: 'lost-lease' }> {
  return await fencedTransaction(db, heldJob(lease), { ...steps, isConnectionLoss });
}
