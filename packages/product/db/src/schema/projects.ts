import { snapshotKinds } from '@slipway/contracts';
import { type AnyPgColumn, bigint, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, micros, primaryId, updatedAt } from './columns.ts';
import { trees } from './content.ts';
import { users } from './users.ts';

/** The row that commits and builds lock first, so that all of a project comes one after another. */
export const projects = pgTable(
  'projects',
  {
    id: primaryId(),
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    template: text('template'),
    /** Random host label: nobody can guess another project's runtime or preview origin. */
    containerId: text('container_id').notNull().unique(),
    revision: integer('revision').notNull().default(0),
    // Without a foreign key: the two tables would refer to each other.
    latestSnapshotId: uuid('latest_snapshot_id'),
    /** The at most one active preview of the project (P-22). */
    activeBuildId: uuid('active_build_id'),
    /** When its history was last thinned and its loose objects collected. */
    tidiedAt: micros('tidied_at').notNull().default(0),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [index('projects_owner').on(table.ownerId), index('projects_tidied').on(table.tidiedAt)],
);

/**
 * A revision of a project: a name for a commit and what git cannot hold beside it.
 * Rows are never changed; retention deletes them.
 */
export const snapshots = pgTable(
  'snapshots',
  {
    id: primaryId(),
    projectId: uuid('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    ownerId: uuid('owner_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    parentId: uuid('parent_id').references((): AnyPgColumn => snapshots.id, { onDelete: 'set null' }),
    /** Only of a snapshot that the migration to commits has not reached yet. */
    treeId: text('tree_id').references(() => trees.id, { onDelete: 'restrict' }),
    commitOid: text('commit_oid'),
    /** A tree of what git cannot hold or must not show; null where there is nothing such. */
    asideOid: text('aside_oid'),
    kind: text('kind', { enum: snapshotKinds }).notNull().default('save'),
    /** Which tab or machine made it. */
    device: text('device'),
    message: text('message'),
    files: integer('files').notNull().default(0),
    bytes: bigint('bytes', { mode: 'number' }).notNull().default(0),
    revision: integer('revision').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('snapshots_project_revision').on(table.projectId, table.revision),
    index('snapshots_tree').on(table.treeId),
    // A snapshot that goes is looked for as everybody's parent.
    index('snapshots_parent').on(table.parentId),
  ],
);
