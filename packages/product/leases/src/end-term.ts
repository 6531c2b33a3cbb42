import { endOfTerm, fencedUpdate } from './lease-sql.ts';
import type { HeldRow, LeaseSession } from './lease-term.ts';

/** Gives the row back: the next one may take it at once. Lost: it was not this holder's to give. */
export async function endTerm(db: LeaseSession, held: HeldRow): Promise<{ outcome: 'ended' | 'lost' }> {
  const rows = await db.execute(fencedUpdate(held, endOfTerm(held.kind)));
  return { outcome: rows.length > 0 ? 'ended' : 'lost' };
}
