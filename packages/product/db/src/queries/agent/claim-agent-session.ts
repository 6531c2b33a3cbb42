import { endOfTerm, fencedUpdate, isFree, extendTerm, isHeld, setTerm } from '@slipway/leases';
import { sql } from 'drizzle-orm';
import type { DbOrTx } from '../../connection/database.ts';
import { type AgentLease, agentLeases, agentSessionColumns, type AgentSessionRow, heldSession } from './session-row.ts';

/** Writes name the lease's term, and fail once another has a later one. */
export interface ClaimedSession {
  readonly lease: AgentLease;
  readonly session: AgentSessionRow;
}

/** Takes a session that has work and no performer, or whose performer is silent (AG-01). SKIP LOCKED lets many ask. */
export async function claimAgentSession(
  db: DbOrTx,
  holder: string,
  leaseUs: number,
): Promise<ClaimedSession | undefined> {
  const [row] = await db.execute<AgentSessionRow & { epoch: number } & Record<string, unknown>>(sql`
    update agent_sessions s set ${setTerm(agentLeases, holder, leaseUs, 's')}
    where s.id = (
      select id from agent_sessions where work = 'wanted' and ${isFree(agentLeases)}
      order by updated_at limit 1 for update skip locked
    )
    returning ${agentSessionColumns}, s.lease_epoch as epoch`);
  if (!row) return undefined;
  const { epoch, ...session } = row;
  return { session, lease: { sessionId: session.id, term: { holder, epoch } } };
}

/** The performer's heartbeat, which also tells how the session's state is now: somebody may have cancelled. */
export async function renewAgentLease(
  db: DbOrTx,
  lease: AgentLease,
  leaseUs: number,
): Promise<{ outcome: 'renewed'; state: string } | { outcome: 'lost' }> {
  const [row] = await db.execute<{ state: string }>(sql`
    update agent_sessions set ${extendTerm(agentLeases, leaseUs)} where ${isHeld(heldSession(lease))} returning state`);
  return row ? { outcome: 'renewed', state: row.state } : { outcome: 'lost' };
}

/** Gives a session that still has work back, so that another performer takes it at once. */
export async function releaseAgentLease(db: DbOrTx, lease: AgentLease): Promise<void> {
  await db.execute(fencedUpdate(heldSession(lease), endOfTerm(agentLeases)));
}
