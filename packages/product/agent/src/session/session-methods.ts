import { id, secretText } from '@slipway/contracts';
import * as z from 'zod';
import { AGENT_LIMITS, answer } from './session-events.ts';

const words = secretText.trim().min(1).max(AGENT_LIMITS.inputChars);

/**
 * What a client asks of a session (AG-02). `GetHistory` gives a page
 * behind `after`. `Queue` is said into a run that goes on, or begins one. `Rewind` takes a run
 * and all behind it out of the conversation; files are another matter.
 */
export const sessionMethod = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('Run'), input: words }),
  z.strictObject({ type: z.literal('Resume'), answer: answer.optional() }),
  z.strictObject({ type: z.literal('Cancel') }),
  z.strictObject({ type: z.literal('GetHistory'), after: z.int().nonnegative().optional() }),
  z.strictObject({ type: z.literal('Queue'), input: words }),
  z.strictObject({ type: z.literal('Rewind'), runId: id }),
]);
export type SessionMethod = z.infer<typeof sessionMethod>;
