import { describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { makePacer, type PacerOptions } from './make-pacer.ts';
import type { PaceState } from './pace-state.ts';

/** A pacer whose work takes along the letters typed so far, as the editor's does. */
function typist(options: Partial<PacerOptions> = {}) {
  const clock = new FakeClock();
  const states: PaceState[] = [];
  let typed = 0;
  const done: { atMs: number; letters: number }[] = [];
  const pacer = makePacer({
    clock,
    limits: { quietMs: 150, mostMs: 400 },
    work: async () => {
      done.push({ atMs: clock.nowMs(), letters: typed });
    },
    retryAfterMs: () => 1_000,
    onState: (state) => states.push(state),
    ...options,
  });
  const key = (): void => {
    typed++;
    pacer.touch();
  };
  return { clock, pacer, key, done, states };
}

describe('pacer', () => {
  it('works every 400 ms while keys come without a pause, and once more at their end (UX-03)', async () => {
    const { clock, key, done } = typist();
    for (let n = 0; n < 90; n++) {
      key();
      await clock.pass(90);
    }
    expect(done.length).toBeGreaterThan(15);
    // A key is never older than the bound when the work that takes it along begins.
    let taken = 0;
    for (const { atMs, letters } of done) {
      expect(atMs - taken * 90).toBeLessThanOrEqual(400);
      taken = letters;
    }
    await clock.pass(1_000);
    expect(done.at(-1)?.letters).toBe(90);
  });

  it('is not idle from the first change on, at once (UX-02)', () => {
    const { key, states } = typist();
    key();
    expect(states.map(({ name }) => name)).toEqual(['waiting']);
  });

  it('never works twice at once; a flush during work takes along what came after its beginning', async () => {
    let atOnce = 0;
    let most = 0;
    const gates: (() => void)[] = [];
    const { clock, pacer, key } = typist({
      work: async () => {
        most = Math.max(most, ++atOnce);
        await new Promise<void>((resolve) => gates.push(resolve));
        atOnce--;
      },
    });
    key();
    await clock.pass(150);
    expect(gates.length).toBe(1);
    key();
    const both = Promise.all([pacer.flush(), pacer.flush()]);
    await clock.pass(2_000);
    expect(gates.length).toBe(1);
    gates[0]?.();
    await clock.pass(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(gates.length).toBe(2);
    gates[1]?.();
    await both;
    expect(most).toBe(1);
  });

  it('tells a failure, tries again by itself, and is idle after the success', async () => {
    let failures = 2;
    const { clock, key, states } = typist({
      work: async () => {
        if (failures-- > 0) throw new Error('The server does not answer');
      },
    });
    key();
    await clock.pass(150);
    expect(states.at(-1)).toMatchObject({ name: 'failed', retryAtMs: 1_150 });
    key();
    await clock.pass(999);
    expect(states.at(-1)?.name).toBe('failed');
    await clock.pass(1_001);
    expect(states.at(-1)?.name).toBe('idle');
  });

  it('throws the failure to who flushes, and stays failed where no retry is wanted', async () => {
    const { clock, pacer, key, states } = typist({
      work: () => Promise.reject(new Error('conflict')),
      retryAfterMs: () => undefined,
    });
    key();
    await expect(pacer.flush()).rejects.toThrow('conflict');
    await clock.pass(100_000);
    expect(states.map(({ name }) => name)).toEqual(['waiting', 'working', 'failed']);
  });

  it('starts nothing after it was stopped, but still flushes', async () => {
    const { clock, pacer, key, done } = typist();
    key();
    pacer.stop();
    await clock.pass(10_000);
    expect(done).toEqual([]);
    await pacer.flush();
    expect(done.map(({ letters }) => letters)).toEqual([1]);
  });

  it('has nothing to flush when nothing changed', async () => {
    const { pacer, done } = typist();
    await pacer.flush();
    expect(done).toEqual([]);
  });
});
