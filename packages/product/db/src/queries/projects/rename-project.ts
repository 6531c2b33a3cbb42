import type { Project } from '@slipway/contracts';
import { and, eq } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { databaseNow } from '../../schema/columns.ts';
import { projects } from '../../schema/index.ts';
import { projectColumns } from './project-row.ts';

/** Undefined where the owner has no such project. Names need not differ. */
export async function renameProject(
  db: DbOrTx,
  ownerId: string,
  projectId: string,
  name: string,
): Promise<Project | undefined> {
  const [project] = await db
    .update(projects)
    .set({ name, updatedAt: databaseNow })
    .where(and(eq(projects.id, projectId), eq(projects.ownerId, ownerId)))
    .returning(projectColumns);
  return project;
}
