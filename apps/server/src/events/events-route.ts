import {
  encodeCursors,
  parseCursors,
  parseTopic,
  type ServerEvent,
  type TopicName,
  TOPICS_PER_STREAM,
} from '@slipway/contracts';
import { type Db, expandEvent, findTopics, getEventCursor, readEvents, topicSources } from '@slipway/db';
import { Hono } from 'hono';
import type { SSEStreamingApi } from 'hono/streaming';
import type { Logger } from 'pino';
import { fail } from '../http/api-error.ts';
import { eventStream } from '../http/event-stream.ts';
import type { UserEnv } from '../http/server-env.ts';
import { type Quotas, quotaExceeded } from '../quotas/quotas.ts';
import type { EventHub } from './event-hub.ts';

/** A comment line this often keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;

/**
 * `eventsDb` is the streams' pool: a stream must not take a connection from requests. `quotas` counts streams per
 * owner and server.
 */
export interface EventNeeds {
  eventsDb: Db;
  events: EventHub;
  quotas: Quotas;
  log: Logger;
}

/**
 * GET /events — a browser's one event stream (P-23). `?topics=` says what it carries and where it goes
 * on in each; without it, it has the owner's events, behind `Last-Event-ID` or from now. All it sends was
 * read from tables, in their order, so a server restart makes no difference to it.
 */
export const eventsRoute = ({ eventsDb: db, events, quotas, log }: EventNeeds) =>
  new Hono<UserEnv>().get('/events', async (c) => {
    const { owner, access } = c.var;
    const asked = c.req.query('topics');
    const wanted = asked === undefined ? new Map([['owner' as TopicName, undefined]]) : parseCursors(asked);
    if (!wanted || wanted.size === 0)
      return fail(
        c,
        'VALIDATION_ERROR',
        `Cannot follow these topics: they are "owner" and "build/<id>", at most ${TOPICS_PER_STREAM}`,
      );
    const limit = await quotas.limitOf(owner, 'streams');
    // Before the answer begins: what happens once a client has its headers is behind these numbers.
    const start = await beginAt(db, owner, wanted, c.req.header('last-event-id'));
    const leave = quotas.streams.take(owner, limit);
    if (!leave) {
      c.header('Retry-After', '10');
      return quotaExceeded(c, 'streams', limit);
    }
    // Without it a proxy may hold the stream back to compress it.
    c.header('Cache-Control', 'no-store, no-transform');
    c.header('X-Accel-Buffering', 'no');
    return eventStream(
      c,
      async (stream) => {
        const subscription = events.subscribe(owner, { positions: start.positions, access });
        stream.onAbort(() => subscription.close());
        try {
          const teller = createTeller(stream, db, owner, start.positions, asked !== undefined);
          await teller.tell({ type: 'hello' }, true);
          for (const topic of start.refused) await teller.tell({ type: 'topic-refused', topic }, false);
          let beatAt = performance.now();
          let look: ReadonlySet<TopicName> | 'closed' = new Set(start.positions.keys());
          for (; look !== 'closed'; look = await subscription.next(HEARTBEAT_MS)) {
            await teller.tellNew(look);
            if (performance.now() - beatAt < HEARTBEAT_MS) continue;
            await stream.write(': \n\n');
            beatAt = performance.now();
          }
        } finally {
          subscription.close();
          leave();
        }
      },
      (error) => log.error({ err: error, requestId: c.env.requestId }, 'event stream failed'),
    );
  });

/** Where the stream begins in each topic that there is for this owner, and which there are not. */
async function beginAt(
  db: Db,
  owner: string,
  wanted: ReadonlyMap<TopicName, number | undefined>,
  lastEventId: string | undefined,
): Promise<{ positions: Map<TopicName, number>; refused: TopicName[] }> {
  // A browser that resumes by itself knows better than the address that it was given.
  const resumed = (lastEventId === undefined ? undefined : parseCursors(lastEventId)) ?? new Map<TopicName, number>();
  const found = await findTopics(
    db,
    owner,
    [...wanted.keys()].filter((name) => name !== 'owner'),
  );
  const positions = new Map<TopicName, number>();
  const refused: TopicName[] = [];
  for (const [name, after] of wanted) {
    const given = resumed.get(name) ?? after;
    const head = name === 'owner' && given === undefined ? await getEventCursor(db, owner) : found.get(name);
    if (name !== 'owner' && head === undefined) refused.push(name);
    else positions.set(name, given ?? head ?? 0);
  }
  return { positions, refused };
}

/** Writes what is new, and moves the positions. With `mapped` an event's id names all of them, else the owner's. */
function createTeller(
  stream: SSEStreamingApi,
  db: Db,
  owner: string,
  positions: Map<TopicName, number>,
  mapped: boolean,
) {
  const tell = (event: ServerEvent, withId: boolean) =>
    stream.writeSSE({
      ...(withId ? { id: mapped ? encodeCursors(positions) : String(positions.get('owner')) } : {}),
      event: event.type,
      data: JSON.stringify(event),
    });

  /** One batch of the owner's events; whether there may be more. */
  async function tellOwner(after: number): Promise<boolean> {
    const read = await readEvents(db, owner, after);
    if (read.outcome === 'too-old') {
      positions.set('owner', read.cursor);
      await tell({ type: 'reset' }, true);
      return true;
    }
    for (const stored of read.events) {
      let piece: ServerEvent | undefined;
      // Only its last piece carries the number: who is cut off in between gets the whole event again.
      for await (const next of expandEvent(db, owner, stored)) {
        if (piece) await tell(piece, false);
        piece = next;
      }
      positions.set('owner', stored.seq);
      if (piece) await tell(piece, true);
    }
    return read.events.length > 0;
  }

  /** One page of a topic; whether there is more. */
  async function tellTopic(name: TopicName, after: number): Promise<boolean> {
    const topic = parseTopic(name);
    if (topic === undefined || topic.kind === 'owner') return false;
    const page = await topicSources[topic.kind].read(db, owner, topic.id, after);
    if (page.outcome === 'too-old') {
      positions.set(name, page.cursor);
      await tell({ type: 'topic-reset', topic: name, seq: page.cursor }, true);
      return false;
    }
    for (const { seq, event } of page.events) {
      positions.set(name, seq);
      await tell({ type: 'topic', topic: name, seq, event }, true);
    }
    return page.more;
  }

  /** Everything new of these topics, a page of each in turn: a long one does not keep the others waiting. */
  async function tellNew(topics: ReadonlySet<TopicName>): Promise<void> {
    for (let left = [...topics]; left.length > 0 && !stream.aborted;) {
      const more: TopicName[] = [];
      for (const name of left) {
        const after = positions.get(name);
        if (after === undefined) continue;
        if (name === 'owner' ? await tellOwner(after) : await tellTopic(name, after)) more.push(name);
      }
      left = more;
    }
  }

  return { tell, tellNew };
}
