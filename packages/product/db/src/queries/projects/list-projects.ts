import type { Project } from '@slipway/contracts';
import { and, desc, eq, sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { projects } from '../../schema/index.ts';
import { projectColumns } from './project-row.ts';

/** Behind which project a page begins: the order is by the time of the last change, then by id. */
export type ProjectCursor = Pick<Project, 'updatedAt' | 'id'>;

/** One page, last changed first; `next` is the last of it where there are more. */
export async function listProjects(
  db: DbOrTx,
  ownerId: string,
  { after, limit }: { after?: ProjectCursor | undefined; limit: number },
): Promise<{ projects: Project[]; next: ProjectCursor | undefined }> {
  const { updatedAt, id } = projects;
  const behind =
    after && sql`(${updatedAt} < ${after.updatedAt} or ${updatedAt} = ${after.updatedAt} and ${id} > ${after.id})`;
  const rows = await db
    .select(projectColumns)
    .from(projects)
    .where(and(eq(projects.ownerId, ownerId), behind))
    .orderBy(desc(updatedAt), id)
    .limit(limit + 1);
  const page = rows.slice(0, limit);
  return { projects: page, next: rows.length > limit ? page.at(-1) : undefined };
}
