/**
 * When work that follows changes is due: soon after the last change, and never
 * later than a bound after the first change that is not taken along yet.
 *
 *            ┌──────change──────┐
 *            ▼                  │
 *   idle ─change─▶ waiting ─start─▶ working ─done─▶ idle, or waiting when something changed meanwhile
 *                     ▲             │    ▲
 *                     │           failed └──start── (the retry, or somebody who asks for it)
 *                     │             ▼
 *                     └──────    failed   (a change alters nothing: the retry takes it along)
 *
 * Time comes in with the events: nothing here looks at a clock.
 */
export type PaceState =
  | { readonly name: 'idle' }
  | ({ readonly name: 'waiting' } & Changes)
  | { readonly name: 'working'; readonly later: Changes | undefined }
  | { readonly name: 'failed'; readonly error: unknown; readonly retryAtMs: number | undefined };

/** The first and the last of the changes that no work has taken along. */
export interface Changes {
  readonly firstMs: number;
  readonly lastMs: number;
}

/** `nowMs` of any clock that never goes back, the same one for all. */
export type PaceEvent =
  | { readonly type: 'change'; readonly nowMs: number }
  | { readonly type: 'start' }
  | { readonly type: 'done' }
  /** Without `retryAtMs` it stays failed until somebody starts it. */
  | { readonly type: 'failed'; readonly error: unknown; readonly retryAtMs: number | undefined };

/** `quietMs` is the smaller one: without `mostMs`, who never stops typing would never be saved. */
export interface PaceLimits {
  /** Work starts when nothing has changed for this long. */
  readonly quietMs: number;
  /** Work starts at the latest this long after the first change. */
  readonly mostMs: number;
}

/** Next state, or `undefined` where the event has no meaning here. Pure. */
export function nextPace(state: PaceState, event: PaceEvent): PaceState | undefined {
  switch (event.type) {
    case 'change':
      if (state.name === 'failed') return undefined;
      if (state.name === 'working') return { name: 'working', later: extended(state.later, event.nowMs) };
      return { name: 'waiting', ...extended(state.name === 'waiting' ? state : undefined, event.nowMs) };
    case 'start':
      return state.name === 'waiting' || state.name === 'failed' ? { name: 'working', later: undefined } : undefined;
    case 'done':
      if (state.name !== 'working') return undefined;
      return state.later === undefined ? { name: 'idle' } : { name: 'waiting', ...state.later };
    case 'failed':
      return state.name === 'working' ? { name: 'failed', error: event.error, retryAtMs: event.retryAtMs } : undefined;
  }
}

/** When the next work is due; `undefined` where nothing is to be waited for. */
export function dueAtMs(state: PaceState, limits: PaceLimits): number | undefined {
  if (state.name === 'failed') return state.retryAtMs;
  if (state.name !== 'waiting') return undefined;
  return Math.min(state.lastMs + limits.quietMs, state.firstMs + limits.mostMs);
}

function extended(changes: Changes | undefined, nowMs: number): Changes {
  return { firstMs: changes?.firstMs ?? nowMs, lastMs: nowMs };
}
