import * as z from 'zod';
import type { RemoteCallback } from './comlink.ts';
import { WireError } from './wire-error.ts';

/** At most PATH_MAX of Linux, and no null byte. */
export const path = z
  .string()
  .max(4096)
  .refine((value) => !value.includes('\0'), { error: 'must be a string without null bytes' });

/** A function of the client that was passed through `Comlink.proxy`. */
export const callback = z.custom<RemoteCallback>((value) => typeof value === 'function' && 'release' in value, {
  error: 'must be a function',
});

/** A view of unshared memory: what arrives by message can only be that. */
export const bytes = z.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array, {
  error: 'must be a Uint8Array',
});

/** What is not there arrives as `undefined`; client code also passes `null`. */
export function maybe<T extends z.ZodType>(
  schema: T,
): z.ZodPipe<z.ZodOptional<z.ZodNullable<T>>, z.ZodTransform<z.output<T> | undefined, z.output<T> | null | undefined>> {
  return schema
    .nullable()
    .optional()
    .transform((value) => value ?? undefined);
}

/** Trailing arguments a caller left out, for schemas that are tuples. */
export function padTo(count: number, args: readonly unknown[]): readonly unknown[] {
  return Array.from({ length: count }, (_, index) => args[index]);
}

/** Checks the arguments of one method, ignoring surplus ones; says which one is wrong. */
export function parseArguments<T extends z.ZodTuple>(method: string, schema: T, args: readonly unknown[]): z.output<T> {
  const result = schema.safeParse(padTo(schema._zod.def.items.length, args));
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const where =
    issue === undefined || issue.path.length === 0 ? 'arguments' : `argument ${issue.path.map(String).join('.')}`;
  throw new WireError(`Cannot call ${method}: ${where}: ${issue?.message ?? 'invalid'}`);
}
