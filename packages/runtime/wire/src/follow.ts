/**
 * How the IDE follows the page in its preview frame. The page announces itself to the
 * window that frames it; the IDE answers with a `FOLLOW_TYPE` message and a port, on which both
 * go on. A page speaks to the app's own origin alone, since it would else hand its address and
 * texts to any page that frames it. Apart from the schemas: it goes into every preview.
 */

/** To the framing window, by the first script of a page. Says nothing else. */
export const ANNOUNCE_TYPE = 'slipway:page';
/** To the framing window, by the page that connects a preview: another one follows at the same address. */
export const STARTING_TYPE = 'slipway:starting';
/** The IDE's answer, with the port over which both talk from then on. */
export const FOLLOW_TYPE = 'slipway:follow';

/** Bytes of a script that a page reads for the IDE; of a longer one it says `null`. */
export const MAX_READ_TEXT = 4 * 1024 * 1024;

/** What the IDE may ask of a page. `read` is answered by a `text` of the same id. */
export type FollowRequest =
  | { readonly type: 'back' | 'forward' | 'reload' }
  | { readonly type: 'read'; readonly id: number; readonly path: string };
