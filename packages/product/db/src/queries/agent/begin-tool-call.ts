import { isHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { type AgentLease, heldSession } from './session-row.ts';

/** After `again` the caller asks what became of `commandId` and makes no second call. */
export type BeginToolCallResult =
  /** The row is written: who comes later with this call gets `again`. */
  | { outcome: 'begun' }
  /** An earlier performer has, by this command, so long ago. */
  | { outcome: 'again'; commandId: string; ageUs: number }
  | { outcome: 'lost-lease' };

/** Writes down that a call is about to be made, and by which command, before it is (design, 2). */
export async function beginToolCall(
  db: DbOrTx,
  lease: AgentLease,
  callId: string,
  commandId: string,
): Promise<BeginToolCallResult> {
  const [row] = await db.execute<{ held: boolean; fresh: boolean; commandId: string | null; ageUs: number | null }>(sql`
    with held as (select id from agent_sessions where ${isHeld(heldSession(lease))} for update),
    known as (
      select c.command_id, slipway_now() - c.created_at as age
      from agent_tool_calls c join held on c.session_id = held.id
      where c.call_id = ${callId}
    ), added as (
      insert into agent_tool_calls (session_id, call_id, command_id)
      select id, ${callId}, ${commandId} from held where not exists (select from known)
      returning command_id
    )
    select exists (select from held) as held, exists (select from added) as fresh,
      (select command_id from known) as "commandId", (select age from known) as "ageUs"`);
  if (!row?.held) return { outcome: 'lost-lease' };
  return row.fresh ? { outcome: 'begun' } : { outcome: 'again', commandId: row.commandId!, ageUs: row.ageUs! };
}
