/** Between the app and a project’s `/storage` page, which it frames: by messages of their windows. */
import * as z from 'zod';

const type = z.literal('slipway:storage');

/** Delete what this origin keeps; or keep what a container boots from, so that it does without a server. */
export const storageRequest = z.strictObject({ type, do: z.enum(['clear', 'offline']) });
/** Posted to the frame's own origin; the page answers its parent alone. */
export type StorageRequest = z.infer<typeof storageRequest>;

/** `ready` comes unasked, once: requests from then on are answered. */
export const storageAnswer = z.discriminatedUnion('state', [
  z.strictObject({ type, state: z.literal('ready'), bytes: z.number().nonnegative() }),
  z.strictObject({ type, state: z.literal('cleared') }),
  z.strictObject({ type, state: z.literal('offline') }),
  z.strictObject({ type, state: z.literal('failed'), message: z.string() }),
]);
/** `bytes` is what the browser says of the whole origin, an estimate. */
export type StorageAnswer = z.infer<typeof storageAnswer>;
