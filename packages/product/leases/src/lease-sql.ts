import { sql, type SQL } from 'drizzle-orm';
import { column, isLive, type LeaseKind, tableOf } from './lease-kind.ts';
import type { HeldRow, LeasedRow } from './lease-term.ts';

/**
 * The pieces of every statement about a lease. Times are the database's alone
 * (`slipway_now()`, microseconds): no process's clock decides whose a thing is.
 *
 * A lapsed term that nobody has taken over is still its holder's: it may write and
 * renew. That is safe, because a takeover raises the epoch in the same row that the
 * fence locks, and kind to a holder whom only the database had kept waiting.
 */

/** WHERE: the row, of the owner if one is named, and such that it can be leased at all. */
export function isRow({ kind, key, ownerId }: LeasedRow, alias?: string): SQL {
  const owned = ownerId === undefined ? sql`` : sql` and ${column(kind, 'owner', alias)} = ${ownerId}`;
  return sql`${column(kind, 'key', alias)} = ${key}${owned} and ${isLive(kind, alias)}`;
}

/** WHERE: the fence. Whoever comes with an earlier term finds no row. */
export function isHeld(held: HeldRow, alias?: string): SQL {
  const { kind, term } = held;
  return sql`${isRow(held, alias)} and ${column(kind, 'epoch', alias)} = ${term.epoch}
    and ${column(kind, 'holder', alias)} = ${term.holder}`;
}

/** WHERE: nobody has the row, or whoever has it let its time pass. */
export function isFree(kind: LeaseKind, alias?: string): SQL {
  const lapsesAt = column(kind, 'lapsesAt', alias);
  return sql`(${lapsesAt} is null or ${lapsesAt} < slipway_now())`;
}

/** SET: a new term of `forUs` microseconds. In an upsert the alias says whose epoch is raised. */
export function setTerm(kind: LeaseKind, holder: string, forUs: number, alias?: string): SQL {
  return sql`${column(kind, 'holder')} = ${holder}, ${column(kind, 'epoch')} = ${column(kind, 'epoch', alias)} + 1,
    ${extendTerm(kind, forUs)}`;
}

/** SET: the same term, until `forUs` microseconds from now. */
export function extendTerm(kind: LeaseKind, forUs: number): SQL {
  return sql`${column(kind, 'lapsesAt')} = slipway_now() + ${forUs}::bigint, updated_at = slipway_now()`;
}

/** SET: nobody's from now on. The epoch rises, so that whoever gave it back writes nothing more either. */
export function endOfTerm(kind: LeaseKind): SQL {
  return sql`${column(kind, 'epoch')} = ${column(kind, 'epoch')} + 1,
    ${column(kind, 'lapsesAt')} = slipway_now() - 1, updated_at = slipway_now()`;
}

/** One UPDATE under the fence. False: the term is over, and nothing was written. */
export function fencedUpdate(held: HeldRow, set: SQL): SQL {
  return sql`update ${tableOf(held.kind)} set ${set} where ${isHeld(held)} returning ${column(held.kind, 'epoch')}`;
}
