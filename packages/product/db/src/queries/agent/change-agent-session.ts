import { lockHeld } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { Db } from '../../connection/database.ts';
import {
  AGENT_CHANNEL,
  type AgentLease,
  agentSessionColumns,
  type AgentSessionRow,
  heldSession,
  type NewAgentEvent,
} from './session-row.ts';

/** Taken up in the order of `seq`. */
export interface AgentCommandRow {
  seq: number;
  kind: 'run' | 'message';
  runId: string;
  text: string;
}

/** Written in one transaction with the check of who changes it; what is absent stays as it is. */
export interface AgentSessionWrite {
  readonly state: string;
  /** Where it is another one from now on. */
  readonly manifest?: string;
  readonly status: AgentSessionRow['status'];
  readonly work: 'wanted' | 'none';
  readonly events: readonly NewAgentEvent[];
  /** A message, or the next run, behind those that wait already. */
  readonly queued?: Pick<AgentCommandRow, 'kind' | 'runId' | 'text'>;
  /** Numbers of commands that are taken up, or dropped. */
  readonly taken?: readonly number[];
}

/** Who changes a session: its owner, by a method, or its performer, under the fence of its lease. */
export type AgentSessionChanger =
  | { readonly ownerId: string; readonly projectId: string; readonly sessionId: string }
  | { readonly lease: AgentLease };

/**
 * The one way in which a session changes (AG-03): its row is locked, so that of two methods that race the second one is
 * decided on what the first one made. `decide` says what is written; without `write` nothing is.
 */
export async function changeAgentSession<T>(
  db: Db,
  changer: AgentSessionChanger,
  decide: (session: AgentSessionRow, waiting: readonly AgentCommandRow[]) => { result: T; write?: AgentSessionWrite },
): Promise<{ outcome: 'decided'; result: T } | { outcome: 'missing' | 'lost-lease' }> {
  return await db.transaction(async (tx) => {
    if ('lease' in changer && !(await lockHeld(tx, heldSession(changer.lease))))
      return { outcome: 'lost-lease' as const };
    const [session] = await tx.execute<AgentSessionRow & Record<string, unknown>>(
      'lease' in changer
        ? sql`select ${agentSessionColumns} from agent_sessions s where s.id = ${changer.lease.sessionId}`
        : sql`select ${agentSessionColumns} from agent_sessions s where s.id = ${changer.sessionId}
            and s.project_id = ${changer.projectId} and s.owner_id = ${changer.ownerId} for update`,
    );
    if (!session) return { outcome: 'missing' as const };
    const waiting = await tx.execute<AgentCommandRow & Record<string, unknown>>(sql`
      select seq, kind, run_id as "runId", text from agent_commands where session_id = ${session.id} order by seq`);
    const { result, write } = decide(session, waiting);
    if (write === undefined) return { outcome: 'decided' as const, result };
    await tx.execute(sql`
      insert into agent_events (session_id, seq, type, event)
      select ${session.id}, ${session.lastSeq}::bigint + e.nr, e.type, e.event
      from jsonb_to_recordset(${eventRows(write.events)}::jsonb) as e(nr int, type text, event text)`);
    await tx.execute(sql`
      update agent_sessions set state = ${write.state}, manifest = ${write.manifest ?? session.manifest},
        status = ${write.status}, work = ${write.work},
        last_seq = last_seq + ${write.events.length}, updated_at = slipway_now(),
        -- Without work nobody has it: who had it writes nothing more, and the next work waits for no lease.
        lease_epoch = lease_epoch + case when ${write.work} = 'none' then 1 else 0 end,
        lease_lapses_at = case when ${write.work} = 'none' then null else lease_lapses_at end
      where id = ${session.id}`);
    for (const seq of write.taken ?? [])
      await tx.execute(sql`delete from agent_commands where session_id = ${session.id} and seq = ${seq}`);
    if (write.queued)
      await tx.execute(sql`
        insert into agent_commands (session_id, seq, kind, run_id, text)
        values (${session.id}, ${(waiting.at(-1)?.seq ?? 0) + 1}, ${write.queued.kind}, ${write.queued.runId},
          ${write.queued.text})`);
    await tx.execute(sql`select pg_notify(${AGENT_CHANNEL}, ${session.id})`);
    return { outcome: 'decided' as const, result };
  });
}

/** `nr` from 1 on is added to the log's last number in SQL, where the row is locked. */
export function eventRows(events: readonly NewAgentEvent[]): string {
  return JSON.stringify(events.map(({ type, event }, at) => ({ nr: at + 1, type, event })));
}
