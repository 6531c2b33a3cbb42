import type { FieldError } from '@slipway/contracts';
import type { Env, MiddlewareHandler } from 'hono';
import type * as z from 'zod';
import { fail } from './api-error.ts';
import { DEFAULT_BODY_BYTES, readBody } from './body-limit.ts';

type JsonInput<S extends z.ZodType> = { in: { json: z.input<S> }; out: { json: z.output<S> } };

/**
 * Validates a JSON body, or answers 400 with one entry for each field (AU-01). A route with more
 * than the default names its limit.
 */
export function jsonBody<S extends z.ZodType>(
  schema: S,
  limitBytes = DEFAULT_BODY_BYTES,
): MiddlewareHandler<Env, string, JsonInput<S>> {
  const middleware: MiddlewareHandler<Env, string, JsonInput<S>> = async (c, next) => {
    if (!/^application\/json(;|$)/i.test(c.req.header('content-type') ?? ''))
      return fail(c, 'VALIDATION_ERROR', 'Content-Type must be application/json');
    const body = await readBody(c, limitBytes);
    if (body.outcome === 'refused') return body.answer;
    const parsed = parseJson(body.bytes);
    if (parsed.outcome === 'malformed') return fail(c, 'VALIDATION_ERROR', 'The body is not JSON in UTF-8');
    const result = schema.safeParse(parsed.value);
    if (!result.success) {
      const details: FieldError[] = result.error.issues.map((issue) => ({
        field: issue.path.join('.'),
        message: issue.message,
      }));
      return fail(c, 'VALIDATION_ERROR', 'Invalid input', details.slice(0, DETAIL_LIMIT));
    }
    c.req.addValidatedData('json', result.data as object);
    await next();
    return undefined;
  };
  bodySchemas.set(middleware, schema);
  return middleware;
}

/** What each body that is validated here must be, for the description of the API. */
const bodySchemas = new WeakMap<object, z.ZodType>();

/** The schema of the body that this handler of a route validates, if it is such a handler. */
export function bodySchemaOf(handler: object): z.ZodType | undefined {
  return bodySchemas.get(handler);
}

/** A tree of wrong entries must not make an answer as large as itself. */
const DETAIL_LIMIT = 100;

function parseJson(bytes: Uint8Array): { outcome: 'parsed'; value: unknown } | { outcome: 'malformed' } {
  try {
    return { outcome: 'parsed', value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return { outcome: 'malformed' };
    throw error;
  }
}

/** For route patterns: an id that is no UUID is no such thing, and never reaches the database. */
export const UUID_PATTERN = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/**
 * A snapshot in a path. A group: without it `^a|b$` would be what a router asks, which any path that begins with an id
 * answers to.
 */
export const SNAPSHOT_PATTERN = `(?:${UUID_PATTERN}|latest)`;
