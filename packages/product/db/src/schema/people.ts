import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, micros, primaryId } from './columns.ts';
import { projects } from './projects.ts';
import { users } from './users.ts';

/** A link with which one person may sign up (SV-12). */
export const invitations = pgTable(
  'invitations',
  {
    id: primaryId(),
    /** SHA-256 of what stands in the link. */
    tokenHash: text('token_hash').notNull().unique(),
    /** Whom it is for; without one, whoever has the link. */
    email: text('email'),
    role: text('role', { enum: ['user', 'admin'] }).notNull(),
    invitedBy: uuid('invited_by')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
    expiresAt: micros('expires_at').notNull(),
    usedAt: micros('used_at'),
  },
  (table) => [index('invitations_inviter').on(table.invitedBy)],
);

/** A link with which one person may set a new password; there is one at a time. */
export const passwordResets = pgTable('password_resets', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  tokenHash: text('token_hash').notNull().unique(),
  createdAt: createdAt(),
  expiresAt: micros('expires_at').notNull(),
});

/** Opens one WebSocket, once (AU-09): an address may end up in a log, so no lasting token stands in it. */
export const tickets = pgTable(
  'tickets',
  {
    tokenHash: text('token_hash').primaryKey(),
    purpose: text('purpose').notNull(),
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    projectId: uuid('project_id').references(() => projects.id, { onDelete: 'cascade' }),
    expiresAt: micros('expires_at').notNull(),
  },
  (table) => [
    index('tickets_owner').on(table.ownerId),
    index('tickets_project').on(table.projectId),
    index('tickets_age').on(table.expiresAt),
  ],
);
