import { boolean, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import { createdAt, micros, primaryId, updatedAt } from './columns.ts';

export const users = pgTable(
  'users',
  {
    id: primaryId(),
    email: text('email').notNull().unique(),
    name: text('name').notNull(),
    role: text('role', { enum: ['user', 'admin'] }).notNull(),
    /** The one user that exists before anybody signed up (AU-10). */
    localOwner: boolean('local_owner').notNull().default(false),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [uniqueIndex('users_one_local_owner').on(table.localOwner).where(sql`${table.localOwner}`)],
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
  },
  (table) => [index('refresh_families_user').on(table.userId)],
);

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

/** Keys that all servers of one database share, such as the one that signs access tokens. */
export const serverSecrets = pgTable('server_secrets', {
  name: text('name').primaryKey(),
  value: text('value').notNull(),
  createdAt: createdAt(),
});
