import * as z from 'zod';
import { projectHolder } from './holders.ts';
import { id } from './ids.ts';
import { secretText } from './text.ts';

/**
 * A command to the holder of a project: a row with a deadline, delivered by the owner's event
 * stream, answered by POST. Other tabs drop it; the same id twice is one command.
 *
 *   sent ──answer──▶ answered
 *    └── past its deadline, or its holder's epoch is over: nobody will answer
 */
export const commandVerbs = [
  'run.start',
  'run.preview',
  'run.build',
  'run.install',
  'run.stop',
  'run.status',
  /** A tool of the coding agent, and the end of what one began. */
  'agent.tool',
  'agent.stop',
] as const;

/** What a holder can be asked. */
export type CommandVerb = (typeof commandVerbs)[number];

/** Bounds of a command. Bytes are of UTF-8. */
export const commandLimits = {
  bodyBytes: 256 * 1024,
  /** Of the whole POST that answers. */
  answerBytes: 8 * 1024 * 1024,
  /** Nobody waits longer, whatever was asked for. */
  deadlineMs: 120_000,
  /** Commands of one project that wait for their answer at once. */
  waiting: 16,
} as const;

/** With the epoch under which it was sent: a later holder does not get it. */
export const holderCommand = z.strictObject({
  id,
  projectId: id,
  holderId: id,
  epoch: z.int().positive(),
  verb: z.enum(commandVerbs),
  /** JSON, for the verb to parse. Empty when the command is over. */
  body: secretText.max(commandLimits.bodyBytes),
  /** Until its deadline; 0 when it is over: then nobody waits for an answer. */
  remainingMs: z.int().nonnegative().max(commandLimits.deadlineMs),
});
/** It names holder and epoch, so that a tab which lost the project in between does nothing with it. */
export type HolderCommand = z.infer<typeof holderCommand>;

/** What came of it. `value` is JSON, for who asked to parse. */
export const commandAnswer = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: secretText.max(commandLimits.answerBytes) }),
  z.strictObject({
    ok: z.literal(false),
    code: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/),
    message: secretText.max(2000),
  }),
]);
/** The code of a refusal is the holder's own word, so it need not be an `ErrorCode`. */
export type CommandAnswer = z.infer<typeof commandAnswer>;

/** POST commands/:id/answer. */
export const answerCommandBody = z.strictObject({
  holderId: projectHolder.shape.holderId,
  epoch: projectHolder.shape.epoch,
  answer: commandAnswer,
});
/** The first answer counts; one that comes after the deadline is COMMAND_OVER. */
export type AnswerCommandBody = z.infer<typeof answerCommandBody>;
