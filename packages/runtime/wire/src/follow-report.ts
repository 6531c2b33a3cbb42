/** What a page in the preview frame tells the IDE that follows it (`follow.ts`). */
import * as z from 'zod';
import { MAX_READ_TEXT } from './follow.ts';

/** Parsed by the IDE: the page is the user's program, which can post what it likes. */
export const followReport = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('location'),
    path: z.string().startsWith('/').max(8192),
    canGoBack: z.boolean(),
    canGoForward: z.boolean(),
  }),
  /** There is something to be seen. */
  z.object({ type: z.literal('painted') }),
  z.object({ type: z.literal('text'), id: z.int().nonnegative(), text: z.string().max(MAX_READ_TEXT).nullable() }),
]);
/** `text` null: there is nothing to read, or the page gave none up. */
export type FollowReport = z.infer<typeof followReport>;
