import type { SessionResponse, User } from '@slipway/contracts';

/**
 * Whether this browser may talk to the API.
 *
 *   opening ──signed-in──▶ signed-in ──signed-out──▶ signed-out
 *      │  ▲                    │ └─ signed-in (token renewed)
 *      │  └──────open──────────┼── failed ◀──failed── opening
 *      └──signed-out──▶ signed-out ──signed-in──▶ signed-in
 */
export type SessionState =
  | { readonly name: 'opening' }
  | { readonly name: 'signed-in'; readonly user: User; readonly accessToken: string; readonly expiresAtMs: number }
  | { readonly name: 'signed-out' }
  | { readonly name: 'failed'; readonly message: string };

export type SessionEvent =
  | { readonly type: 'open' }
  | { readonly type: 'signed-in'; readonly session: SessionResponse; readonly nowMs: number }
  | { readonly type: 'signed-out' }
  | { readonly type: 'failed'; readonly message: string };

/** Next state, or `undefined` where the event has no meaning here. Pure. */
export function nextSessionState(state: SessionState, event: SessionEvent): SessionState | undefined {
  switch (event.type) {
    case 'open':
      return state.name === 'failed' ? { name: 'opening' } : undefined;
    case 'signed-in': {
      const { user, accessToken, expiresIn } = event.session.data;
      return { name: 'signed-in', user, accessToken, expiresAtMs: event.nowMs + expiresIn * 1000 };
    }
    case 'signed-out':
      return { name: 'signed-out' };
    case 'failed':
      // A signed-in browser stays so: the next request tells.
      return state.name === 'opening' ? { name: 'failed', message: event.message } : undefined;
  }
}
