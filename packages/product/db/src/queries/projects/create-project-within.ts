import type { Project } from '@slipway/contracts';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { publishFact } from '../events/publish-fact.ts';
import { ownerLimit } from '../quotas/owner-limit.ts';
import { createProject } from './create-project.ts';

/** `limit` is the one that held: the owner's own where an operator has set one, else what was given. */
export type CreateProjectResult = { outcome: 'created'; project: Project } | { outcome: 'too-many'; limit: number };

/**
 * Makes a project unless its owner has enough (SV-07). The owner's row is locked, so
 * that of many requests at once no more get through than there is room for.
 */
export async function createProjectWithin(
  db: Db,
  ownerId: string,
  fields: { name: string; template: string | null },
  configuredLimit: number,
): Promise<CreateProjectResult> {
  return await db.transaction(async (tx): Promise<CreateProjectResult> => {
    await tx.execute(sql`select from users where id = ${ownerId} for no key update`);
    const [room] = await tx.execute<{ limit: number; full: boolean }>(sql`
      select l.amount as "limit", (select count(*) from projects where owner_id = ${ownerId}) >= l.amount as full
      from (select ${ownerLimit(sql`${ownerId}`, 'projects', configuredLimit)} as amount) l`);
    if (room!.full) return { outcome: 'too-many', limit: room!.limit };
    const project = await createProject(tx, ownerId, fields);
    await publishFact(tx, ownerId, 'project.created', { projectId: project.id, name: project.name });
    return { outcome: 'created', project };
  });
}
