import { AGENT_LIMITS, type EventPageResponse } from '@slipway/agent';
import { type Db, getAgentSession, listAgentMessages, readAgentEvents } from '@slipway/db';
import { Hono } from 'hono';
import type { SSEStreamingApi } from 'hono/streaming';
import type { Logger } from 'pino';
import { fail } from '../http/api-error.ts';
import { eventStream } from '../http/event-stream.ts';
import type { UserEnv } from '../http/server-env.ts';
import { type Quotas, quotaExceeded } from '../quotas/quotas.ts';
import type { SessionHub, SessionSubscription } from './session-hub.ts';
import { toNumberedEvent } from './session-view.ts';
import { noSession, SESSION_PATH } from './sessions-route.ts';

/** A comment line this often keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;

/** More than a page with pieces has: what ends such a page is its bytes. */
const WHOLE_PAGE = 2500;

/**
 * `eventsDb` is the streams' pool: a stream must not take a connection from requests. `quotas` counts it among the
 * owner's streams.
 */
export interface SessionEventNeeds {
  readonly eventsDb: Db;
  readonly agent: { readonly sessions: SessionHub };
  readonly quotas: Quotas;
  readonly log: Logger;
}

/** All three are looked for together: a session of somebody else's, or of another project, is missing. */
interface LogPlace {
  readonly ownerId: string;
  readonly projectId: string;
  readonly sessionId: string;
}

/**
 * GET …/events?after=N — the log of a session behind a number (AG-13): a page in JSON, or for who accepts
 * `text/event-stream` all of it and what comes. Each subscriber reads the table at its own pace: one that is slow loses
 * nothing, and nobody waits for it. Its end is no cancel (AG-10).
 */
export const sessionEventsRoute = ({ eventsDb: db, agent: { sessions }, quotas, log }: SessionEventNeeds) =>
  new Hono<UserEnv>().get(`${SESSION_PATH}/events`, async (c) => {
    const { projectId, sessionId } = c.req.param();
    const place: LogPlace = { ownerId: c.var.owner, projectId, sessionId };
    const asked = c.req.header('last-event-id') ?? c.req.query('after') ?? '0';
    if (!/^\d{1,15}$/.test(asked))
      return fail(c, 'VALIDATION_ERROR', 'Invalid input', [{ field: 'after', message: 'is no number of an event' }]);
    const session = await getAgentSession(db, place.ownerId, projectId, sessionId);
    if (!session) return noSession(c);
    const pieces = c.req.query('pieces') !== 'no';
    if (!/text\/event-stream/.test(c.req.header('accept') ?? '')) {
      const { events } = await readAgentEvents(db, place.ownerId, sessionId, {
        after: Number(asked),
        // Without its pieces a log is read to be shown whole.
        limit: pieces ? AGENT_LIMITS.page : WHOLE_PAGE,
        pieces,
      });
      // Read behind the events: what was taken up in between is in neither, and comes by the stream.
      const waiting = await listAgentMessages(db, place.ownerId, sessionId);
      const { status, lastSeq } = session;
      return c.json({ status, lastSeq, events: events.map(toNumberedEvent), waiting } satisfies EventPageResponse);
    }
    const limit = await quotas.limitOf(place.ownerId, 'streams');
    const leave = quotas.streams.take(place.ownerId, limit);
    if (!leave) {
      c.header('Retry-After', '10');
      return quotaExceeded(c, 'streams', limit);
    }
    c.header('Cache-Control', 'no-store, no-transform');
    c.header('X-Accel-Buffering', 'no');
    return eventStream(
      c,
      async (stream) => {
        const subscription = sessions.subscribe(sessionId);
        stream.onAbort(() => subscription.close());
        try {
          await follow(stream, subscription, { db, place, after: Number(asked) });
        } finally {
          subscription.close();
          leave();
        }
      },
      (error) => log.error({ err: error, requestId: c.env.requestId }, 'event stream of a session failed'),
    );
  });

/** Sends what there is and what comes, until the session is gone, or who asked. */
async function follow(
  stream: SSEStreamingApi,
  subscription: SessionSubscription,
  { db, place, after }: { db: Db; place: LogPlace; after: number },
): Promise<void> {
  let beatAt = performance.now();
  let sent = after;
  // At once, so that who follows knows that it is heard.
  await stream.write(': \n\n');
  do {
    for (let more = true; more;) {
      const from = sent;
      const page = await subscription.share(String(from), () => readFrames(db, place, from));
      if (page.frames.length > 0) await stream.write(page.frames);
      ({ more, last: sent } = page);
    }
    if (performance.now() - beatAt > HEARTBEAT_MS) {
      if (!(await getAgentSession(db, place.ownerId, place.projectId, place.sessionId))) return;
      await stream.write(': \n\n');
      beatAt = performance.now();
    }
  } while ((await subscription.next()) === 'look');
}

/** A page as it is sent, in bytes: it is made once for all who read it. What is stored is JSON of one line. */
async function readFrames(
  db: Db,
  { ownerId, sessionId }: LogPlace,
  after: number,
): Promise<{ frames: Uint8Array; last: number; more: boolean }> {
  const { events, more } = await readAgentEvents(db, ownerId, sessionId, { after, limit: AGENT_LIMITS.page });
  const frames = events.map(
    ({ seq, at, type, event }) => `event: ${type}\ndata: {"seq":${seq},"at":${at},"event":${event}}\nid: ${seq}\n\n`,
  );
  return { frames: new TextEncoder().encode(frames.join('')), last: events.at(-1)?.seq ?? after, more };
}
