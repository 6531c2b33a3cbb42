import { bigint, text } from 'drizzle-orm/pg-core';

/**
 * The three columns of a lease, for a table that gets one. Its `defineLease` names
 * them `lease_holder`, `lease_epoch` and `lease_lapses_at`; the table also has an
 * `updated_at`, which every write of the lease sets.
 */
export const leaseColumns = () => ({
  /** Who has it or had it last; null: nobody ever. */
  leaseHolder: text('lease_holder'),
  /** Only ever grows. */
  leaseEpoch: bigint('lease_epoch', { mode: 'number' }).notNull().default(0),
  /** Microseconds of the database's clock; null: nobody's. */
  leaseLapsesAt: bigint('lease_lapses_at', { mode: 'number' }),
});

/** The names of `leaseColumns` for `defineLease`. */
export const LEASE_COLUMN_NAMES = {
  holder: 'lease_holder',
  epoch: 'lease_epoch',
  lapsesAt: 'lease_lapses_at',
} as const;
