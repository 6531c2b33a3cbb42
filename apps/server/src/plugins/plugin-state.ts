import type { PluginState } from '@slipway/db';

/**
 * The life of a plugin (PL-02).
 *
 *   (load) ──▶ loaded ──initialize──▶ initialized ──start──▶ running
 *                │                        │                     │
 *                └────────fail────────────┴───▶ error ◀──fail───┘
 *      any of them ──disable──▶ disabled
 *      disabled, error ──reload──▶ loaded, and from where an `enable` was broken off: loaded, initialized
 *
 * `enable` is reload, initialize, start. Unloading is disabling and removing the row.
 */
export type PluginEvent = 'initialize' | 'start' | 'fail' | 'disable' | 'reload';

const NEXT: Readonly<Record<PluginEvent, Partial<Record<PluginState, PluginState>>>> = {
  initialize: { loaded: 'initialized' },
  start: { initialized: 'running' },
  fail: { loaded: 'error', initialized: 'error', running: 'error' },
  disable: {
    loaded: 'disabled',
    initialized: 'disabled',
    running: 'disabled',
    error: 'disabled',
    disabled: 'disabled',
  },
  reload: { disabled: 'loaded', error: 'loaded', loaded: 'loaded', initialized: 'loaded' },
};

/** The next state, or undefined where the event has no meaning. */
export function nextPluginState(state: PluginState, event: PluginEvent): PluginState | undefined {
  return NEXT[event][state];
}

/** States in which an event has a meaning, for whoever is told that it has none here. */
export function expectedStates(event: PluginEvent): PluginState[] {
  return Object.keys(NEXT[event]) as PluginState[];
}
