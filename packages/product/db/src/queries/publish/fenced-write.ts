import { sql } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../connection/database.ts';
import { isConnectionLoss } from '../../connection/guard-transactions.ts';
import type { Lease } from './claim-job.ts';
import { lockLeasedJob } from './lock-leased-job.ts';

/**
 * A worker that is stopped between two statements keeps its locks for no longer
 * than this (SV-02): requests that wait for one of its rows go on then, and its
 * lease, which is longer, finds the job free when it lapses.
 */
const IDLE_LIMIT = '2s';

/**
 * The way a worker writes in several statements: one transaction under the lease's
 * fence (P-18). Nothing in `body` may wait for anything but this database. A
 * session that was ended because this process hung is tried once more: all of it
 * was rolled back, or the fence says that it was not.
 */
export async function fencedWrite<T extends { outcome: string }>(
  db: Db,
  lease: Lease,
  steps: {
    /** Locks that come before the job's. */ before?: (tx: DbOrTx) => Promise<unknown>;
    body: (tx: DbOrTx) => Promise<T>;
  },
): Promise<T | { outcome: 'lost-lease' }> {
  const attempt = () =>
    db.transaction(async (tx): Promise<T | { outcome: 'lost-lease' }> => {
      await tx.execute(sql`select set_config('idle_in_transaction_session_timeout', ${IDLE_LIMIT}, true)`);
      await steps.before?.(tx);
      if (!(await lockLeasedJob(tx, lease))) return { outcome: 'lost-lease' };
      return await steps.body(tx);
    });
  try {
    return await attempt();
  } catch (error) {
    if (!isConnectionLoss(error)) throw error;
    return await attempt();
  }
}
