import type { HolderKind } from '@slipway/contracts';

/**
 * Whether this tab has the project's container, which is a claim on the server (RN-17).
 *
 *   joining ──held──────▶ held ──lost──▶ elsewhere
 *      │  ▲                 ▲                 │
 *      │  └──join (take over, or run here)────┤
 *      └──elsewhere──▶ elsewhere ──gone──▶ elsewhere(alive: false)
 *
 * A newer epoch than one's own is somebody else's claim; news of an older one change nothing.
 */
export type HolderState =
  | { readonly name: 'joining' }
  | { readonly name: 'held'; readonly holderId: string; readonly epoch: number }
  | { readonly name: 'elsewhere'; readonly kind: HolderKind; readonly epoch: number; readonly alive: boolean };

/** `elsewhere` and `gone` come from the event stream or from a refusal, in any order: the epoch says what is newer. */
export type HolderEvent =
  | { readonly type: 'join' }
  | { readonly type: 'held'; readonly holderId: string; readonly epoch: number }
  | { readonly type: 'elsewhere'; readonly kind: HolderKind; readonly epoch: number }
  /** Nobody has the project any more. */
  | { readonly type: 'gone' };

/** Next state, or `undefined` where the event has no meaning here. Pure. */
export function nextHolderState(state: HolderState, event: HolderEvent): HolderState | undefined {
  switch (event.type) {
    case 'join':
      return state.name === 'held' ? undefined : { name: 'joining' };
    case 'held':
      return { name: 'held', holderId: event.holderId, epoch: event.epoch };
    case 'elsewhere':
      if (state.name === 'held' && event.epoch <= state.epoch) return undefined;
      return { name: 'elsewhere', kind: event.kind, epoch: event.epoch, alive: true };
    case 'gone':
      return state.name === 'elsewhere' ? { ...state, alive: false } : undefined;
  }
}
