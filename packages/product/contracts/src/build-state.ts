/**
 * The life of one build (P-02). A job has the same states.
 *
 *   queued ──start──▶ running ──succeed / fail / cancelled──▶ succeeded | failed | cancelled
 *     │                 │ └── start: its lease lapsed and another worker took it over
 *     │                 └── request-cancel: still running, the worker is told to abort
 *     ├─ request-cancel ▶ cancelled
 *     └─ fail ▶ failed   (job and build do not belong together, P-04: it never ran)
 *
 *   queued or running ──expire──▶ expired      (deadline or attempts used up, P-20)
 *   queued or running ──supersede──▶ stale     (a newer snapshot's build came, P-21)
 *
 * Terminal states have no way out. The SQL in `@slipway/db` guards the same arrows
 * with conditional UPDATEs; the model-based test there compares both, arrow by arrow.
 */
export const terminalBuildStatuses = ['succeeded', 'failed', 'cancelled', 'expired', 'stale'] as const;
/** In the order in which a build passes through them, the ends last. */
export const buildStatuses = ['queued', 'running', ...terminalBuildStatuses] as const;

/** A status that nothing leads out of: polling and streams may stop here. */
export type TerminalBuildStatus = (typeof terminalBuildStatuses)[number];
/** What is stored. Whether a cancel was asked for is a field of its own, see `BuildState`. */
export type BuildStatus = (typeof buildStatuses)[number];

/** `cancelRequested` leaves it running until its worker has noticed. */
export type BuildState =
  | { name: 'queued' }
  | { name: 'running'; cancelRequested: boolean }
  | { name: TerminalBuildStatus };

/** What may happen to a build; the arrows of the drawing above, `cancelled` being the worker's answer to a cancel. */
export const buildEventNames = [
  'start',
  'succeed',
  'fail',
  'request-cancel',
  'cancelled',
  'expire',
  'supersede',
] as const;
/** Clients go by it, so a name keeps its meaning. */
export type BuildEventName = (typeof buildEventNames)[number];

/** Also true of a cancelled build whose worker has not noticed yet: it was still queued then. */
export function isTerminal(status: BuildStatus): status is TerminalBuildStatus {
  return status !== 'queued' && status !== 'running';
}

/** Next state, or `undefined` where the event has no meaning here. Pure. */
export function nextState(state: BuildState, event: BuildEventName): BuildState | undefined {
  switch (state.name) {
    case 'queued':
      switch (event) {
        case 'start':
          return { name: 'running', cancelRequested: false };
        case 'fail':
          return { name: 'failed' };
        case 'request-cancel':
          return { name: 'cancelled' };
        case 'expire':
          return { name: 'expired' };
        case 'supersede':
          return { name: 'stale' };
        default:
          return undefined;
      }
    case 'running':
      switch (event) {
        case 'start':
          return state;
        case 'succeed':
          // A cancel that was asked for in time wins: exactly one of the two is true afterwards (P-19).
          return state.cancelRequested ? undefined : { name: 'succeeded' };
        case 'fail':
          return { name: 'failed' };
        case 'request-cancel':
          return { name: 'running', cancelRequested: true };
        case 'cancelled':
          return state.cancelRequested ? { name: 'cancelled' } : undefined;
        case 'expire':
          return { name: 'expired' };
        case 'supersede':
          return { name: 'stale' };
      }
    default:
      return undefined;
  }
}
