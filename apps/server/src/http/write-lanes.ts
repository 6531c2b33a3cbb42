import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { fail } from './api-error.ts';
import { createLanes, LaneFullError, type Lanes } from './lanes.ts';
import type { UserEnv } from './server-env.ts';

/**
 * Writes may wait for a row that somebody else holds, with a connection of the pool
 * in hand. So an owner's writes never take more than a few of them, nor all
 * owners' writes all (SV-02): reads, sign-ins and other people's work go on.
 */
export const createWriteLanes = (): Lanes =>
  createLanes({ key: { atOnce: 3, waiting: 100 }, all: { atOnce: 8, waiting: 1000 } });

/** Heartbeats are short and come every second from each open project; they never wait for other writes. */
export const createHolderLanes = (): Lanes =>
  createLanes({ key: { atOnce: 2, waiting: 100 }, all: { atOnce: 4, waiting: 2000 } });

/** Requests that wait for a tab hold memory and a subscription, no connection: nobody queues for that. */
export const createAskerLanes = (): Lanes =>
  createLanes({ key: { atOnce: 16, waiting: 0 }, all: { atOnce: 500, waiting: 0 } });

/** Runs a write in its owner's lane. A body that takes its time is read before. */
export async function inWriteLane(c: Context<UserEnv>, lanes: Lanes, work: () => Promise<Response>): Promise<Response> {
  const refuse = () => {
    c.header('Retry-After', '2');
    return fail(c, 'RATE_LIMITED', 'Too many requests at once: try again in a moment');
  };
  try {
    return (await lanes.run(c.var.owner, work)) ?? refuse();
  } catch (error) {
    if (error instanceof LaneFullError) return refuse();
    throw error;
  }
}

/** Every write of a route whose body was read before it came here; the others call `inWriteLane` themselves. */
export const writeLane = (lanes: Lanes, bodyComesLater: (c: Context) => boolean) =>
  createMiddleware<UserEnv>(async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD' || bodyComesLater(c)) return next();
    return await inWriteLane(c, lanes, async () => {
      await next();
      return c.res;
    });
  });
