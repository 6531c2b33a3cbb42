import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { createdAt, micros, primaryId } from './columns.ts';
import { projects } from './projects.ts';
import { users } from './users.ts';

/** What a person gives to programs instead of a password (SV-14). */
export const accessTokens = pgTable(
  'access_tokens',
  {
    id: primaryId(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** SHA-256 of the token: a copy of the database opens nothing. */
    tokenHash: text('token_hash').notNull().unique(),
    /** The token's last four characters, by which its owner knows it again. */
    ending: text('ending').notNull(),
    createdAt: createdAt(),
    expiresAt: micros('expires_at').notNull(),
    /** Exact to a minute: a row is not written for every request. */
    lastUsedAt: micros('last_used_at'),
  },
  (table) => [index('access_tokens_user').on(table.userId)],
);

/** One thing a token may do, in one project or, without one, in all of its owner's. */
export const accessTokenScopes = pgTable(
  'access_token_scopes',
  {
    id: primaryId(),
    tokenId: uuid('token_id')
      .notNull()
      .references(() => accessTokens.id, { onDelete: 'cascade' }),
    verb: text('verb', { enum: ['read', 'write', 'publish', 'run'] }).notNull(),
    /** A scope falls with its project, and never widens to all. */
    projectId: uuid('project_id').references(() => projects.id, { onDelete: 'cascade' }),
  },
  (table) => [
    index('access_token_scopes_token').on(table.tokenId),
    index('access_token_scopes_project').on(table.projectId),
  ],
);
