import type { BootPhase } from '@slipway/contracts';

/**
 * The container of one workspace.
 *
 *   booting ──mounted──▶ ready
 *      └────failed────▶ failed ◀──failed── ready (its tab part crashed)
 */
export type ContainerState =
  | { readonly name: 'booting'; readonly phase: BootPhase | 'files' }
  | { readonly name: 'ready' }
  | { readonly name: 'failed'; readonly message: string };

/**
 * What the project's own program is doing.
 *
 *   idle ──start──▶ installing ──▶ starting ──▶ running(url)
 *    ▲                 │              │             │
 *    └── stopped ◀─────┴──── ended(code) ◀──────────┘
 */
export type RunState =
  | { readonly name: 'idle' }
  | { readonly name: 'installing' }
  | { readonly name: 'starting' }
  | { readonly name: 'running'; readonly port: number; readonly url: string }
  | { readonly name: 'ended'; readonly what: 'install' | 'dev'; readonly code: number };

export type RunEvent =
  | { readonly type: 'install' }
  | { readonly type: 'start' }
  | { readonly type: 'listening'; readonly port: number; readonly url: string }
  | { readonly type: 'ended'; readonly what: 'install' | 'dev'; readonly code: number }
  | { readonly type: 'stopped' };

/** Next state, or `undefined` where the event has no meaning here. Pure. */
export function nextRunState(state: RunState, event: RunEvent): RunState | undefined {
  switch (event.type) {
    case 'install':
      return state.name === 'idle' || state.name === 'ended' ? { name: 'installing' } : undefined;
    case 'start':
      return state.name === 'installing' || state.name === 'idle' || state.name === 'ended' ? { name: 'starting' } : undefined;
    case 'listening':
      return state.name === 'starting' ? { name: 'running', port: event.port, url: event.url } : undefined;
    case 'ended':
      return state.name === 'idle' ? undefined : { name: 'ended', what: event.what, code: event.code };
    case 'stopped':
      return { name: 'idle' };
  }
}
