import type { TopicName } from '@slipway/contracts';
import { type Db, EVENT_CHANNEL, readHeads, TOPIC_CHANNEL } from '@slipway/db';
import type { Logger } from 'pino';
import type { Access } from '../http/access.ts';
import type { Sql } from './listening-client.ts';

/**
 * Wakes who waits for an owner's events or for a topic. NOTIFY is a hint, never the
 * truth: behind a pooler it does not come at all. So every two seconds one question
 * asks how far everything has come that anybody here follows, and whose sign-in has
 * ended; streams with nothing new ask nothing themselves.
 */
export interface EventHub {
  /** Waits for what is said to the owner; `following`: for a stream's topics as well. */
  subscribe(ownerId: string, following?: Following): Subscription;
  /** Ends every stream: the server is shutting down. */
  close(): Promise<void>;
}

/** What a stream follows. The map is the stream's own, and says where it is. */
export interface Following {
  positions: ReadonlyMap<TopicName, number>;
  /** A sign-out ends the stream too, and so does the end of a token. */
  access: Access;
}

/** One who waits; `close` must be called, or the hub keeps it. */
export interface Subscription {
  /**
   * What to look at: at once if something came since the last call, so that nothing falls between a
   * read and the wait after it. Empty when `limitMs` passed, or the hub's own patience where nothing is followed.
   */
  next(limitMs?: number): Promise<ReadonlySet<TopicName> | 'closed'>;
  close(): void;
}

/** How late news can be where notifications do not come. */
const POLL_MS = 2000;

interface Subscriber {
  readonly ownerId: string;
  readonly following: Following | undefined;
  notify(topics: Iterable<TopicName>): void;
  close(): void;
}

/** `onPoll` is told of every question that the hub asks by itself. */
export async function createEventHub(
  { client, db }: { client: Sql; db: Db },
  log: Logger,
  { pollMs = POLL_MS, onPoll = () => undefined }: { pollMs?: number; onPoll?: () => void } = {},
): Promise<EventHub> {
  const subscribers = new Set<Subscriber>();
  const byOwner = new Map<string, Set<Subscriber>>();
  const byTopic = new Map<string, Set<Subscriber>>();
  // Called again after a lost connection: what was notified in between is unknown, so everybody looks.
  const lookAtAll = () => {
    for (const subscriber of subscribers) subscriber.notify(subscriber.following?.positions.keys() ?? ['owner']);
  };
  const owners = await client.listen(
    EVENT_CHANNEL,
    (ownerId) => byOwner.get(ownerId)?.forEach((subscriber) => subscriber.notify(['owner'])),
    lookAtAll,
  );
  const topics = await client.listen(
    TOPIC_CHANNEL,
    (name) => byTopic.get(name)?.forEach((subscriber) => subscriber.notify([name as TopicName])),
    lookAtAll,
  );

  /** Whatever is not where its reader is, is looked at: also what went back, as after a restore. */
  async function poll(): Promise<void> {
    const following = [...subscribers].filter((subscriber) => subscriber.following !== undefined);
    if (following.length === 0) return;
    onPoll();
    const accesses = following.map((subscriber) => subscriber.following!.access);
    const heads = await readHeads(db, {
      owners: unique(following.map(({ ownerId }) => ownerId)),
      topics: [...byTopic.keys()] as TopicName[],
      sessions: unique(accesses.flatMap((access) => (access.kind === 'session' ? [access.familyId] : []))),
      tokens: unique(accesses.flatMap((access) => (access.kind === 'token' ? [access.tokenId] : []))),
    });
    for (const subscriber of following) {
      const { access, positions } = subscriber.following!;
      const isAlive =
        access.kind === 'session' ? heads.sessions.has(access.familyId) : heads.tokens.has(access.tokenId);
      if (!isAlive) subscriber.close();
      const moved = [...positions].filter(([name, at]) => {
        const head = name === 'owner' ? heads.owners.get(subscriber.ownerId) : heads.topics.get(name);
        return head !== undefined && head !== at;
      });
      if (moved.length > 0) subscriber.notify(moved.map(([name]) => name));
    }
  }

  const stopping = new AbortController();
  const polling = (async () => {
    while (!stopping.signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        stopping.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      });
      if (stopping.signal.aborted) return;
      await poll().catch((error: unknown) => log.warn({ err: error }, 'could not look for events'));
    }
  })();

  /** Wakes for everything of the owner, and for the topics that are followed. */
  function subscribe(ownerId: string, following?: Following): Subscription {
    const inbox = createInbox();
    const own: Subscriber = { ownerId, following, notify: inbox.put, close: inbox.close };
    subscribers.add(own);
    join(byOwner, ownerId, own);
    for (const name of following?.positions.keys() ?? []) if (name !== 'owner') join(byTopic, name, own);
    return {
      next: (limitMs = Infinity) => inbox.take(following ? Math.min(limitMs, MAX_WAIT_MS) : Math.min(limitMs, pollMs)),
      close: () => {
        inbox.close();
        subscribers.delete(own);
        leave(byOwner, ownerId, own);
        for (const name of following?.positions.keys() ?? []) leave(byTopic, name, own);
      },
    };
  }

  return {
    subscribe,
    close: async () => {
      stopping.abort();
      for (const subscriber of subscribers) subscriber.close();
      await polling;
      await owners.unlisten();
      await topics.unlisten();
    },
  };
}

/** Longer than anybody waits; a timer of Node's holds no more than 24 days. */
const MAX_WAIT_MS = 3_600_000;

const unique = (values: readonly string[]) => [...new Set(values)];

function join(groups: Map<string, Set<Subscriber>>, key: string, one: Subscriber): void {
  groups.set(key, (groups.get(key) ?? new Set()).add(one));
}

function leave(groups: Map<string, Set<Subscriber>>, key: string, one: Subscriber): void {
  const group = groups.get(key);
  group?.delete(one);
  if (group?.size === 0) groups.delete(key);
}

/** What one stream has not looked at yet, and its sleep until there is something. */
function createInbox() {
  let dirty = new Set<TopicName>();
  let closed = false;
  let wakeup: (() => void) | undefined;
  return {
    put(topics: Iterable<TopicName>): void {
      for (const name of topics) dirty.add(name);
      wakeup?.();
    },
    close(): void {
      closed = true;
      wakeup?.();
    },
    async take(limitMs: number): Promise<ReadonlySet<TopicName> | 'closed'> {
      if (dirty.size === 0 && !closed) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, limitMs);
          wakeup = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wakeup = undefined;
      }
      if (closed) return 'closed';
      const taken = dirty;
      dirty = new Set();
      return taken;
    },
  };
}
