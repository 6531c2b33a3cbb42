import type { Project } from '@slipway/contracts';
import { and, eq } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { projects } from '../../schema/index.ts';
import { projectColumns } from './project-row.ts';

/** Another owner's project is undefined, as one that never was. */
export async function getProject(db: DbOrTx, ownerId: string, projectId: string): Promise<Project | undefined> {
  const [project] = await db
    .select(projectColumns)
    .from(projects)
    .where(and(eq(projects.id, projectId), eq(projects.ownerId, ownerId)));
  return project;
}
