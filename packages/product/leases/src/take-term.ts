import { sql } from 'drizzle-orm';
import { column, tableOf } from './lease-kind.ts';
import { isFree, isRow, setTerm } from './lease-sql.ts';
import type { LeasedRow, LeaseSession, LeaseTerm } from './lease-term.ts';

/** `lapsesInUs` by the database's clock: worth waiting for, but no promise, since a holder renews. */
export type TakeTermResult =
  | { outcome: 'taken'; term: LeaseTerm }
  /** Somebody has it, at least for `lapsesInUs` microseconds yet. */
  | { outcome: 'held'; holder: string; lapsesInUs: number }
  /** No such row, another owner's, or one that cannot be leased any more. */
  | { outcome: 'missing' };

/**
 * Takes a row that is free. Of many who ask at once one gets it: they queue at the
 * row, and each but the first finds the first one's term. `takeOver` takes it from a
 * living holder as well, who is fenced out by the epoch.
 */
export async function takeTerm(
  db: LeaseSession,
  row: LeasedRow,
  holder: string,
  { forUs, takeOver = false }: { forUs: number; takeOver?: boolean },
): Promise<TakeTermResult> {
  const { kind } = row;
  const [taken] = await db.execute(sql`
    update ${tableOf(kind)} set ${setTerm(kind, holder, forUs)}
    where ${isRow(row)} and (${takeOver} or ${isFree(kind)}) returning ${column(kind, 'epoch')} as epoch`);
  if (taken) return { outcome: 'taken', term: { holder, epoch: Number(taken['epoch']) } };
  const [found] = await db.execute(sql`
    select ${column(kind, 'holder')} as holder, ${column(kind, 'lapsesAt')} - slipway_now() as left
    from ${tableOf(kind)} where ${isRow(row)}`);
  if (!found) return { outcome: 'missing' };
  return { outcome: 'held', holder: String(found['holder']), lapsesInUs: Math.max(0, Number(found['left'])) };
}
