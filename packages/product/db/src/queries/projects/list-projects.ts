import type { Project } from '@slipway/contracts';
import { desc, eq } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { projects } from '../../schema/index.ts';
import { projectColumns } from './project-row.ts';

/** Last changed first. */
export async function listProjects(db: DbOrTx, ownerId: string): Promise<Project[]> {
  return await db
    .select(projectColumns)
    .from(projects)
    .where(eq(projects.ownerId, ownerId))
    .orderBy(desc(projects.updatedAt), projects.id);
}
