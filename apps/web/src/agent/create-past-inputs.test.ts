import { describe, expect, it } from 'vitest';
import { createPastInputs } from './create-past-inputs.ts';

describe('what was said before', () => {
  it('comes back step by step, and behind the newest what was begun', () => {
    const past = createPastInputs(() => ['one', 'two']);
    expect(past.step(1, 'new')).toBeUndefined();
    expect(past.step(-1, 'new')).toBe('two');
    expect(past.step(-1, 'two')).toBe('one');
    expect(past.step(-1, 'one')).toBeUndefined();
    expect(past.step(1, 'one')).toBe('two');
    expect(past.step(1, 'two')).toBe('new');
    expect(past.step(1, 'new')).toBeUndefined();
    expect(past.step(-1, '')).toBe('two');
    past.leave();
    expect(past.step(1, 'typed')).toBeUndefined();
    expect(createPastInputs(() => []).step(-1, 'x')).toBeUndefined();
  });
});
