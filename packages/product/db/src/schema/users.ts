import { boolean, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { createdAt, micros, primaryId, updatedAt } from './columns.ts';

/** People who sign in. Everything else of an owner goes by cascade when the row does. */
export const users = pgTable(
  'users',
  {
    id: primaryId(),
    email: text('email').notNull().unique(),
    name: text('name').notNull(),
    role: text('role', { enum: ['user', 'admin'] }).notNull(),
    /** The one user that exists before anybody signed up (AU-10). */
    localOwner: boolean('local_owner').notNull().default(false),
    /** Who vouches for this person (AU-05), and the id under which. */
    provider: text('provider', { enum: ['local', 'upstream', 'oidc'] })
      .notNull()
      .default('local'),
    subject: text('subject'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [
    uniqueIndex('users_one_local_owner')
      .on(table.localOwner)
      .where(sql`${table.localOwner}`),
    uniqueIndex('users_subject').on(table.provider, table.subject),
  ],
);

/** Apart from `users`, so that no query for a user can return a hash by accident (AU-03). */
export const credentials = pgTable('credentials', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  passwordHash: text('password_hash').notNull(),
  updatedAt: updatedAt(),
});

/** One sign-in of one browser. All refresh tokens that descend from it fall with it (AU-09). */
export const refreshFamilies = pgTable(
  'refresh_families',
  {
    id: primaryId(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
    expiresAt: micros('expires_at').notNull(),
    revokedAt: micros('revoked_at'),
    /** By which a person knows her browsers apart: what it says it is, where from and when it last came. */
    userAgent: text('user_agent'),
    address: text('address'),
    lastUsedAt: micros('last_used_at'),
    /** The refresh token of an upstream user service, sealed: the browser only ever has ours (AU-05). */
    upstreamToken: text('upstream_token'),
    /** When that service was last asked whether the session may go on. */
    upstreamCheckedAt: micros('upstream_checked_at'),
  },
  (table) => [index('refresh_families_user').on(table.userId)],
);

/**
 * One link of a family's chain. Those that were
 * traded in stay, so that a stolen one is recognised.
 */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    /** SHA-256 of the token: a copy of the database signs nobody in. */
    tokenHash: text('token_hash').primaryKey(),
    familyId: uuid('family_id')
      .notNull()
      .references(() => refreshFamilies.id, { onDelete: 'cascade' }),
    createdAt: createdAt(),
    rotatedAt: micros('rotated_at'),
  },
  (table) => [index('refresh_tokens_family').on(table.familyId)],
);

/**
 * How much of its sign-in attempts a key has used: see `countSignInAttempt`. Hashes of accounts and
 * addresses, none of them in clear.
 */
export const signInAttempts = pgTable(
  'sign_in_attempts',
  {
    key: text('key').primaryKey(),
    /** When all attempts of the key will be back. A key without a row has all of them. */
    fullAt: micros('full_at').notNull(),
  },
  (table) => [index('sign_in_attempts_age').on(table.fullAt)],
);

/** Keys that all servers of one database share, such as the one that signs access tokens. */
export const serverSecrets = pgTable('server_secrets', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
  createdAt: createdAt(),
});
