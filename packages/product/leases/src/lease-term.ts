import type { SQL } from 'drizzle-orm';
import type { LeaseKind } from './lease-kind.ts';

/** One holder's time with a thing. A later term has a higher epoch, and a write of an earlier one changes nothing. */
export interface LeaseTerm {
  readonly holder: string;
  readonly epoch: number;
}

/** Which row is meant. With `ownerId` another owner's row is missing, by the WHERE clause itself. */
export interface LeasedRow {
  readonly kind: LeaseKind;
  readonly key: string;
  readonly ownerId?: string;
}

/** A row with the term by which somebody says that he holds it. */
export interface HeldRow extends LeasedRow {
  readonly term: LeaseTerm;
}

/** What the mechanism needs of a database or a transaction: drizzle's are such. */
export interface LeaseSession {
  execute(query: SQL): PromiseLike<readonly Record<string, unknown>[]>;
}
