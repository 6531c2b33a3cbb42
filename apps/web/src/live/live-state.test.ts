import { describe, expect, it } from 'vitest';
import { type LiveEvent, type LiveState, nextLiveState } from './live-state.ts';

const lost = (code: number): LiveEvent => ({ type: 'lost', code, reason: 'why' });
const after = (...events: LiveEvent[]): LiveState =>
  events.reduce<LiveState>((state, event) => nextLiveState(state, event) ?? state, { name: 'connecting', tries: 0 });
const opened: LiveEvent = { type: 'opened' };

describe('a live preview that this tab serves (UX-21)', () => {
  it('UX-21 a lost line is tried again, and not for ever', () => {
    expect(after(opened, lost(1006))).toEqual({ name: 'connecting', tries: 1 });
    expect(after(...Array.from({ length: 10 }, () => lost(1006)))).toEqual({ name: 'connecting', tries: 10 });
    expect(after(...Array.from({ length: 11 }, () => lost(1006))).name).toBe('ended');
  });

  it('UX-21 what the server ended for good, or a person, is not tried again', () => {
    expect(after(opened, lost(4410), opened)).toEqual({ name: 'ended', why: 'why' });
    expect(after(opened, { type: 'stopped' }, lost(1006)).name).toBe('ended');
  });

  it('UX-21 viewers are those of the open line', () => {
    const viewers = [{ id: 'a'.repeat(32), sinceMs: 1, agent: 'x', requests: 1 }];
    expect(after(opened, { type: 'viewers', viewers })).toEqual({ name: 'open', viewers });
    expect(after({ type: 'viewers', viewers }).name).toBe('connecting');
  });
});
