import * as z from 'zod';
import { logLine } from './builds.ts';
import { id } from './ids.ts';

/**
 * What an event stream can carry: topics, each with a sequence of its own, so that a
 * lively one holds no row that others wait for, and a reader goes on in each where it was.
 *
 * `owner` is everything of the owner that is no topic of its own, and has no id. What is
 * added here needs a source on the server: `packages/product/db/src/queries/topics`.
 */
export const topicKinds = ['owner', 'build'] as const;
/** One of `topicKinds`; the part of a topic's name before the slash. */
export type TopicKind = (typeof topicKinds)[number];

/** `owner`, or a kind with the id of what it is about. */
export type TopicName = 'owner' | `${Exclude<TopicKind, 'owner'>}/${string}`;

/** Lines of a build's log. The sequence is the lines' own: a topic that begins behind 0 is the whole log. */
export const buildTopicEvent = z.strictObject({ type: z.literal('lines'), lines: z.array(logLine) });

/** Builds' so far: with another kind of topic it becomes a union. */
export const topicEvent = buildTopicEvent;
/** A build's topic has builds' events alone. */
export type TopicEvent = z.infer<typeof topicEvent>;

/** Who may read a topic, and how long what it says is kept. For people; the sources enforce it. */
export const topicRegistry: Readonly<Record<TopicKind, { readBy: string; kept: string }>> = {
  owner: { readBy: 'the owner', kept: 'RETAIN_EVENTS_HOURS' },
  build: { readBy: 'the owner of the build', kept: 'RETAIN_LOGS_DAYS after its end' },
};

/** A request that names more is refused. */
export const TOPICS_PER_STREAM = 32;

/** Where a reader is in each topic; undefined: from now on. */
export type TopicCursors = ReadonlyMap<TopicName, number | undefined>;

const NAMED = new RegExp(`^(?:owner|(?:${topicKinds.filter((kind) => kind !== 'owner').join('|')})/[0-9a-f-]{36})$`);

/** A topic's kind and the id behind it; undefined for what is no topic's name. */
export function parseTopic(name: string): { name: TopicName; kind: TopicKind; id: string } | undefined {
  if (!NAMED.test(name)) return undefined;
  const [kind, key = ''] = name.split('/') as [TopicKind, string | undefined];
  if (kind !== 'owner' && !id.safeParse(key).success) return undefined;
  return { name: name as TopicName, kind, id: key };
}

/**
 * The text of `?topics=` and of an event's id, such as `owner:12,build/…:40`; without a number from now
 * on. A bare number is the owner's, as it was when there was no other topic. Undefined where it is
 * none, or names more than `TOPICS_PER_STREAM`.
 */
export function parseCursors(text: string): Map<TopicName, number | undefined> | undefined {
  if (/^\d{1,15}$/.test(text)) return new Map([['owner', Number(text)]]);
  const parts = text.split(',', TOPICS_PER_STREAM + 1);
  if (parts.length > TOPICS_PER_STREAM) return undefined;
  const cursors = new Map<TopicName, number | undefined>();
  for (const part of parts) {
    const match = /^([a-z]+(?:\/[0-9a-f-]{36})?)(?::(\d{1,15}))?$/.exec(part);
    const topic = match && parseTopic(match[1] ?? '');
    if (!topic) return undefined;
    cursors.set(topic.name, match[2] === undefined ? undefined : Number(match[2]));
  }
  return cursors;
}

/** As `parseCursors` reads it. */
export function encodeCursors(cursors: TopicCursors): string {
  return [...cursors].map(([name, after]) => (after === undefined ? name : `${name}:${after}`)).join(',');
}
