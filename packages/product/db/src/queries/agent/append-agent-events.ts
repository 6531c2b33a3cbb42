import { isHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { prepared } from '../../connection/prepared.ts';
import { eventRows } from './change-agent-session.ts';
import { AGENT_LOG_CHANNEL, type AgentLease, heldSession, type NewAgentEvent } from './session-row.ts';

/**
 * Appends to a session's log, all or nothing (AG-13). The numbers come from an UPDATE under the performer's fence: one
 * whose session was taken over writes nothing more.
 */
export async function appendAgentEvents(
  db: DbOrTx,
  lease: AgentLease,
  events: readonly NewAgentEvent[],
): Promise<{ outcome: 'appended' } | { outcome: 'lost-lease' }> {
  if (events.length === 0) return { outcome: 'appended' };
  const [row] = await db.execute<{ appended: number }>(
    prepared(sql`
    with held as (
      update agent_sessions set last_seq = last_seq + ${events.length}, updated_at = slipway_now()
      where ${isHeld(heldSession(lease))} returning id, last_seq - ${events.length} as before
    ), added as (
      insert into agent_events (session_id, seq, type, event)
      select held.id, held.before + e.nr, e.type, e.event
      from held, jsonb_to_recordset(${eventRows(events)}::jsonb) as e(nr int, type text, event text)
      returning seq
    )
    select
      (select count(*) from added)::int as appended,
      (select pg_notify(${AGENT_LOG_CHANNEL}, id::text) from held)`),
  );
  return { outcome: row?.appended === events.length ? 'appended' : 'lost-lease' };
}
