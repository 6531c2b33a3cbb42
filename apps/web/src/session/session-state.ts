import type { OpenResponse, User } from '@slipway/contracts';

/** A token and whose it is, as every kind of sign-in answers. */
type Entered = NonNullable<OpenResponse['session']>;

/**
 * Whether this browser may talk to the API.
 *
 *   opening ──signed-in──▶ signed-in ──refused──▶ expired
 *    │ │ ▲                  │  ▲ └─ signed-in      │  │
 *    │ │ └─open─ failed     │  └────signed-in──────┘  │
 *    │ └─failed─▶ failed    └──signed-out──┐          │
 *    └──signed-out──▶ signed-out ◀─────────┴──────────┘
 *
 *   opening ──unreached──▶ offline ──signed-in──▶ signed-in, or expired where that is another one or nobody
 *
 * In `expired` the page stays as it is, with all that is not saved, until its
 * user has signed in again: `signed-out` shows the sign-in page in its place.
 * In `offline` nobody could be asked, and it is who was here the last time.
 */
export type SessionState =
  | { readonly name: 'opening' }
  | { readonly name: 'signed-in'; readonly user: User; readonly accessToken: string; readonly expiresAtMs: number }
  | { readonly name: 'expired'; readonly user: User }
  | { readonly name: 'offline'; readonly user: User }
  | { readonly name: 'signed-out' }
  | { readonly name: 'failed'; readonly message: string };

/** What happens to a session. `refused`: the server does not know it any more, and nobody asked for that. */
export type SessionEvent =
  | { readonly type: 'open' }
  | { readonly type: 'signed-in'; readonly session: Entered; readonly nowMs: number }
  | { readonly type: 'refused' }
  /** Nobody answers; this browser keeps projects of `user`. */
  | { readonly type: 'unreached'; readonly user: User }
  | { readonly type: 'renamed'; readonly user: User }
  | { readonly type: 'signed-out' }
  | { readonly type: 'failed'; readonly message: string };

/** Next state, or `undefined` where the event has no meaning here. Pure. */
export function nextSessionState(state: SessionState, event: SessionEvent): SessionState | undefined {
  switch (event.type) {
    case 'open':
      return state.name === 'failed' ? { name: 'opening' } : undefined;
    case 'signed-in': {
      const { user, accessToken, expiresIn } = event.session;
      // The page shows somebody's work: it goes on for that one alone.
      if (state.name === 'expired' && state.user.id !== user.id) return undefined;
      if (state.name === 'offline' && state.user.id !== user.id) return { name: 'expired', user: state.user };
      return { name: 'signed-in', user, accessToken, expiresAtMs: event.nowMs + expiresIn * 1000 };
    }
    case 'renamed':
      return state.name === 'signed-in' ? { ...state, user: event.user } : undefined;
    case 'refused':
      return state.name === 'signed-in' || state.name === 'offline' ? { name: 'expired', user: state.user } : undefined;
    case 'unreached':
      return state.name === 'opening' ? { name: 'offline', user: event.user } : undefined;
    case 'signed-out':
      return { name: 'signed-out' };
    case 'failed':
      // A signed-in browser stays so: the next request tells.
      return state.name === 'opening' ? { name: 'failed', message: event.message } : undefined;
  }
}
