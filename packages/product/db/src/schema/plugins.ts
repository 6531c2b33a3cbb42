import { bigint, boolean, index, integer, json, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, createdAt, databaseNow, micros, updatedAt } from './columns.ts';
import { users } from './users.ts';

const pluginId = () =>
  text('plugin_id')
    .notNull()
    .references(() => plugins.id, { onDelete: 'cascade' });

/** States of a plugin; which follows which is the server's `plugin-state.ts`. */
export const PLUGIN_STATES = ['loaded', 'initialized', 'running', 'error', 'disabled'] as const;

/**
 * What is installed, for all owners of this server (PL-16). The rows of its entities are in the schema `plugin_data`.
 */
export const plugins = pgTable('plugins', {
  /** The manifest's own, which names the tables of its entities, too. */
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  version: text('version').notNull(),
  /** Not jsonb, which would put its keys into an order of its own: pages are made of it. */
  manifest: json('manifest').notNull(),
  /** How its core modules are put together. JSON as text: jsonb would sort its keys. */
  plan: text('plan').notNull(),
  /** By which rules its fuel is counted; others mean that it must be prepared anew. */
  meterVersion: integer('meter_version').notNull(),
  /** Of the component as it was uploaded. */
  sha256: text('sha256').notNull(),
  state: text('state', { enum: PLUGIN_STATES }).notNull(),
  /** Why it is in the state `error`. */
  error: text('error'),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** Bytes of a plugin: at position 0 the component as it was uploaded, behind it its metered core modules. */
export const pluginModules = pgTable(
  'plugin_modules',
  { pluginId: pluginId(), position: integer('position').notNull(), bytes: bytea('bytes').notNull() },
  (table) => [primaryKey({ columns: [table.pluginId, table.position] })],
);

/** Components that newer versions have replaced, as they were uploaded: the ways back. */
export const pluginVersions = pgTable(
  'plugin_versions',
  {
    pluginId: pluginId(),
    sha256: text('sha256').notNull(),
    version: text('version').notNull(),
    component: bytea('component').notNull(),
    replacedAt: micros('replaced_at').notNull().default(databaseNow),
  },
  (table) => [primaryKey({ columns: [table.pluginId, table.sha256] })],
);

/**
 * How far a plugin has come in an owner's events. Whoever delivers has a lease on the row, and
 * writes under its epoch alone.
 */
export const pluginDeliveries = pgTable(
  'plugin_deliveries',
  {
    pluginId: pluginId(),
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Number of the last event that it had. */
    after: bigint('after', { mode: 'number' }).notNull(),
    /** Whether it was told of this tenant (PL-05). */
    told: boolean('told').notNull().default(false),
    epoch: bigint('epoch', { mode: 'number' }).notNull().default(0),
    leaseUntil: micros('lease_until').notNull().default(0),
    /** How often the next step failed for a reason that may pass; it is given up in the end. */
    attempts: integer('attempts').notNull().default(0),
    updatedAt: updatedAt(),
  },
  (table) => [
    primaryKey({ columns: [table.pluginId, table.ownerId] }),
    index('plugin_deliveries_owner').on(table.ownerId),
  ],
);

/** What calls of plugins did, for whoever looks after them: the newest of each plugin, some days long. */
export const pluginCalls = pgTable(
  'plugin_calls',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    pluginId: pluginId(),
    /** Null of `init`, which has no tenant. */
    ownerId: uuid('owner_id').references(() => users.id, { onDelete: 'cascade' }),
    method: text('method').notNull(),
    eventType: text('event_type'),
    /** `ok`, or how it failed. */
    outcome: text('outcome').notNull(),
    message: text('message'),
    fuel: bigint('fuel', { mode: 'number' }).notNull(),
    durationMs: integer('duration_ms').notNull(),
    operations: integer('operations').notNull(),
    log: jsonb('log').notNull(),
    /** Of the component that was called. */
    sha256: text('sha256'),
    /** All that the call was told, as JSON, so that it can be made again elsewhere; null when too long or old. */
    recording: text('recording'),
    createdAt: micros('created_at').notNull().default(databaseNow),
  },
  (table) => [
    index('plugin_calls_plugin').on(table.pluginId, table.id),
    index('plugin_calls_owner').on(table.ownerId),
    index('plugin_calls_age').on(table.createdAt),
  ],
);

/** What a role may do beyond its own things. */
export const rolePermissions = pgTable(
  'role_permissions',
  {
    role: text('role', { enum: ['user', 'admin'] }).notNull(),
    permission: text('permission').notNull(),
  },
  (table) => [primaryKey({ columns: [table.role, table.permission] })],
);
