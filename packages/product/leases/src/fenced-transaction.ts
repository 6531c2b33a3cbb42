import { sql } from 'drizzle-orm';
import { tableOf } from './lease-kind.ts';
import { isHeld } from './lease-sql.ts';
import type { HeldRow, LeaseSession } from './lease-term.ts';

/**
 * A holder that is stopped between two statements keeps its locks for no longer
 * than this (SV-02): requests that wait for one of its rows go on then, and its
 * lease, which must be longer, finds the row free when it lapses.
 */
const IDLE_LIMIT = '2s';

/**
 * The fence (P-18): locks the row if the term still holds. Until the transaction
 * ends nobody else can take it. Everything that a holder writes goes through here first.
 */
export async function lockHeld(tx: LeaseSession, held: HeldRow): Promise<boolean> {
  const rows = await tx.execute(sql`select from ${tableOf(held.kind)} where ${isHeld(held)} for update`);
  return rows.length > 0;
}

/** Drizzle's database, as far as it is needed here. */
export interface LeaseDatabase<Tx extends LeaseSession> {
  transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T>;
}

/** In one transaction: `before`, the lock of the row, `body`; once more where the connection was lost. */
export interface FencedSteps<Tx, T> {
  /** Locks that come before the lease's row. */
  before?: (tx: Tx) => Promise<unknown>;
  /** The writes. Waits for nothing but this database: whoever freezes here is rolled back. */
  body: (tx: Tx) => Promise<T>;
  /**
   * Whether an error says that the session ended: then all of it was rolled back, or the fence says that it was not.
   */
  isConnectionLoss: (error: unknown) => boolean;
}

/**
 * The way a holder writes in several statements: one transaction under the fence.
 * One whose session was ended, because this process hung, is tried once more.
 */
export async function fencedTransaction<Tx extends LeaseSession, T>(
  db: LeaseDatabase<Tx>,
  held: HeldRow,
  { before, body, isConnectionLoss }: FencedSteps<Tx, T>,
): Promise<T | { outcome: 'lost-lease' }> {
  const attempt = () =>
    db.transaction(async (tx): Promise<T | { outcome: 'lost-lease' }> => {
      await tx.execute(sql`select set_config('idle_in_transaction_session_timeout', ${IDLE_LIMIT}, true)`);
      await before?.(tx);
      if (!(await lockHeld(tx, held))) return { outcome: 'lost-lease' };
      return await body(tx);
    });
  try {
    return await attempt();
  } catch (error) {
    if (!isConnectionLoss(error)) throw error;
    return await attempt();
  }
}
