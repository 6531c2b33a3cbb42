import { randomBytes } from 'node:crypto';
import type { Project } from '@slipway/contracts';
import type { DbOrTx } from '../../connection/database.ts';
import { projects } from '../../schema/index.ts';
import { projectColumns } from './project-row.ts';

/** Without a snapshot yet: its first commit names base revision 0. */
export async function createProject(
  db: DbOrTx,
  ownerId: string,
  fields: { name: string; template: string | null },
): Promise<Project> {
  const [project] = await db
    .insert(projects)
    // Ten random bytes: the label stands in preview hosts, where shorter is kinder, and 80 bits cannot be guessed.
    .values({ ...fields, ownerId, containerId: `c${randomBytes(10).toString('hex')}` })
    .returning(projectColumns);
  return project!;
}
