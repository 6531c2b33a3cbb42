import { extendTerm, fencedUpdate } from './lease-sql.ts';
import type { HeldRow, LeaseSession } from './lease-term.ts';

/** A holder's heartbeat. Lost: somebody took over, or the row is gone or can be leased no more. */
export async function renewTerm(
  db: LeaseSession,
  held: HeldRow,
  forUs: number,
): Promise<{ outcome: 'renewed' | 'lost' }> {
  const rows = await db.execute(fencedUpdate(held, extendTerm(held.kind, forUs)));
  return { outcome: rows.length > 0 ? 'renewed' : 'lost' };
}
