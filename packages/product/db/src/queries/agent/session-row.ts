import { defineLease, type HeldRow, type LeaseTerm } from '@slipway/leases';
import { sql } from 'drizzle-orm';

/** Every server that performs or shows sessions listens here for changes of state; the payload is the session's id. */
export const AGENT_CHANNEL = 'slipway_agent';
/** As that, for a log that has only grown: a model's words come twenty times a second, and concern who reads alone. */
export const AGENT_LOG_CHANNEL = 'slipway_agent_log';

/** Where sessions have their performers; only those with work can be had. */
export const agentLeases = defineLease({
  table: 'agent_sessions',
  key: 'id',
  owner: 'owner_id',
  holder: 'lease_holder',
  epoch: 'lease_epoch',
  lapsesAt: 'lease_lapses_at',
  live: { column: 'work', values: ['wanted'] },
});

/** A session in the hands of one performer: every write of its names this term. */
export interface AgentLease {
  readonly sessionId: string;
  readonly term: LeaseTerm;
}

/** The fence of a session: a write under it is refused once a later term has begun. */
export const heldSession = ({ sessionId, term }: AgentLease): HeldRow => ({ kind: agentLeases, key: sessionId, term });

/** A session as it is stored; `manifest` and `state` are JSON. */
export interface AgentSessionRow {
  id: string;
  projectId: string;
  ownerId: string;
  title: string;
  manifest: string;
  state: string;
  status: 'Idle' | 'Running' | 'Paused';
  lastSeq: number;
  createdAt: number;
  updatedAt: number;
}

/** Columns of `AgentSessionRow`, of the alias `s`. */
export const agentSessionColumns = sql.raw(
  `s.id, s.project_id as "projectId", s.owner_id as "ownerId", s.title, s.manifest, s.state, s.status,
    s.last_seq as "lastSeq", s.created_at as "createdAt", s.updated_at as "updatedAt"`,
);

/** An event before it has a number; `event` is JSON without NUL. */
export interface NewAgentEvent {
  readonly type: string;
  readonly event: string;
}

/** `seq` counts within the session; `at` is the database's time in microseconds. */
export interface AgentEventRow extends NewAgentEvent {
  readonly seq: number;
  readonly at: number;
}
