import { encodeCursors, parseCursors, TOPICS_PER_STREAM, type ServerEvent, type TopicName } from '@slipway/contracts';

/** A tab that says no more what it follows, for so long, is gone. */
const FORGET_MS = 60_000;

/** By name; the number is the last `seq` that was read. */
export type Topics = ReadonlyMap<TopicName, number>;

/**
 * What the one stream of a browser carries: the owner's events, and the topics that any of its tabs
 * follows. A stream cannot be told to carry more, so it is opened anew with what it must carry; each
 * topic goes on where it was, and each reader drops what it has had already.
 */
export interface StreamTopics {
  /** What a tab follows from now on; `fresh` are those that begin with this, and behind its number. */
  want(tab: string, topics: Topics, fresh: readonly TopicName[], nowMs: number): void;
  /** An event with its id: where the stream then stands. */
  heard(event: ServerEvent, id: string | undefined): void;
  /** Another tab has opened the stream anew, and it begins at this id: who wanted to go back has what he wanted. */
  reopened(id: string): void;
  /** Whether the stream that is open carries something else than it should. */
  isOutdated(nowMs: number): boolean;
  /** What the next stream begins behind, for `followEvents`; undefined: the owner's events from now. */
  begin(): string | undefined;
}

/** Everything is known to each tab, so that the next one to lead goes on where this one was. */
export function makeStreamTopics(): StreamTopics {
  const wants = new Map<string, { topics: Topics; atMs: number }>();
  /** Where the stream is, by the last id; and which topics it was opened with. */
  let cursors = new Map<TopicName, number>();
  let carried = new Set<TopicName>();
  /** Behind what a topic must begin that somebody follows from further back. */
  const restarts = new Map<TopicName, number>();
  const refused = new Set<TopicName>();

  const wanted = (): Map<TopicName, number> => {
    const all = new Map<TopicName, number>();
    for (const { topics } of wants.values())
      for (const [name, after] of topics) all.set(name, Math.min(after, all.get(name) ?? after));
    for (const name of refused) all.delete(name);
    return new Map([...all].slice(0, TOPICS_PER_STREAM - 1));
  };

  const stand = (id: string): void => {
    for (const [name, at] of parseCursors(id) ?? []) if (at !== undefined) cursors.set(name, at);
  };

  return {
    want(tab, topics, fresh, nowMs) {
      if (topics.size === 0) wants.delete(tab);
      else wants.set(tab, { topics, atMs: nowMs });
      for (const name of fresh) {
        refused.delete(name);
        const after = topics.get(name) ?? 0;
        const at = cursors.get(name);
        if (at !== undefined && after < at) restarts.set(name, Math.min(after, restarts.get(name) ?? after));
      }
    },
    heard(event, id) {
      if (event.type === 'topic-refused') refused.add(event.topic as TopicName);
      if (id !== undefined) stand(id);
    },
    reopened(id) {
      restarts.clear();
      stand(id);
    },
    isOutdated(nowMs) {
      for (const [tab, { atMs }] of wants) if (nowMs - atMs > FORGET_MS) wants.delete(tab);
      const names = wanted();
      return restarts.size > 0 || names.size !== carried.size || [...names.keys()].some((name) => !carried.has(name));
    },
    begin() {
      const names = wanted();
      const next = new Map<TopicName, number>();
      for (const [name, after] of names) next.set(name, restarts.get(name) ?? cursors.get(name) ?? after);
      restarts.clear();
      carried = new Set(names.keys());
      const owner = cursors.get('owner');
      cursors = new Map(owner === undefined ? next : [['owner', owner], ...next]);
      // As a server before there were topics understands it.
      if (next.size === 0) return owner === undefined ? undefined : String(owner);
      return encodeCursors(new Map<TopicName, number | undefined>([['owner', owner], ...next]));
    },
  };
}
