import * as z from 'zod';

/** Somebody who looks at a live preview, as its owner sees them (UX-21). */
export const liveViewer = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  /** When they came, in ms by the server's clock. */
  sinceMs: z.number(),
  /** The browser's User-Agent, which may say anything. */
  agent: z.string(),
  requests: z.int().nonnegative(),
});
/** `id` is random and stands for one browser: no address and no name of a person is told. */
export type LiveViewer = z.infer<typeof liveViewer>;

/**
 * Text messages of a tunnel, from the server. Binary ones are for the program behind the
 * tab (`apps/server/src/live/stream-mux.ts`).
 */
export const liveServerMessage = z.strictObject({ type: z.literal('viewers'), viewers: z.array(liveViewer).max(100) });
/** Every viewer each time, not the difference: a lost message heals with the next one. */
export type LiveServerMessage = z.infer<typeof liveServerMessage>;

/** The only one that a tab sends as text; all else is binary. */
export const liveTabMessage = z.strictObject({ type: z.literal('end-viewer'), viewerId: z.string().max(64) });
/** The owner sends somebody away; that viewer's connections end at once. */
export type LiveTabMessage = z.infer<typeof liveTabMessage>;

/** Path of a tunnel's WebSocket on the app's origin; the ticket is its second subprotocol. */
export const LIVE_PATH = /^\/api\/v1\/live\/([0-9a-f-]{36})$/;
/** Its first one. */
export const LIVE_PROTOCOL = 'slipway-live';
/** The longest that a live preview's link lives. */
export const LIVE_HOURS = 8;
