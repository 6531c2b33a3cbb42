import { and, eq } from 'drizzle-orm';
import type { DbOrTx } from '../../database.ts';
import { projects } from '../../schema/index.ts';

/** Snapshots, builds, logs, artifacts and tokens go by cascade; a worker in mid-build finds its job gone. */
export async function deleteProject(db: DbOrTx, ownerId: string, projectId: string): Promise<{ outcome: 'deleted' | 'missing' }> {
  const deleted = await db
    .delete(projects)
    .where(and(eq(projects.id, projectId), eq(projects.ownerId, ownerId)))
    .returning({ id: projects.id });
  return { outcome: deleted.length > 0 ? 'deleted' : 'missing' };
}
