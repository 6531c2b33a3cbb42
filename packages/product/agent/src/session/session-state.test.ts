import { describe, expect, it } from 'vitest';
import type { Question } from './session-events.ts';
import { FIRST_STATE, needsPerformer, nextSession, statusOf } from './session-state.ts';
import type { SessionChange, SessionState, SessionStep } from './session-state.ts';

const QUESTION: Question = { callId: 'c', tool: 'Run', arguments: '{}', why: 'it runs a command' };
const RUNNING: SessionState = { name: 'Running', runId: 'a', cancelling: false };
const CANCELLING: SessionState = { name: 'Running', runId: 'a', cancelling: true };
const PAUSED: SessionState = { name: 'Paused', runId: 'a', question: QUESTION };
const SETTLING: SessionState = { name: 'Settling', runId: 'a', queued: null };
const QUEUED: SessionState = { name: 'Settling', runId: 'a', queued: 'b' };
const STATES = [FIRST_STATE, RUNNING, CANCELLING, PAUSED, SETTLING, QUEUED];

const RUN: SessionChange = { type: 'run', runId: 'b' };
const RESUME: SessionChange = { type: 'resume', answer: { allow: true } };
const CANCEL: SessionChange = { type: 'cancel' };
const PAUSE: SessionChange = { type: 'paused', runId: 'a', question: QUESTION };
const END: SessionChange = { type: 'ended', runId: 'a', result: 'Finished' };
const FAIL: SessionChange = { type: 'failed', runId: 'a' };
const SETTLE: SessionChange = { type: 'settled', runId: 'a' };
const REWIND: SessionChange = { type: 'rewind' };
const CHANGES = [RUN, RESUME, CANCEL, PAUSE, END, FAIL, SETTLE, REWIND];
const METHODS = [RUN, RESUME, CANCEL];

const short = (step: SessionStep): unknown =>
  step.outcome === 'moved' ? step.state : step.outcome === 'refused' ? step.code : 'same';
const after = (state: SessionState, change: SessionChange): SessionState => {
  const step = nextSession(state, change);
  return step.outcome === 'moved' ? step.state : state;
};

describe('the session', () => {
  it('AG-03 AG-07 every change in every state leads where the table says', () => {
    const again: SessionState = { ...RUNNING, runId: 'b' };
    const table: [SessionState, unknown[]][] = [
      //            run               resume            cancel        paused  ended     failed    settled   rewind
      [FIRST_STATE, [again, 'NotPaused', 'NotRunning', 'same', 'same', 'same', 'same', FIRST_STATE]],
      [RUNNING, ['AlreadyRunning', 'AlreadyRunning', CANCELLING, PAUSED, SETTLING, SETTLING, 'same', 'AlreadyRunning']],
      [CANCELLING, ['AlreadyRunning', 'AlreadyRunning', 'same', 'same', SETTLING, SETTLING, 'same', 'AlreadyRunning']],
      [PAUSED, ['AlreadyRunning', RUNNING, FIRST_STATE, 'same', 'same', 'same', 'same', 'AlreadyRunning']],
      [SETTLING, [QUEUED, 'AlreadyRunning', 'same', 'same', 'same', 'same', FIRST_STATE, 'AlreadyRunning']],
      [QUEUED, ['AlreadyRunning', 'AlreadyRunning', SETTLING, 'same', 'same', 'same', again, 'AlreadyRunning']],
    ];
    for (const [state, expected] of table)
      expect(CHANGES.map((change) => short(nextSession(state, change)))).toEqual(expected);
    expect(table.map(([state]) => state)).toEqual(STATES);
    expect(nextSession(RUNNING, RUN)).toMatchObject({ message: 'Session is already executing a turn' });
  });

  it('AG-04 of two methods that race the later one meets what the earlier one made, and errors change nothing', () => {
    for (const state of STATES)
      for (const first of METHODS)
        for (const second of METHODS) {
          const between = after(state, first);
          const step = nextSession(between, second);
          if (step.outcome !== 'moved') expect(after(between, second)).toBe(between);
          // Two of one kind never both begin a run, resume or pause.
          if (first === second && first !== CANCEL && nextSession(state, first).outcome === 'moved')
            expect(step.outcome).toBe('refused');
          if (first === CANCEL && second === CANCEL && statusOf(between) === 'Running')
            expect(step.outcome).toBe('same');
        }
    expect(nextSession(CANCELLING, CANCEL)).toEqual({ outcome: 'same' });
  });

  it('AG-06 what an earlier run says changes nothing of a later one', () => {
    for (const change of [PAUSE, END, FAIL, SETTLE])
      for (const state of STATES.filter((one) => one.name !== 'Idle'))
        expect(nextSession({ ...state, runId: 'z' }, change)).toEqual({ outcome: 'same' });
  });

  it('AG-08 a run sent right on RunEnd waits until all is stored, one and no more', () => {
    const ended = after(RUNNING, END);
    expect(statusOf(ended)).toBe('Running');
    const queued = after(ended, RUN);
    expect(nextSession(queued, { type: 'run', runId: 'c' })).toMatchObject({ code: 'AlreadyRunning' });
    expect(after(queued, SETTLE)).toEqual({ name: 'Running', runId: 'b', cancelling: false });
  });

  it('AG-02 any walk of 2,000 changes keeps to the machine', () => {
    // A walk that is the same in every run: a linear congruence, of Numerical Recipes.
    let seed = 7;
    const pick = (of: number): number => (seed = (seed * 1664525 + 1013904223) % 2 ** 32) % of;
    let state: SessionState = FIRST_STATE;
    let runs = 0;
    for (let step = 0; step < 2000; step++) {
      const chosen = CHANGES[pick(CHANGES.length)]!;
      const current = 'runId' in state ? state.runId : 'none';
      const change =
        chosen.type === 'run'
          ? { ...chosen, runId: `r${++runs}` }
          : 'runId' in chosen
            ? { ...chosen, runId: current }
            : chosen;
      const made = nextSession(state, change);
      if (made.outcome !== 'moved') continue;
      if (chosen === REWIND) {
        expect(state.name).toBe('Idle');
        continue;
      }
      // Paused comes from Running alone, Idle from Paused or Settling alone.
      if (made.state.name === 'Paused') expect(state.name).toBe('Running');
      if (made.state.name === 'Idle') expect(['Paused', 'Settling']).toContain(state.name);
      expect(needsPerformer(made.state)).toBe(statusOf(made.state) === 'Running');
      state = made.state;
    }
    expect(runs).toBeGreaterThan(100);
  });
});
