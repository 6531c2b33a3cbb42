import { index, pgTable, text } from 'drizzle-orm/pg-core';
import { micros } from './columns.ts';

/** Publish workers that say every few seconds that they are there, also while they have nothing to do (SV-12). */
export const workers = pgTable(
  'workers',
  {
    /** Of one run of the program: the next one has another name. */
    name: text('name').primaryKey(),
    startedAt: micros('started_at').notNull(),
    seenAt: micros('seen_at').notNull(),
  },
  (table) => [index('workers_seen').on(table.seenAt)],
);
