import * as z from 'zod';

/** A lower-case DNS label without `--`, which separates port and id in preview hosts. */
export const hostLabel = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[a-z0-9](?:-?[a-z0-9])*$/, 'a lower-case host label');
