import type { AgentErrorCode, SessionStatus } from './session-events.ts';
import type { Answer, Question, RunResult } from './session-events.ts';

/**
 * The life of a session (AG-02, AG-03, AG-07, AG-08).
 *
 *   Idle ──run──▶ Running ──ended──▶ Settling ──settled──▶ Idle, or Running where a run is queued
 *    ▲              │  ▲  failed
 *    │       paused │  │ resume
 *    │              ▼  │
 *    └──cancel── Paused
 *
 * A cancelled run stays Running, and marked, until whoever performs it has put it down. Settling is the time between
 * RunEnd and the moment when all is stored: others see it as Running, and one run more is accepted meanwhile.
 */
export type SessionState =
  | { readonly name: 'Idle' }
  | { readonly name: 'Running'; readonly runId: string; readonly cancelling: boolean }
  | { readonly name: 'Paused'; readonly runId: string; readonly question: Question }
  | { readonly name: 'Settling'; readonly runId: string; readonly queued: string | null };

/** What happens to a session: methods of clients, and what its performer says. `runId` of a method is the new run's. */
export type SessionChange =
  | { readonly type: 'run'; readonly runId: string }
  | { readonly type: 'resume'; readonly answer: Answer }
  | { readonly type: 'cancel' }
  | { readonly type: 'rewind' }
  | { readonly type: 'paused'; readonly runId: string; readonly question: Question }
  | { readonly type: 'ended'; readonly runId: string; readonly result: Exclude<RunResult, 'Paused'> }
  | { readonly type: 'failed'; readonly runId: string }
  | { readonly type: 'settled'; readonly runId: string };

/** Returned and never thrown: messages may come late or twice. */
export type SessionStep =
  | { readonly outcome: 'moved'; readonly state: SessionState }
  /** A method that has no place now: the sender is told by this code, and nothing else happens. */
  | { readonly outcome: 'refused'; readonly code: AgentErrorCode; readonly message: string }
  /** Harmless and without effect: a second Cancel, or news of a run that is over. */
  | { readonly outcome: 'same' };

/** Nothing runs until somebody says so (`run`). */
export const FIRST_STATE: SessionState = { name: 'Idle' };

const refused = (code: AgentErrorCode, message: string): SessionStep => ({ outcome: 'refused', code, message });
const moved = (state: SessionState): SessionStep => ({ outcome: 'moved', state });
const SAME: SessionStep = { outcome: 'same' };

/** The one door through which a session changes. Pure. */
export function nextSession(state: SessionState, change: SessionChange): SessionStep {
  switch (change.type) {
    case 'run':
      return begin(state, change.runId);
    case 'resume':
      return resume(state);
    case 'cancel':
      return cancel(state);
    case 'rewind':
      return state.name === 'Idle'
        ? moved(state)
        : refused('AlreadyRunning', 'Cannot rewind: a run is under way; stop it first');
    case 'paused':
      // Whoever cancelled comes first: nobody is asked any more.
      return state.name === 'Running' && state.runId === change.runId && !state.cancelling
        ? moved({ name: 'Paused', runId: state.runId, question: change.question })
        : SAME;
    case 'ended':
    case 'failed':
      return state.name === 'Running' && state.runId === change.runId
        ? moved({ name: 'Settling', runId: state.runId, queued: null })
        : SAME;
    case 'settled':
      if (state.name !== 'Settling' || state.runId !== change.runId) return SAME;
      return moved(state.queued === null ? FIRST_STATE : { name: 'Running', runId: state.queued, cancelling: false });
  }
}

function begin(state: SessionState, runId: string): SessionStep {
  switch (state.name) {
    case 'Idle':
      return moved({ name: 'Running', runId, cancelling: false });
    case 'Settling':
      return state.queued === null
        ? moved({ ...state, queued: runId })
        : refused('AlreadyRunning', 'Cannot run: a run is waiting already');
    case 'Paused':
      return refused('AlreadyRunning', 'Cannot run: the session waits for an answer; resume or cancel it first');
    case 'Running':
      return refused('AlreadyRunning', 'Session is already executing a turn');
  }
}

function resume(state: SessionState): SessionStep {
  switch (state.name) {
    case 'Idle':
      return refused('NotPaused', 'Session is not paused');
    case 'Paused':
      return moved({ name: 'Running', runId: state.runId, cancelling: false });
    case 'Running':
    case 'Settling':
      return refused('AlreadyRunning', 'Session is already executing a turn');
  }
}

function cancel(state: SessionState): SessionStep {
  switch (state.name) {
    case 'Idle':
      return refused('NotRunning', 'Session is not running');
    case 'Paused':
      return moved(FIRST_STATE);
    case 'Running':
      return state.cancelling ? SAME : moved({ ...state, cancelling: true });
    case 'Settling':
      // The run that ends has ended; what waits behind it does not begin.
      return state.queued === null ? SAME : moved({ ...state, queued: null });
  }
}

/** Clients know no `Settling`: to them the run goes on until all of it is done. */
export function statusOf(state: SessionState): SessionStatus {
  return state.name === 'Settling' ? 'Running' : state.name;
}

/** In all other states it waits for somebody, or for nothing. */
export function needsPerformer(state: SessionState): boolean {
  return state.name === 'Running' || state.name === 'Settling';
}
