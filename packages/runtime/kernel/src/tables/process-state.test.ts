import { describe, expect, it } from 'vitest';
import { nextState, waitStatus, type ProcessState } from './process-state.ts';

const status = { code: 3, signal: null } as const;

describe('process state', () => {
  it('goes from starting to reaped in order', () => {
    let state: ProcessState | undefined = { name: 'starting' };
    state = nextState(state, { type: 'ready' });
    expect(state).toEqual({ name: 'running' });
    state = nextState(state ?? { name: 'starting' }, { type: 'end', status });
    expect(state).toEqual({ name: 'zombie', status });
    state = nextState(state ?? { name: 'starting' }, { type: 'reap' });
    expect(state).toEqual({ name: 'reaped', status });
  });

  it('may end before it was ready', () => {
    expect(nextState({ name: 'starting' }, { type: 'end', status })).toEqual({ name: 'zombie', status });
  });

  it('knows no other way', () => {
    expect(nextState({ name: 'running' }, { type: 'ready' })).toBeUndefined();
    expect(nextState({ name: 'running' }, { type: 'reap' })).toBeUndefined();
    expect(nextState({ name: 'zombie', status }, { type: 'end', status })).toBeUndefined();
    expect(nextState({ name: 'reaped', status }, { type: 'ready' })).toBeUndefined();
  });
});

describe('what a parent is told of an end', () => {
  it.each([
    [0, 0],
    [3, 3],
    [255, 255],
    [256, 0],
    [259, 3],
    [-1, 255],
    [-256, 0],
    [2 ** 31 - 1, 255],
    [-(2 ** 31), 0],
  ])('code %d: %d', (code, told) => {
    expect(waitStatus({ code, signal: null })).toEqual({ code: told, signal: null });
  });

  it('a signal as it is', () => {
    expect(waitStatus({ code: null, signal: 'SIGTERM' })).toEqual({ code: null, signal: 'SIGTERM' });
  });
});
