import { describe, expect, it } from 'vitest';
import { nextHolderState, type HolderState } from './holder-state.ts';

const HELD: HolderState = { name: 'held', holderId: 'a', epoch: 4 };
const ELSEWHERE: HolderState = { name: 'elsewhere', kind: 'tab', epoch: 5, alive: true };

describe('who has the project', () => {
  it('RN-17 a newer claim takes it from this tab, an older one or its own changes nothing', () => {
    expect(nextHolderState(HELD, { type: 'elsewhere', kind: 'tab', epoch: 5 })).toEqual(ELSEWHERE);
    expect(nextHolderState(HELD, { type: 'elsewhere', kind: 'tab', epoch: 4 })).toBeUndefined();
    expect(nextHolderState(HELD, { type: 'elsewhere', kind: 'tab', epoch: 3 })).toBeUndefined();
    expect(nextHolderState(HELD, { type: 'gone' })).toBeUndefined();
    expect(nextHolderState(HELD, { type: 'join' })).toBeUndefined();
  });

  it('another tab that goes leaves it free, and a join has it', () => {
    const free = nextHolderState(ELSEWHERE, { type: 'gone' });
    expect(free).toEqual({ ...ELSEWHERE, alive: false });
    expect(nextHolderState(ELSEWHERE, { type: 'join' })).toEqual({ name: 'joining' });
    expect(nextHolderState({ name: 'joining' }, { type: 'held', holderId: 'a', epoch: 4 })).toEqual(HELD);
    expect(nextHolderState({ name: 'joining' }, { type: 'elsewhere', kind: 'tab', epoch: 5 })).toEqual(ELSEWHERE);
    expect(nextHolderState({ name: 'joining' }, { type: 'gone' })).toBeUndefined();
  });
});
