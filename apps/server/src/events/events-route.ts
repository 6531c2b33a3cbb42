import type { Logger } from 'pino';
import type { EventHub } from './event-hub.ts';
import { type Db, expandEvent, getEventCursor, getSessionUser, isAccessTokenAlive, readEvents } from '@slipway/db';
import type { Access } from '../http/access.ts';
import type { ServerEvent } from '@slipway/contracts';
import { type Quotas, quotaExceeded } from '../quotas/quotas.ts';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { UserEnv } from '../http/server-env.ts';

/** A comment line this often keeps proxies from closing a quiet stream. */
const HEARTBEAT_MS = 15_000;

/** What the route of events is built from. */
export interface EventNeeds {
  eventsDb: Db;
  events: EventHub;
  quotas: Quotas;
  log: Logger;
}

/**
 * GET /events — the owner's event stream (P-23). It goes on behind the number in
 * `Last-Event-ID`; without one, from now. All it sends was read from the table,
 * in the order of the table, so a server restart makes no difference to it.
 */
export const eventsRoute = ({ eventsDb: db, events, quotas, log }: EventNeeds) =>
  new Hono<UserEnv>().get('/events', async (c) => {
    const { owner, access } = c.var;
    const limit = await quotas.limitOf(owner, 'streams');
    const lastId = c.req.header('last-event-id');
    const resumed = lastId !== undefined && /^\d{1,15}$/.test(lastId) ? Number(lastId) : undefined;
    // Before the answer begins: what happens once a client has its headers is behind this number.
    const start = resumed ?? (await getEventCursor(db, owner));
    const leave = quotas.streams.take(owner, limit);
    if (!leave) {
      c.header('Retry-After', '10');
      return quotaExceeded(c, 'streams', limit);
    }
    // Without it a proxy may hold the stream back to compress it.
    c.header('Cache-Control', 'no-store, no-transform');
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(
      c,
      async (stream) => {
        const subscription = events.subscribe(owner);
        stream.onAbort(() => subscription.close());
        const send = (seq: number | undefined, event: ServerEvent) =>
          stream.writeSSE({
            ...(seq === undefined ? {} : { id: String(seq) }),
            event: event.type,
            data: JSON.stringify(event),
          });
        try {
          let after = start;
          await send(after, { type: 'hello' });
          let beatAt = performance.now();
          do {
            after = await sendNew(after);
            if (performance.now() - beatAt > HEARTBEAT_MS) {
              // A sign-out ends the stream too, and so does the end of a token.
              if (!(await isAlive(db, access))) break;
              await stream.write(': \n\n');
              beatAt = performance.now();
            }
          } while ((await subscription.next()) === 'look');
        } finally {
          subscription.close();
          leave();
        }

        /** Sends everything behind `after` and returns the number of the last event sent. */
        async function sendNew(after: number): Promise<number> {
          for (;;) {
            const read = await readEvents(db, owner, after);
            if (read.outcome === 'too-old') {
              await send(read.cursor, { type: 'reset' });
              return read.cursor;
            }
            if (read.events.length === 0) return after;
            for (const stored of read.events) {
              let piece: ServerEvent | undefined;
              // Only its last piece carries the number: who is cut off in between gets the whole event again.
              for await (const next of expandEvent(db, owner, stored)) {
                if (piece) await send(undefined, piece);
                piece = next;
              }
              if (piece) await send(stored.seq, piece);
              after = stored.seq;
            }
          }
        }
      },
      async (error) => log.error({ err: error, requestId: c.env.requestId }, 'event stream failed'),
    );
  });

async function isAlive(db: Db, access: Access): Promise<boolean> {
  if (access.kind === 'token') return await isAccessTokenAlive(db, access.tokenId);
  return (await getSessionUser(db, access.familyId)) !== undefined;
}
