import { describe, expect, it } from 'vitest';
import {
  type BuildState,
  buildEventNames,
  buildStatuses,
  isTerminal,
  nextState,
  terminalBuildStatuses,
} from './build-state.ts';

/** Every state a build can be in. */
const states: BuildState[] = [
  { name: 'queued' },
  { name: 'running', cancelRequested: false },
  { name: 'running', cancelRequested: true },
  ...terminalBuildStatuses.map((name) => ({ name })),
];

describe('build state', () => {
  it('P-02 no event leads out of a terminal state', () => {
    for (const state of states.filter((candidate) => isTerminal(candidate.name))) {
      for (const event of buildEventNames) expect(nextState(state, event)).toBeUndefined();
    }
  });

  it('P-02 every state is reached from queued, and from every live state a terminal one is', () => {
    const reached = new Map([['queued', { name: 'queued' } as BuildState]]);
    for (let grew = true; grew;) {
      grew = false;
      for (const state of reached.values()) {
        for (const event of buildEventNames) {
          const next = nextState(state, event);
          if (next && !reached.has(JSON.stringify(next))) {
            reached.set(JSON.stringify(next), next);
            grew = true;
          }
        }
      }
    }
    expect(new Set([...reached.values()].map((state) => state.name))).toEqual(new Set(buildStatuses));
  });

  it('P-19 once a cancel was asked for, success is no longer possible', () => {
    expect(nextState({ name: 'running', cancelRequested: true }, 'succeed')).toBeUndefined();
    expect(nextState({ name: 'running', cancelRequested: true }, 'cancelled')).toEqual({ name: 'cancelled' });
    expect(nextState({ name: 'running', cancelRequested: false }, 'cancelled')).toBeUndefined();
    expect(nextState({ name: 'queued' }, 'request-cancel')).toEqual({ name: 'cancelled' });
  });
});
