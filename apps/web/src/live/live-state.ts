import type { LiveViewer } from '@slipway/contracts';

/**
 * A live preview that this tab serves.
 *
 *   connecting ──line is open──▶ open ──line is lost──▶ connecting ──…
 *        └──────────taken back, expired, another tab, stopped──────────▶ ended
 */
export type LiveState =
  | { readonly name: 'connecting'; readonly tries: number }
  | { readonly name: 'open'; readonly viewers: readonly LiveViewer[] }
  | { readonly name: 'ended'; readonly why: string };

/** What happens to it. `lost` has the close code of the WebSocket, 1006 where nobody said one. */
export type LiveEvent =
  | { readonly type: 'opened' }
  | { readonly type: 'viewers'; readonly viewers: readonly LiveViewer[] }
  | { readonly type: 'lost'; readonly code: number; readonly reason: string }
  | { readonly type: 'stopped' };

/** The server's own codes begin here, and none of them is worth another try. */
const FINAL_CODES = 4400;
/** The line is refused for a reason that does not pass, such as a link that has ended. */
const MOST_TRIES = 10;

/** The next state; undefined where the event has no meaning. Pure. */
export function nextLiveState(state: LiveState, event: LiveEvent): LiveState | undefined {
  if (state.name === 'ended') return undefined;
  switch (event.type) {
    case 'opened':
      return { name: 'open', viewers: [] };
    case 'viewers':
      return state.name === 'open' ? { name: 'open', viewers: event.viewers } : undefined;
    case 'stopped':
      return { name: 'ended', why: 'It was ended here' };
    case 'lost': {
      if (event.code >= FINAL_CODES) return { name: 'ended', why: event.reason };
      const tries = state.name === 'connecting' ? state.tries + 1 : 1;
      if (tries > MOST_TRIES) return { name: 'ended', why: 'The server does not take it: make another link' };
      return { name: 'connecting', tries };
    }
  }
}
