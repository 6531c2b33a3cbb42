import { id, micros, plainText, secretText } from '@slipway/contracts';
import * as z from 'zod';
import { runBounds } from '../manifest/bounds.ts';
import { manifest, mcpServerNames } from '../manifest/manifest.ts';
import { AGENT_LIMITS, numberedEvent, question, sessionStatuses } from '../session/session-events.ts';
import { runHead } from '../session/run-head.ts';
import { permissions } from '../tools/permission.ts';

const title = plainText.trim().min(1).max(200);

/** POST /projects/:id/agent/sessions. Without `scope` there is no tool for files (AG-11). */
export const createSessionBody = z.strictObject({
  title: title.default('New session'),
  provider: plainText.min(1).max(100),
  model: plainText.min(1).max(200),
  scope: z.array(secretText.min(1).max(400)).min(1).max(50).optional(),
  permission: z.enum(permissions).default('edit'),
  bounds: runBounds.partial().default({}),
  instructions: secretText.max(16 * 1024).default(''),
  /** MCP servers of the operator's that the session may use, by name. */
  mcp: mcpServerNames.default([]),
  /** Text of the project's `slipway.agent.toml`, as the person has seen it: it can only narrow. */
  manifest: secretText.max(64 * 1024).optional(),
});
export type CreateSessionBody = z.input<typeof createSessionBody>;

/** PATCH …/agent/sessions/:session. */
export const renameSessionBody = z.strictObject({ title });

/** A session as its owner sees it (AG-09). */
export const sessionView = z.strictObject({
  id,
  projectId: id,
  title: z.string(),
  status: z.enum(sessionStatuses),
  question: question.nullable(),
  manifest,
  /** Number of the last event. */
  lastSeq: z.int().nonnegative(),
  createdAt: micros,
  updatedAt: micros,
});
export type SessionView = z.infer<typeof sessionView>;

/** A session in a list: of its manifest, which may be large, what tells it from others. */
export const sessionSummary = z.strictObject({
  ...sessionView.omit({ question: true, manifest: true }).shape,
  ...manifest.pick({ provider: true, model: true, permission: true }).shape,
});
export type SessionSummary = z.infer<typeof sessionSummary>;

/** GET /projects/:id/agent/sessions, newest first. */
export const sessionListResponse = z.strictObject({ sessions: z.array(sessionSummary) });
export type SessionListResponse = z.infer<typeof sessionListResponse>;
export const sessionResponse = z.strictObject({ session: sessionView });

/** POST …/methods, of what was accepted; `queued` waits for a run to take it up. */
export const methodResponse = z.strictObject({ outcome: z.enum(['accepted', 'queued']), runId: id.nullable() });
export type MethodResponse = z.infer<typeof methodResponse>;

/** GET …/events?after=N: a page of the log. */
export const eventPageResponse = z.strictObject({
  status: z.enum(sessionStatuses),
  lastSeq: z.int().nonnegative(),
  events: z.array(numberedEvent),
  /** What people have said that no run has taken up yet, in order; it is not in the log. */
  waiting: z.array(secretText.max(AGENT_LIMITS.inputChars)).max(AGENT_LIMITS.waiting + 1),
});
export type EventPageResponse = z.infer<typeof eventPageResponse>;

/** `next`: what `after` is of the next page; absent where there is none. */
export const historyResponse = z.strictObject({
  session: sessionView,
  history: z.array(numberedEvent).max(AGENT_LIMITS.page),
  next: z.int().positive().optional(),
});
export type HistoryResponse = z.infer<typeof historyResponse>;

/**
 * GET …/transcript?before=N: what people read of the log in front of N, as much as a page has. It begins with a turn or
 * a run; without what was taken back, and without pieces.
 */
export const transcriptPageResponse = z.strictObject({
  status: z.enum(sessionStatuses),
  /** Where the page begins; `first`: there is nothing in front of it. */
  from: z.int().positive(),
  first: z.boolean(),
  events: z.array(numberedEvent),
  waiting: eventPageResponse.shape.waiting,
  /** The run that is under way where the page begins, as far as it has come by then. */
  run: runHead.nullable(),
  /** Tokens of the session in front of the page. */
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
});
export type TranscriptPageResponse = z.infer<typeof transcriptPageResponse>;
