/** What a preview tells the embedder: `on('preview-message')`. The client drops any other `type`. */
import * as z from 'zod';

const base = {
  previewId: z.string().max(200),
  port: z.int().min(1).max(65_535),
  pathname: z.string().max(8192),
  search: z.string().max(8192),
  hash: z.string().max(8192),
};

/** The three that the client knows; sizes of addresses are bounded, since a user's page writes them. */
export const previewMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('PREVIEW_UNCAUGHT_EXCEPTION'),
    message: z.string(),
    stack: z.string().optional(),
    ...base,
  }),
  z.object({
    type: z.literal('PREVIEW_UNHANDLED_REJECTION'),
    message: z.string(),
    stack: z.string().optional(),
    ...base,
  }),
  z.object({ type: z.literal('PREVIEW_CONSOLE_ERROR'), args: z.array(z.unknown()), stack: z.string(), ...base }),
]);
/** `previewId` is one for each loaded page: two tabs on one port have different ones. */
export type PreviewMessage = z.output<typeof previewMessage>;
