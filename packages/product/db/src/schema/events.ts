import { bigint, index, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt } from './columns.ts';
import { users } from './users.ts';

/**
 * One row to an owner: the UPDATE that takes the next number holds the row lock
 * until commit, so numbers become visible in order and a reader that saw 7 never
 * meets a late 6 (P-23). A sequence would not promise that.
 */
export const eventCursors = pgTable('event_cursors', {
  ownerId: uuid('owner_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  seq: bigint('seq', { mode: 'number' }).notNull(),
});

/** What the owner's event stream replays. Log events hold the range of line numbers, not the lines. */
export const ownerEvents = pgTable(
  'owner_events',
  {
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    type: text('type', { enum: ['build', 'log', 'project', 'holder', 'command', 'fact'] }).notNull(),
    payload: jsonb('payload').notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.ownerId, table.seq] }), index('owner_events_age').on(table.createdAt)],
);
