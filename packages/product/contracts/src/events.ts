import * as z from 'zod';
import { build, logLine } from './builds.ts';
import { holderCommand } from './commands.ts';
import { projectHolder } from './holders.ts';
import { id } from './ids.ts';
import { topicEvent } from './topics.ts';

/**
 * GET /api/v1/events: the one event stream of a browser. A fetch stream, not an
 * EventSource, because it carries `Authorization: Bearer`; a resumed one sends
 * `Last-Event-ID`. SSE `event:` is the `type` here, `id:` the owner's event
 * number, `data:` the JSON below.
 *
 * `?topics=` names what the stream carries (`parseCursors`); without it, the owner's events
 * alone. With it, an event's id says where the reader is in each topic: what it names next.
 *
 * Events of one owner have one order. To join backfill and stream without a gap:
 * open the stream, wait for `hello`, GET the logs, then drop lines whose `seq`
 * is already there.
 */
export const serverEvent = z.discriminatedUnion('type', [
  /** First on every connection. Its id is the point from which the stream goes on. */
  z.strictObject({ type: z.literal('hello') }),
  /** The `Last-Event-ID` is older than what is kept: read all state anew. */
  z.strictObject({ type: z.literal('reset') }),
  /** A build row changed; published after the write committed, never before (P-16). */
  z.strictObject({ type: z.literal('build'), message: z.string(), build }),
  z.strictObject({ type: z.literal('log'), buildId: id, projectId: id, lines: z.array(logLine) }),
  z.strictObject({ type: z.literal('project'), projectId: id, revision: z.int().nonnegative() }),
  /** Another tab or device has the project's container now; null: nobody has. */
  z.strictObject({ type: z.literal('holder'), projectId: id, holder: projectHolder.nullable() }),
  /** Of a topic other than the owner's; `seq` is where the topic then stands. */
  z.strictObject({ type: z.literal('topic'), topic: z.string(), seq: z.int().nonnegative(), event: topicEvent }),
  /** What the topic said behind the cursor is not kept any more: read anew what it is about; it goes on from `seq`. */
  z.strictObject({ type: z.literal('topic-reset'), topic: z.string(), seq: z.int().nonnegative() }),
  /** There is no such topic for this reader. */
  z.strictObject({ type: z.literal('topic-refused'), topic: z.string() }),
  /** For the one holder that it names. It may come twice, and after its end. */
  z.strictObject({ type: z.literal('command'), command: holderCommand }),
]);
/** One event's `data:`; its number is the SSE `id:` and not part of it. */
export type ServerEvent = z.infer<typeof serverEvent>;
/** The SSE `event:` field, and the discriminator of the JSON: both always agree. */
export type ServerEventType = ServerEvent['type'];
