/** Counts what a key used within a window that slides: what is older counts less and less, then nothing. */
export interface Meter {
  add(key: string, amount: number): void;
  used(key: string): number;
}

/** Keys whose use is remembered; those that are long idle go first. */
const REMEMBERED_KEYS = 10_000;

/**
 * Two windows to a key: this one counts whole, the one before by the part of it that
 * is still within reach. Exact enough for a limit, and two numbers a key.
 */
export function createMeter(windowMs: number, now: () => number): Meter {
  const windows = new Map<string, { at: number; current: number; previous: number }>();
  const roll = (key: string) => {
    const at = Math.floor(now() / windowMs);
    const known = windows.get(key);
    if (!known) return { at, current: 0, previous: 0 };
    if (known.at === at) return known;
    return { at, current: 0, previous: known.at === at - 1 ? known.current : 0 };
  };
  return {
    add: (key, amount) => {
      const window = roll(key);
      window.current += amount;
      // Last in the order of the map: the first is the one that was longest idle.
      windows.delete(key);
      windows.set(key, window);
      if (windows.size > REMEMBERED_KEYS) windows.delete(windows.keys().next().value!);
    },
    used: (key) => {
      const { current, previous } = roll(key);
      const left = 1 - (now() % windowMs) / windowMs;
      return Math.round(current + previous * left);
    },
  };
}
