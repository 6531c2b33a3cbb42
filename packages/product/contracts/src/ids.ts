import * as z from 'zod';

/** Row ids are UUIDs; the ones that become host labels are `hostLabel`s. */
export const id = z.uuid();

/** A lower-case DNS label without `--`, which separates port and id in preview hosts. */
export const hostLabel = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[a-z0-9](?:-?[a-z0-9])*$/, 'a lower-case host label');

export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a lower-case SHA-256 in hex');

/** UTC microseconds from the database's clock (P-17). Below 2^53 until the year 2255, so a number is exact. */
export const micros = z.int().nonnegative();

export type Sha256 = z.infer<typeof sha256>;
export type Micros = z.infer<typeof micros>;
