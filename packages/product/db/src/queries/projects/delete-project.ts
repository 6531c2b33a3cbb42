import { and, eq, sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { projects } from '../../schema/index.ts';
import { settleFork } from '../history/settle-fork.ts';

/**
 * Snapshots, builds, logs, artifacts and tokens go by cascade; a worker in mid-build finds its job gone.
 * Forks get what they read here first; one that is made in this very moment makes the foreign key refuse.
 */
export async function deleteProject(
  db: Db,
  ownerId: string,
  projectId: string,
): Promise<{ outcome: 'deleted' | 'missing' }> {
  const forks = await db.execute<{ id: string }>(sql`
    select o.project_id as id from project_origins o join projects p on p.id = o.origin_id
    where o.origin_id = ${projectId} and p.owner_id = ${ownerId}`);
  for (const { id } of forks) await settleFork(db, id);
  const deleted = await db
    .delete(projects)
    .where(and(eq(projects.id, projectId), eq(projects.ownerId, ownerId)))
    .returning({ id: projects.id });
  return { outcome: deleted.length > 0 ? 'deleted' : 'missing' };
}
