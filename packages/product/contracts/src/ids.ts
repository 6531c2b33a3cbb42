import * as z from 'zod';

/** Row ids are UUIDs; the ones that become host labels are `hostLabel`s. */
export const id = z.uuid();

/** Of a blob's bytes. One form alone, so that hashes may be compared as text. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a lower-case SHA-256 in hex');

/** A SHA-1: repositories with SHA-256 are none of ours. */
export const oid = z.string().regex(/^[0-9a-f]{40}$/, 'a lower-case SHA-1 in hex');

/** UTC microseconds from the database's clock (P-17). Below 2^53 until the year 2255, so a number is exact. */
export const micros = z.int().nonnegative();

/** A plain string to TypeScript: nothing but the schema has checked it. */
export type Sha256 = z.infer<typeof sha256>;
/** Not for `Date` as it is, which wants milliseconds. */
export type Micros = z.infer<typeof micros>;
