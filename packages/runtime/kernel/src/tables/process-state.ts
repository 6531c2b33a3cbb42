import type { ExitStatus } from './contract.ts';

/**
 * The life of one process.
 *
 *   starting ──ready──▶ running ──end──▶ zombie ──reap──▶ reaped
 *       └──────────────end───────────────▶┘
 *
 * A zombie has no worker, no descriptors and no listeners any more; it keeps
 * its status until the parent has learnt of it, as in wait(2).
 */
export type ProcessState =
  | { readonly name: 'starting' }
  | { readonly name: 'running' }
  | { readonly name: 'zombie'; readonly status: ExitStatus }
  | { readonly name: 'reaped'; readonly status: ExitStatus };

export type ProcessEvent =
  | { readonly type: 'ready' }
  | { readonly type: 'end'; readonly status: ExitStatus }
  | { readonly type: 'reap' };

/** Next state, or `undefined` where the event has no meaning here. Pure. */
export function nextState(state: ProcessState, event: ProcessEvent): ProcessState | undefined {
  switch (event.type) {
    case 'ready':
      return state.name === 'starting' ? { name: 'running' } : undefined;
    case 'end':
      return state.name === 'starting' || state.name === 'running' ? { name: 'zombie', status: event.status } : undefined;
    case 'reap':
      return state.name === 'zombie' ? { name: 'reaped', status: state.status } : undefined;
  }
}
