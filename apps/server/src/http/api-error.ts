import { type ErrorCode, type ErrorEnvelope, errorStatuses } from '@slipway/contracts';
import { isDatabaseAway } from '@slipway/db';
import type { Context, ErrorHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Logger } from 'pino';
import { LaneFullError } from './lanes.ts';
import type { ServerEnv } from './server-env.ts';

/** An answer in the one error envelope (AU-06). The status follows from the code. */
export function fail(c: Context, code: ErrorCode, message: string, details?: unknown): Response {
  const body: ErrorEnvelope = details === undefined ? { code, message } : { code, message, details };
  return c.json(body, errorStatuses[code]);
}

/** What another service said, in the envelope (AU-05): its status, code and message, and nothing else of it. */
export function failAs(c: Context, said: { status: number; code: string; message: string }): Response {
  const status = said.status >= 400 && said.status <= 599 ? said.status : 502;
  return c.json({ code: said.code, message: said.message } satisfies ErrorEnvelope, status as ContentfulStatusCode);
}

/**
 * The last stop of whatever was thrown: a bug, a database that is away, or Hono's
 * own refusal of a request. What it says, SQL with other people's values perhaps,
 * is for the log; the answer has a fixed text and the id to find it by (SV-11).
 */
export function onError(log: Logger, showText: boolean): ErrorHandler<ServerEnv> {
  return (error, c) => {
    if (error instanceof HTTPException && error.status < 500) {
      return c.json(
        { code: 'VALIDATION_ERROR', message: error.message } satisfies ErrorEnvelope,
        error.status as ContentfulStatusCode,
      );
    }
    const { requestId } = c.env;
    log.error({ err: error, requestId, method: c.req.method, path: redactPath(c.req.path) }, 'request failed');
    if (isDatabaseAway(error) || error instanceof LaneFullError) {
      c.header('Retry-After', '2');
      return fail(c, 'SERVICE_UNAVAILABLE', 'The server is busy: try again in a moment', { requestId });
    }
    return fail(c, 'INTERNAL_ERROR', showText ? error.message : 'Internal server error', { requestId });
  };
}

/** A token of a site or of a share is a key to it: it does not go into a log. */
export function redactPath(path: string): string {
  return path.replace(/^\/([ps])\/[^/]+/, '/$1/…');
}
