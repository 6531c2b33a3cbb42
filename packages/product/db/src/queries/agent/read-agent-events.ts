import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { AgentEventRow } from './session-row.ts';

/** A page of a session's log behind a number, in order (AG-13); the caller has seen whose the session is. */
export async function readAgentEvents(
  db: DbOrTx,
  ownerId: string,
  sessionId: string,
  { after, limit }: { after: number; limit: number },
): Promise<AgentEventRow[]> {
  return await db.execute<AgentEventRow & Record<string, unknown>>(sql`
    select e.seq, e.type, e.event, e.created_at as at from agent_events e
    join agent_sessions s on s.id = e.session_id
    where e.session_id = ${sessionId} and s.owner_id = ${ownerId} and e.seq > ${after}
    order by e.seq limit ${limit}`);
}

/**
 * What a prompt is made of: the log from its last summary on, without the deltas, which `TextDone` and `ToolCallDone`
 * hold whole.
 */
export async function readAgentHistory(db: DbOrTx, ownerId: string, sessionId: string): Promise<AgentEventRow[]> {
  return await db.execute<AgentEventRow & Record<string, unknown>>(sql`
    select e.seq, e.type, e.event, e.created_at as at from agent_events e
    join agent_sessions s on s.id = e.session_id
    where e.session_id = ${sessionId} and s.owner_id = ${ownerId}
      and e.type not in ('TextDelta', 'ToolCallArgsDelta', 'ToolCallStart')
      and e.seq >= coalesce(
        (select max(f.seq) from agent_events f where f.session_id = ${sessionId} and f.type = 'Summary'), 0)
    order by e.seq`);
}
