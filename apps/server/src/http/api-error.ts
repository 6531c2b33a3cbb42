import { type ErrorCode, type ErrorEnvelope, errorStatuses } from '@slipway/contracts';
import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';

/** An answer in the one error envelope (AU-06). The status follows from the code. */
export function fail(c: Context, code: ErrorCode, message: string, details?: unknown): Response {
  const body: ErrorEnvelope = details === undefined ? { code, message } : { code, message, details };
  return c.json(body, errorStatuses[code]);
}

/** The last stop of whatever was thrown: a bug, or Hono's own refusal of a request. */
export function onError(log: Logger, production: boolean): ErrorHandler {
  return (error, c) => {
    if (error instanceof HTTPException && error.status < 500) {
      return c.json({ code: 'VALIDATION_ERROR', message: error.message } satisfies ErrorEnvelope, error.status as ContentfulStatusCode);
    }
    log.error({ err: error, method: c.req.method, path: redactPath(c.req.path) }, 'request failed');
    return fail(c, 'INTERNAL_ERROR', production ? 'Internal server error' : error.message);
  };
}

/** A publish token is a key to the site: it does not go into a log. */
export function redactPath(path: string): string {
  return path.replace(/^\/p\/[^/]+/, '/p/…');
}
