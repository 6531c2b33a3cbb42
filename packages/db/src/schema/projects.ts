import { type AnyPgColumn, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, primaryId, updatedAt } from './columns.ts';
import { trees } from './content.ts';
import { users } from './users.ts';

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
    latestSnapshotId: uuid('latest_snapshot_id'),
    /** The at most one active preview of the project (P-22). */
    activeBuildId: uuid('active_build_id'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [index('projects_owner').on(table.ownerId)],
);

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
    treeId: text('tree_id')
      .notNull()
      .references(() => trees.id, { onDelete: 'restrict' }),
    revision: integer('revision').notNull(),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('snapshots_project_revision').on(table.projectId, table.revision),
    index('snapshots_tree').on(table.treeId),
  ],
);
