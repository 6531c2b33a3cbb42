import { bigint, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, micros, primaryId } from './columns.ts';
import { projects } from './projects.ts';
import { users } from './users.ts';

/** Links by which others see a project, or take a copy of it (UX-20). A share that is taken back is gone. */
export const shares = pgTable(
  'shares',
  {
    id: primaryId(),
    projectId: uuid('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    kind: text('kind', { enum: ['copy', 'embed', 'live'] }).notNull(),
    /** SHA-256 of the token: a copy of the database opens nothing. */
    tokenHash: text('token_hash').notNull().unique(),
    /** The token's last four characters, by which its owner knows it again. */
    ending: text('ending').notNull(),
    views: bigint('views', { mode: 'number' }).notNull().default(0),
    copies: bigint('copies', { mode: 'number' }).notNull().default(0),
    /** Where the server listens that a live preview's tab is connected to; null while none is. */
    liveAt: text('live_at'),
    createdAt: createdAt(),
    expiresAt: micros('expires_at').notNull(),
  },
  (table) => [index('shares_project').on(table.projectId), index('shares_owner').on(table.ownerId)],
);
