/**
 * The page in the preview's frame, as far as the IDE knows it.
 *
 *   away ──address──▶ waiting ──page speaks──▶ loading ──painted──▶ shown
 *                        ▲  └─────────loaded, and nobody spoke───────▶┘ │
 *                        └───────another page speaks or starts──────────┘
 *
 * `waiting`: the port is open and the frame has been sent there. A page that never speaks (a
 * picture, a text) is shown when its frame is loaded; the page that connects the preview says
 * that it is `starting`, so that its own load is none.
 */
export type PageState =
  | { readonly name: 'away' }
  | { readonly name: 'waiting'; readonly starting: boolean }
  | { readonly name: 'loading' }
  | { readonly name: 'shown' };

/** In their usual order; `taken` is the end, from which only `sent` leads back. */
export type PageEvent = 'sent' | 'starting' | 'spoke' | 'painted' | 'loaded' | 'taken';

/** The next state. Pure; an event without meaning changes nothing. */
export function nextPageState(state: PageState, event: PageEvent): PageState {
  if (event === 'taken') return { name: 'away' };
  if (event === 'sent') return { name: 'waiting', starting: false };
  if (state.name === 'away') return state;
  switch (event) {
    case 'starting':
      return { name: 'waiting', starting: true };
    case 'spoke':
      return { name: 'loading' };
    case 'painted':
      return state.name === 'loading' ? { name: 'shown' } : state;
    case 'loaded':
      return state.name === 'waiting' && !state.starting ? { name: 'shown' } : state;
  }
}
