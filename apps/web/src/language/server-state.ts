/**
 * The life of one language server.
 *
 *   off ──needed──▶ fetching ──fetched──▶ starting ──ready──▶ ready
 *                      │                     │                  │
 *                      └──────── died ───────┴──────────────────┘
 *                                 ▼
 *         resting ──rested──▶ fetching          given-up, after the fourth death within three minutes
 *
 * `restarted` leads from anywhere to `fetching`, and forgets the deaths. What is there already is fetched at once.
 */
export type ServerState =
  | { readonly name: 'off' }
  | { readonly name: 'fetching'; readonly deaths: readonly number[] }
  | { readonly name: 'starting'; readonly deaths: readonly number[] }
  | { readonly name: 'ready'; readonly deaths: readonly number[] }
  | { readonly name: 'resting'; readonly deaths: readonly number[]; readonly why: string }
  | { readonly name: 'given-up'; readonly why: string };

/** What happens to a language server; times in milliseconds of any one clock. */
export type ServerEvent =
  | { readonly type: 'needed' | 'fetched' | 'ready' | 'rested' | 'restarted' }
  | { readonly type: 'died'; readonly why: string; readonly atMs: number };

/** Deaths further apart do not count together. */
export const DEATHS_WITHIN_MS = 180_000;
/** The death after which nobody starts it again unasked. */
export const MOST_DEATHS = 4;

/** Next state, or `undefined` where the event has no meaning here. Pure. */
export function nextServerState(state: ServerState, event: ServerEvent): ServerState | undefined {
  switch (event.type) {
    case 'needed':
      return state.name === 'off' ? { name: 'fetching', deaths: [] } : undefined;
    case 'fetched':
      return state.name === 'fetching' ? { ...state, name: 'starting' } : undefined;
    case 'ready':
      return state.name === 'starting' ? { ...state, name: 'ready' } : undefined;
    case 'rested':
      return state.name === 'resting' ? { name: 'fetching', deaths: state.deaths } : undefined;
    case 'restarted':
      return { name: 'fetching', deaths: [] };
    case 'died': {
      if (state.name !== 'fetching' && state.name !== 'starting' && state.name !== 'ready') return undefined;
      const { why, atMs } = event;
      const deaths = [...state.deaths.filter((at) => atMs - at < DEATHS_WITHIN_MS), atMs];
      return deaths.length >= MOST_DEATHS ? { name: 'given-up', why } : { name: 'resting', deaths, why };
    }
  }
}

/** How long a server rests after so many deaths, in milliseconds: 1 s, 2 s, 4 s. */
export const restMs = (deaths: number): number => 500 * 2 ** deaths;

/** What it does, for people; undefined where there is nothing to say. */
export function serverText(title: string, state: ServerState): string | undefined {
  switch (state.name) {
    case 'off':
      return undefined;
    case 'fetching':
      return `${title}: fetching the language server…`;
    case 'starting':
      return `${title}: starting…`;
    case 'ready':
      return `${title}: ready`;
    case 'resting':
      return `${title}: starting again (${state.why})`;
    case 'given-up':
      return `${title}: ended (${state.why})`;
  }
}
