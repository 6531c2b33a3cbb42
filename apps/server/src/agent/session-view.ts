import {
  type AgentEvent,
  type Manifest,
  type NumberedEvent,
  permissions,
  type Question,
  runBounds,
  type SessionState,
  type SessionStatus,
} from '@slipway/agent';
import { plainText, secretText } from '@slipway/contracts';
import type { AgentEventRow, AgentSessionRow } from '@slipway/db';
import * as z from 'zod';

/** So many sessions one project may have. */
export const SESSIONS_LIMIT = 200;

/** POST /projects/:id/agent/sessions. Without `scope` there is no tool for files (AG-11). */
export const createSessionBody = z.strictObject({
  title: plainText.trim().min(1).max(200).default('New session'),
  provider: plainText.min(1).max(100),
  model: plainText.min(1).max(200),
  scope: z.array(secretText.min(1).max(400)).min(1).max(50).optional(),
  permission: z.enum(permissions).default('edit'),
  bounds: runBounds.partial().default({}),
  instructions: secretText.max(16 * 1024).default(''),
  /** Text of the project's `slipway.agent.toml`, as the person has seen it: it can only narrow. */
  manifest: secretText.max(64 * 1024).optional(),
});

/** A session as its owner sees it (AG-09). */
export interface SessionView {
  readonly id: string;
  readonly projectId: string;
  readonly title: string;
  readonly status: SessionStatus;
  /** What a person is asked while it is paused. */
  readonly question: Question | null;
  readonly manifest: Manifest;
  /** Number of the last event. */
  readonly lastSeq: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What is stored, for its owner. */
export function toSessionView(row: AgentSessionRow): SessionView {
  const state = JSON.parse(row.state) as SessionState;
  return {
    id: row.id,
    projectId: row.projectId,
    title: row.title,
    status: row.status,
    question: state.name === 'Paused' ? state.question : null,
    manifest: JSON.parse(row.manifest) as Manifest,
    lastSeq: row.lastSeq,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** An event of the log, with its number. */
export function toNumberedEvent({ seq, at, event }: AgentEventRow): NumberedEvent {
  return { seq, at, event: JSON.parse(event) as AgentEvent };
}
