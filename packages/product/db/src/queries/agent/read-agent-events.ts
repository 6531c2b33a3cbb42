import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import type { AgentEventRow } from './session-row.ts';

/** Pieces of texts while they come: a later event holds the text whole, so old pieces may go. */
const PIECES = sql.raw(`'TextDelta', 'ReasoningDelta', 'ToolCallArgsDelta'`);

/** A page of a session's log behind a number, in order (AG-13), with or without pieces of texts. */
export async function readAgentEvents(
  db: DbOrTx,
  ownerId: string,
  sessionId: string,
  { after, limit, pieces = true }: { after: number; limit: number; pieces?: boolean },
): Promise<AgentEventRow[]> {
  return await db.execute<AgentEventRow & Record<string, unknown>>(sql`
    select e.seq, e.type, e.event, e.created_at as at from agent_events e
    join agent_sessions s on s.id = e.session_id
    where e.session_id = ${sessionId} and s.owner_id = ${ownerId} and e.seq > ${after}
      and (${pieces} or e.type not in (${PIECES}))
    order by e.seq limit ${limit}`);
}

/**
 * What a prompt is made of: the log from its last summary on, without the pieces, which `TextDone` and `ToolCallDone`
 * hold whole, and without what a person took back.
 */
export async function readAgentHistory(db: DbOrTx, ownerId: string, sessionId: string): Promise<AgentEventRow[]> {
  return await db.execute<AgentEventRow & Record<string, unknown>>(sql`
    with gone as (${goneFrom(sessionId)}),
    kept as (
      select e.seq, e.type, e.event, e.created_at as at from agent_events e
      join agent_sessions s on s.id = e.session_id
      where e.session_id = ${sessionId} and s.owner_id = ${ownerId}
        and e.type not in (${PIECES}, 'ToolCallStart', 'ReasoningDone')
        and not exists (select from gone g where e.seq between g."from" and g.until)
    )
    select * from kept where seq >= coalesce((select max(seq) from kept where type = 'Summary'), 0) order by seq`);
}

/** Where a run of the session begins in its log, unless it is not there, or was taken back. */
export async function findRunStart(
  db: DbOrTx,
  ownerId: string,
  sessionId: string,
  runId: string,
): Promise<number | undefined> {
  const [row] = await db.execute<{ seq: number }>(sql`
    with gone as (${goneFrom(sessionId)})
    select e.seq from agent_events e join agent_sessions s on s.id = e.session_id
    where e.session_id = ${sessionId} and s.owner_id = ${ownerId} and e.type = 'RunStart'
      and e.event::jsonb ->> 'runId' = ${runId}
      and not exists (select from gone g where e.seq between g."from" and g.until)`);
  return row?.seq;
}

/** What people took back: from a run's beginning to the event that says so. */
const goneFrom = (sessionId: string) => sql`
  select (r.event::jsonb ->> 'from')::bigint as "from", r.seq as until from agent_events r
  where r.session_id = ${sessionId} and r.type = 'Rewound'`;
