import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';

/** With the owner, since whoever opens the project acts in the owner's name. */
export interface AgentProject {
  projectId: string;
  ownerId: string;
}

/** Projects in which a session has work and that are open nowhere, the longest waiting first (AG-10). */
export async function findUnheldAgentWork(db: DbOrTx, limit: number): Promise<AgentProject[]> {
  return await db.execute<AgentProject & Record<string, unknown>>(sql`
    select s.project_id as "projectId", s.owner_id as "ownerId" from agent_sessions s
    where s.work = 'wanted' and not exists (
      select from project_holders h where h.project_id = s.project_id and h.lapses_at >= slipway_now()
    )
    group by s.project_id, s.owner_id order by min(s.updated_at) limit ${limit}`);
}

/** Of all owners; one row is enough. */
export async function isAgentAtWork(db: DbOrTx): Promise<boolean> {
  return (await db.execute(sql`select from agent_sessions where work = 'wanted' limit 1`)).length > 0;
}

/** One row is enough; whose project it is, the caller knows. */
export async function hasAgentWork(db: DbOrTx, projectId: string): Promise<boolean> {
  const rows = await db.execute(sql`
    select from agent_sessions where project_id = ${projectId} and work = 'wanted' limit 1`);
  return rows.length > 0;
}
