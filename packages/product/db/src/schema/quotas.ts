import { quotaNames } from '@slipway/contracts';
import { bigint, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { updatedAt } from './columns.ts';
import { users } from './users.ts';

/** Limits of single owners that differ from the configured ones (SV-07). */
export const ownerQuotas = pgTable(
  'owner_quotas',
  {
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name', { enum: quotaNames }).notNull(),
    amount: bigint('amount', { mode: 'number' }).notNull(),
    updatedAt: updatedAt(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.name] })],
);
