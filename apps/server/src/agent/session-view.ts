import type { AgentEvent, Manifest, NumberedEvent, SessionState, SessionSummary, SessionView } from '@slipway/agent';
import type { AgentEventRow, AgentSessionRow, AgentSessionSummary } from '@slipway/db';

/** So many sessions one project may have. */
export const SESSIONS_LIMIT = 200;

/**
 * `state` and `manifest` are JSON in the row and objects in the answer; what only servers need, as the lease, stays
 * out.
 */
export function toSessionView(row: AgentSessionRow): SessionView {
  const state = JSON.parse(row.state) as SessionState;
  return {
    id: row.id,
    projectId: row.projectId,
    title: row.title,
    status: row.status,
    question: state.name === 'Paused' ? state.question : null,
    manifest: JSON.parse(row.manifest) as SessionView['manifest'],
    lastSeq: row.lastSeq,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** Not checked again: it was when the session was stored. */
export const toSessionSummary = ({ permission, ...row }: AgentSessionSummary): SessionSummary => ({
  ...row,
  permission: permission as SessionSummary['permission'],
});

/** Not checked again: it was when the session was stored. */
export const manifestOf = ({ manifest }: AgentSessionRow): Manifest => JSON.parse(manifest) as Manifest;

/** Not checked again: it was when it was stored. */
export function toNumberedEvent({ seq, at, event }: AgentEventRow): NumberedEvent {
  return { seq, at, event: JSON.parse(event) as AgentEvent };
}
