import type { ExitStatus } from '../contract/messages.ts';

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

/** What happens to a process. `end` is a call of exit or a signal, whichever comes first. */
export type ProcessEvent =
  | { readonly type: 'ready' }
  | { readonly type: 'end'; readonly status: ExitStatus }
  | { readonly type: 'reap' };

/** What wait(2) tells of an end: of a code its lowest byte, which is all that exit(3) hands on. */
export function waitStatus(status: ExitStatus): ExitStatus {
  return status.signal === null ? { code: status.code & 0xff, signal: null } : status;
}

/** Next state, or `undefined` where the event has no meaning here. Pure. */
export function nextState(state: ProcessState, event: ProcessEvent): ProcessState | undefined {
  switch (event.type) {
    case 'ready':
      return state.name === 'starting' ? { name: 'running' } : undefined;
    case 'end':
      return state.name === 'starting' || state.name === 'running'
        ? { name: 'zombie', status: event.status }
        : undefined;
    case 'reap':
      return state.name === 'zombie' ? { name: 'reaped', status: state.status } : undefined;
  }
}
