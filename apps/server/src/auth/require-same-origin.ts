import { createMiddleware } from 'hono/factory';
import { fail } from '../http/api-error.ts';
import type { ServerEnv } from '../http/server-env.ts';

/**
 * Lets through what the app's own page sent, and nothing else: the exact Origin
 * and `Sec-Fetch-Site: same-origin`, both of which a page cannot set itself. A
 * preview is the same *site* as the app, so SameSite cookies alone protect
 * nothing (AU-09). JSON, because a form cannot send it.
 */
export const requireSameOrigin = (appOrigin: string) =>
  createMiddleware<ServerEnv>(async (c, next) => {
    const sameOrigin = c.req.header('origin') === appOrigin && c.req.header('sec-fetch-site') === 'same-origin';
    if (!sameOrigin) return fail(c, 'ORIGIN_REFUSED', 'This may only be called by the app itself');
    if (!/^application\/json(;|$)/i.test(c.req.header('content-type') ?? ''))
      return fail(c, 'VALIDATION_ERROR', 'Content-Type must be application/json');
    await next();
  });
