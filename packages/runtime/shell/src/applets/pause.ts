// Milliseconds of sleep(1)'s suffixes.
const UNITS: Readonly<Record<string, number>> = { '': 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Longer waits are cut into these: Atomics.wait takes any number, but a signal check in between costs nothing. */
const SLICE_MS = 3_600_000;

/**
 * Blocks this worker for so many ms, or for ever with Infinity.
 * A signal that is not watched ends the process meanwhile.
 */
export function pause(ms: number): void {
  // A cell that nobody wakes: Atomics.wait is the only way to sleep without the event loop.
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const end = Date.now() + ms;
  for (let left = ms; left > 0; left = end - Date.now()) Atomics.wait(cell, 0, 0, Math.min(left, SLICE_MS));
}

/** Milliseconds of `1.5`, `2m` or `infinity`; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  if (text === 'infinity') return Infinity;
  const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1000);
}
