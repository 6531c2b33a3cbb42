import { pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { createdAt, primaryId, updatedAt } from './columns.ts';
import { projects } from './projects.ts';

/** Repositories elsewhere that a project is imported from and pushed to (HI-07). */
export const remotes = pgTable(
  'remotes',
  {
    /** Another one with every credential: what is sealed is bound to it. */
    id: primaryId(),
    projectId: uuid('project_id')
      .notNull()
      .references(() => projects.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    url: text('url').notNull(),
    /** Name and password, sealed; null where the other server asks for none. */
    credential: text('credential'),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (table) => [uniqueIndex('remotes_name').on(table.projectId, table.name)],
);
