import { describe, expect, it } from 'vitest';
import { decideRestart, RESTARTS } from './restart-policy.ts';

describe('a server that ended by itself', () => {
  const crashed = { code: 1, served: true };

  it('is started again three times in a minute, later each time, and then no more', () => {
    const at = [0, 1000, 2000];
    expect(decideRestart(crashed, [], 0)).toEqual({ restart: true, delayMs: 500 });
    expect(decideRestart(crashed, at.slice(0, 2), 2000)).toEqual({ restart: true, delayMs: 2000 });
    expect(decideRestart(crashed, at, 3000)).toEqual({ restart: false, exhausted: true });
    expect(decideRestart(crashed, at, RESTARTS.windowMs + 1500)).toEqual({ restart: true, delayMs: 1000 });
    expect(decideRestart({ code: null, served: true }, [], 0)).toMatchObject({ restart: true });
  });

  it('is left alone when it never answered, or ended on purpose', () => {
    expect(decideRestart({ code: 1, served: false }, [], 0)).toEqual({ restart: false, exhausted: false });
    expect(decideRestart({ code: 0, served: true }, [], 0)).toEqual({ restart: false, exhausted: false });
  });
});
