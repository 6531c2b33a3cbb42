import type { FieldError } from '@slipway/contracts';
import { validator } from 'hono/validator';
import type * as z from 'zod';
import { fail } from './api-error.ts';

/** Validates a JSON body, or answers 400 with one entry for each field (AU-01). */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return validator('json', (body, c) => {
    const result = schema.safeParse(body);
    if (result.success) return result.data as z.output<S>;
    const details: FieldError[] = result.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
    return fail(c, 'VALIDATION_ERROR', 'Invalid input', details);
  });
}

/** For route patterns: an id that is no UUID is no such thing, and never reaches the database. */
export const uuidPattern = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
