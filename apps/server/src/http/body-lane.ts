import { createMiddleware } from 'hono/factory';
import { type LargeBody, largeBodyOf } from './body-limit.ts';
import { createLanes, type Lanes } from './lanes.ts';
import type { UserEnv } from './server-env.ts';
import { inWriteLane } from './write-lanes.ts';

/** What says that it is no longer than this waits for nobody: the saves of people who type. */
const SMALL_BYTES = 256 * 1024;

/**
 * A large body is in memory while it comes and until it is stored, and to store it takes a connection. So an owner
 * sends a few at once, as the IDE does, and all owners together no more than memory has room for (SV-04).
 */
export const createBodyLanes = (): Lanes =>
  createLanes({ key: { atOnce: 4, waiting: 200 }, all: { atOnce: 32, waiting: 1000 } });

/** Stands before the routes of these bodies; they read, and write, while they have a place. */
export const bodyLane = (lanes: Lanes, bodies: readonly LargeBody[]) =>
  createMiddleware<UserEnv>(async (c, next) => {
    const length = c.req.header('content-length');
    const small = length !== undefined && Number(length) <= SMALL_BYTES;
    if (small || largeBodyOf(c, bodies) === undefined) return next();
    return await inWriteLane(c, lanes, async () => {
      await next();
      return c.res;
    });
  });
