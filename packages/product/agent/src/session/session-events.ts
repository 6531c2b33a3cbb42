import { id, micros, secretText, sha256 } from '@slipway/contracts';
import * as z from 'zod';

/** Where a session is: nobody runs, a run is performed, or a run waits for a person's answer (AG-02). */
export const sessionStatuses = ['Idle', 'Running', 'Paused'] as const;
/** Derived from the session's state, and stored with it for queries. */
export type SessionStatus = (typeof sessionStatuses)[number];

/** How a run can end, or be put down (AG-02). */
export const runResults = ['Finished', 'Paused', 'LimitReached', 'Cancelled'] as const;
/** A run that was paused is put down like one that has ended. */
export type RunResult = (typeof runResults)[number];

/** `code` of an Error (AG-05). */
export const agentErrorCodes = [
  'ProviderError',
  'ToolError',
  'Internal',
  'AlreadyRunning',
  'NotPaused',
  'NotRunning',
] as const;
/** For programs; the message beside it is for people. */
export type AgentErrorCode = (typeof agentErrorCodes)[number];

/** Bounds of what a session keeps. Texts are counted in characters. */
export const AGENT_LIMITS = {
  inputChars: 64 * 1024,
  /** Of one tool's arguments, as JSON. */
  argumentsChars: 256 * 1024,
  /** What the model and the log get of one result; the rest is cut, visibly. */
  resultChars: 32 * 1024,
  textChars: 256 * 1024,
  calls: 32,
  page: 500,
  /** Events that a page of what people read is asked for; it may have those of one turn more. */
  transcriptPage: 240,
  /** Messages that wait for the run to take them up. */
  waiting: 20,
} as const;

const runId = id;
const callId = z.string().min(1).max(200);
const toolName = z.string().min(1).max(100);
const text = secretText.max(AGENT_LIMITS.textChars);

/** What a person is asked: whether this call may be made. */
export const question = z.strictObject({
  callId,
  tool: toolName,
  /** As the model wrote them, JSON. */
  arguments: secretText.max(AGENT_LIMITS.argumentsChars),
  why: secretText.max(500),
  /** Of a change: the file, and the digest of what was read of it when it was asked. */
  edits: z.strictObject({ path: secretText.max(4096), version: sha256 }).optional(),
});
export type Question = z.infer<typeof question>;

/** What a person says to it. `note` is told to the model; with `always` the session asks no more about the same. */
export const answer = z.strictObject({
  allow: z.boolean(),
  always: z.boolean().optional(),
  note: secretText.max(4000).optional(),
});
export type Answer = z.infer<typeof answer>;

/** How a turn ended: with calls to go on with, as the run's last, cut short, or put down with its run. */
export const turnResults = ['Continue', 'Final', 'Interrupted', 'Cancelled', 'Failed'] as const;

/**
 * One event of a session (AG-05). Those of the specification, and what the log needs besides to be the history: what
 * people said, what tools gave, questions with their answers, summaries. A turn counts for the model when its `Usage`
 * is there: what comes before it may be the half of an answer.
 */
export const agentEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('RunStart'), runId, input: secretText.max(AGENT_LIMITS.inputChars) }),
  z.strictObject({ type: z.literal('Message'), runId, text: secretText.max(AGENT_LIMITS.inputChars) }),
  z.strictObject({ type: z.literal('TurnStart'), runId, turn: z.int().positive() }),
  z.strictObject({
    type: z.literal('TurnEnd'),
    runId,
    turn: z.int().positive(),
    result: z.enum(turnResults),
    changed: z.array(z.string()).max(AGENT_LIMITS.calls).optional(),
  }),
  z.strictObject({ type: z.literal('TextDelta'), runId, text }),
  z.strictObject({ type: z.literal('TextDone'), runId, text }),
  /** What a model thought before it spoke: for people to see, and not repeated to the model. */
  z.strictObject({ type: z.literal('ReasoningDelta'), runId, text }),
  z.strictObject({ type: z.literal('ReasoningDone'), runId, text }),
  z.strictObject({ type: z.literal('ToolCallStart'), runId, id: callId, name: toolName }),
  z.strictObject({ type: z.literal('ToolCallArgsDelta'), runId, id: callId, json: text }),
  z.strictObject({
    type: z.literal('ToolCallDone'),
    runId,
    id: callId,
    name: toolName,
    arguments: secretText.max(AGENT_LIMITS.argumentsChars),
  }),
  z.strictObject({
    type: z.literal('ToolResult'),
    runId,
    id: callId,
    ok: z.boolean(),
    text: secretText.max(AGENT_LIMITS.resultChars),
  }),
  z.strictObject({ type: z.literal('Question'), runId, question }),
  z.strictObject({ type: z.literal('Answered'), runId, callId, answer }),
  z.strictObject({
    type: z.literal('Usage'),
    runId,
    input_tokens: z.int().nonnegative(),
    output_tokens: z.int().nonnegative(),
  }),
  /** `before`: what the files were before the run's first change. */
  z.strictObject({
    type: z.literal('Checkpoint'),
    runId,
    checkpointId: z.string().max(100),
    snapshotId: id.optional(),
    before: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('Error'), runId, code: z.enum(agentErrorCodes), message: secretText.max(2000) }),
  z.strictObject({ type: z.literal('RunEnd'), runId, result: z.enum(runResults) }),
  /** What came before it, in fewer words: the next prompt begins here. */
  z.strictObject({ type: z.literal('Summary'), runId, text }),
  /** A person took this run back, and all behind it, from event `from` on: no prompt has them any more. */
  z.strictObject({ type: z.literal('Rewound'), runId, from: z.int().positive() }),
]);
export type AgentEvent = z.infer<typeof agentEvent>;
export type AgentEventType = AgentEvent['type'];

/** As it is kept: its number counts up by one within the session (AG-13). */
export const numberedEvent = z.strictObject({ seq: z.int().positive(), at: micros, event: agentEvent });
export type NumberedEvent = z.infer<typeof numberedEvent>;
