export { endTerm } from './end-term.ts';
export { type FencedSteps, fencedTransaction, type LeaseDatabase, lockHeld } from './fenced-transaction.ts';
export { LEASE_COLUMN_NAMES, leaseColumns } from './lease-columns.ts';
export { LeaseKeeper, type LeaseKeeperOptions } from './lease-keeper.ts';
export { defineLease, type LeaseKind, type LeaseNames } from './lease-kind.ts';
export { endOfTerm, extendTerm, fencedUpdate, isFree, isHeld, isRow, setTerm } from './lease-sql.ts';
export type { HeldRow, LeasedRow, LeaseSession, LeaseTerm } from './lease-term.ts';
export { renewTerm } from './renew-term.ts';
export { takeTerm, type TakeTermResult } from './take-term.ts';
