import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import { agentSessionColumns, type AgentSessionRow } from './session-row.ts';

/** `limit` is counted under a lock, so that two requests do not both take the last place. */
export interface NewAgentSession {
  title: string;
  manifest: string;
  state: string;
  /** Of the project, whoever asks; counted under the lock of its row. */
  limit: number;
}

/**
 * Makes a session (AG-09). The project's row is locked, so that of many at once no more get through than there may
 * be.
 */
export async function createAgentSession(
  db: Db,
  ownerId: string,
  projectId: string,
  { title, manifest, state, limit }: NewAgentSession,
): Promise<{ outcome: 'created'; session: AgentSessionRow } | { outcome: 'missing' | 'too-many' }> {
  return await db.transaction(async (tx) => {
    const [project] = await tx.execute<{ full: boolean }>(sql`
      select (select count(*) from agent_sessions s where s.project_id = p.id) >= ${limit} as full
      from projects p where p.id = ${projectId} and p.owner_id = ${ownerId} for update of p`);
    if (!project) return { outcome: 'missing' as const };
    if (project.full) return { outcome: 'too-many' as const };
    const [session] = await tx.execute<AgentSessionRow & Record<string, unknown>>(sql`
      insert into agent_sessions as s (project_id, owner_id, title, manifest, state)
      values (${projectId}, ${ownerId}, ${title}, ${manifest}, ${state}) returning ${agentSessionColumns}`);
    return { outcome: 'created' as const, session: session! };
  });
}
