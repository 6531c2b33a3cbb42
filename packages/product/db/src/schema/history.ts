import { bigint, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { bytea, createdAt, databaseNow, micros, updatedAt } from './columns.ts';
import { blobs } from './content.ts';
import { projects, snapshots } from './projects.ts';

const projectId = () =>
  uuid('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' });

/**
 * Git's objects, a namespace for each project. A row here is the right to the
 * object: what has none counts as missing, whoever else has the same bytes (HI-04).
 *
 * The bytes of a file are in the blob store under `sha256`. Those of every other
 * object are `z`, deflated; with `base_oid`, `z` is a deflated git delta against that
 * object of the same project. Blobs without `sha256` are short and our own: targets of
 * links, and what a folder of an aside tree says of its names. A file may have a `z`
 * beside its `sha256`, the delta it was received with.
 */
export const objects = pgTable(
  'objects',
  {
    projectId: projectId(),
    oid: text('oid').notNull(),
    type: text('type', { enum: ['blob', 'tree', 'commit', 'tag'] }).notNull(),
    /** Of the object itself, neither deflated nor a delta. */
    size: bigint('size', { mode: 'number' }).notNull(),
    sha256: text('sha256').references(() => blobs.sha256, { onDelete: 'restrict' }),
    z: bytea('z'),
    baseOid: text('base_oid'),
    /** Touched when somebody stores it again: what is young is not collected. */
    addedAt: micros('added_at').notNull().default(databaseNow),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.oid] }),
    index('objects_sha256').on(table.sha256),
    index('objects_age').on(table.projectId, table.addedAt),
  ],
);

/** What the commits among the objects say, so that who is whose ancestor is one query. */
export const commits = pgTable(
  'commits',
  {
    projectId: projectId(),
    oid: text('oid').notNull(),
    tree: text('tree').notNull(),
    parents: text('parents').array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.oid] })],
);

/** Either an object or, for a symbolic one such as HEAD, another ref. */
export const refs = pgTable(
  'refs',
  {
    projectId: projectId(),
    name: text('name').notNull(),
    oid: text('oid'),
    target: text('target'),
    updatedAt: updatedAt(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.name] })],
);

/** Every move of a ref, in order. */
export const refLog = pgTable(
  'ref_log',
  {
    id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    projectId: projectId(),
    name: text('name').notNull(),
    oldOid: text('old_oid'),
    newOid: text('new_oid'),
    /** Who moved it and by what, for people. */
    actor: text('actor').notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('ref_log_name').on(table.projectId, table.name, table.id)],
);

/**
 * Where a fork's first objects are. It reads through to them as long as they are
 * another project's; before that one is deleted, it gets rows of its own.
 */
export const projectOrigins = pgTable(
  'project_origins',
  {
    projectId: uuid('project_id')
      .primaryKey()
      .references(() => projects.id, { onDelete: 'cascade' }),
    originId: uuid('origin_id')
      .notNull()
      // Not RESTRICT: an owner who goes takes both along in one statement.
      .references(() => projects.id),
    /** All that the fork was given. */
    commitOid: text('commit_oid').notNull(),
    asideOid: text('aside_oid'),
    createdAt: createdAt(),
  },
  (table) => [index('project_origins_origin').on(table.originId)],
);

/** A snapshot that a task wants to come back to (CK-01). */
export const checkpoints = pgTable(
  'checkpoints',
  {
    projectId: projectId(),
    /** `cp-<ms>-<step>`, with a suffix where that was taken. */
    id: text('id').notNull(),
    snapshotId: uuid('snapshot_id')
      .notNull()
      .references(() => snapshots.id),
    taskId: text('task_id').notNull(),
    step: integer('step').notNull(),
    /** The order in which they were made: two may have one time. */
    seq: bigint('seq', { mode: 'number' }).generatedAlwaysAsIdentity(),
    at: micros('at').notNull(),
    description: text('description').notNull(),
    /** JSON that only the task understands. */
    externalState: text('external_state'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    index('checkpoints_order').on(table.projectId, table.seq),
    index('checkpoints_snapshot').on(table.snapshotId),
  ],
);
