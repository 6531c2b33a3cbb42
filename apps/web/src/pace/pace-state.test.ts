import { describe, expect, it } from 'vitest';
import { dueAtMs, nextPace, type PaceEvent, type PaceState } from './pace-state.ts';

const LIMITS = { quietMs: 150, mostMs: 400 };
const walk = (...events: PaceEvent[]): PaceState =>
  events.reduce<PaceState>((state, event) => nextPace(state, event) ?? state, { name: 'idle' });
const change = (nowMs: number): PaceEvent => ({ type: 'change', nowMs });
const due = (...events: PaceEvent[]): number | undefined => dueAtMs(walk(...events), LIMITS);

describe('pace', () => {
  it('waits for quiet after the last change', () => {
    expect(due(change(1_000))).toBe(1_150);
    expect(due(change(1_000), change(1_100))).toBe(1_250);
  });

  it('is never put off beyond the bound after the first change (UX-03)', () => {
    const keys = Array.from({ length: 90 }, (_, index) => change(1_000 + index * 90));
    expect(due(...keys)).toBe(1_400);
  });

  it('counts the bound of what changes during the work from its own first change', () => {
    const meanwhile = [change(0), { type: 'start' }, change(500), change(700)] as const;
    expect(due(...meanwhile)).toBeUndefined();
    expect(due(...meanwhile, { type: 'done' })).toBe(850);
    expect(due(...meanwhile, change(890), { type: 'done' })).toBe(900);
  });

  it('is idle again only when nothing changed during the work', () => {
    expect(walk(change(0), { type: 'start' }, { type: 'done' })).toEqual({ name: 'idle' });
    expect(walk(change(0), { type: 'start' }, change(1), { type: 'done' }).name).toBe('waiting');
  });

  it('keeps a failure until a start: changes neither hide it nor put off its retry', () => {
    const failure = { type: 'failed', error: 'away', retryAtMs: 4_000 } as const;
    const failed = [change(0), { type: 'start' }, failure, change(3_999)] as const;
    expect(walk(...failed)).toEqual({ name: 'failed', error: 'away', retryAtMs: 4_000 });
    expect(due(...failed)).toBe(4_000);
    expect(walk(...failed, { type: 'start' }).name).toBe('working');
  });

  it('waits for a person where no retry is wanted', () => {
    const failure = { type: 'failed', error: 'conflict', retryAtMs: undefined } as const;
    expect(due(change(0), { type: 'start' }, failure)).toBeUndefined();
  });

  it('has no use for events out of turn', () => {
    for (const type of ['start', 'done'] as const) expect(nextPace({ name: 'idle' }, { type })).toBeUndefined();
    const working = walk(change(0), { type: 'start' });
    expect(nextPace(working, { type: 'start' })).toBeUndefined();
    const waiting = walk(change(0));
    expect(nextPace(waiting, { type: 'done' })).toBeUndefined();
    expect(nextPace(waiting, { type: 'failed', error: 'x', retryAtMs: 1 })).toBeUndefined();
  });
});
