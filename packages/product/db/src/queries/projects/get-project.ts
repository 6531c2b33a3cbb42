import type { Project } from '@slipway/contracts';
import { and, eq } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';
import { projects } from '../../schema/index.ts';
import { projectColumns } from './project-row.ts';

export async function getProject(db: DbOrTx, ownerId: string, projectId: string): Promise<Project | undefined> {
  const [project] = await db
    .select(projectColumns)
    .from(projects)
    .where(and(eq(projects.id, projectId), eq(projects.ownerId, ownerId)));
  return project;
}
