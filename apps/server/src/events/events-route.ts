import { getEventCursor, getSessionUser, readEvents } from '@slipway/db';
import type { ServerEvent } from '@slipway/contracts';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Services, UserEnv } from '../http/server-env.ts';

/** A comment line this often keeps proxies from closing a quiet stream. */
const heartbeatMs = 15_000;

/**
 * GET /events — the owner's event stream (P-23). It goes on behind the number in
 * `Last-Event-ID`; without one, from now. All it sends was read from the table,
 * in the order of the table, so a server restart makes no difference to it.
 */
export const eventsRoute = ({ db, events, log }: Services) =>
  new Hono<UserEnv>().get('/events', (c) => {
    const { owner, familyId } = c.var;
    const lastId = c.req.header('last-event-id');
    // Without it a proxy may hold the stream back to compress it.
    c.header('Cache-Control', 'no-store, no-transform');
    c.header('X-Accel-Buffering', 'no');
    return streamSSE(
      c,
      async (stream) => {
        const subscription = events.subscribe(owner);
        stream.onAbort(() => subscription.close());
        const send = (seq: number, event: ServerEvent) => stream.writeSSE({ id: String(seq), event: event.type, data: JSON.stringify(event) });
        try {
          const resumed = lastId !== undefined && /^\d{1,15}$/.test(lastId) ? Number(lastId) : undefined;
          let after = resumed ?? (await getEventCursor(db, owner));
          await send(after, { type: 'hello' });
          let beatAt = performance.now();
          do {
            after = await sendNew(after);
            if (performance.now() - beatAt > heartbeatMs) {
              // A sign-out ends the stream too.
              if (!(await getSessionUser(db, familyId))) break;
              await stream.write(': \n\n');
              beatAt = performance.now();
            }
          } while ((await subscription.next()) === 'look');
        } finally {
          subscription.close();
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
            for (const { seq, event } of read.events) {
              await send(seq, event);
              after = seq;
            }
          }
        }
      },
      async (error) => log.error({ err: error }, 'event stream failed'),
    );
  });
