import { describe, expect, it } from 'vitest';
import { nextRunState, type RunState } from './container-state.ts';

const walk = (...events: Parameters<typeof nextRunState>[1][]): RunState =>
  events.reduce<RunState>((state, event) => nextRunState(state, event) ?? state, { name: 'idle' });

describe('run state', () => {
  it('goes from idle over install and start to running', () => {
    expect(walk({ type: 'install' }, { type: 'start' }, { type: 'listening', port: 5173, url: 'u' })).toEqual({ name: 'running', port: 5173, url: 'u' });
  });

  it('keeps the real exit code of a failed install', () => {
    expect(walk({ type: 'install' }, { type: 'ended', what: 'install', code: 7 })).toEqual({ name: 'ended', what: 'install', code: 7 });
  });

  it('does not show a port that nobody asked for', () => {
    expect(nextRunState({ name: 'idle' }, { type: 'listening', port: 1, url: 'u' })).toBeUndefined();
  });

  it('does not bring an end back after a stop', () => {
    expect(walk({ type: 'start' }, { type: 'stopped' }, { type: 'ended', what: 'dev', code: 143 })).toEqual({ name: 'idle' });
  });
});
