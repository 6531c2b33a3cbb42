import type { Clock } from '../clock/clock.ts';

/** A clock that stands still until it is told to go on. */
export class FakeClock implements Clock {
  #nowMs = 0;
  #timers = new Set<{ atMs: number; run: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Goes on by `ms`; what the timers started has had its turn afterwards. */
  async pass(ms: number): Promise<void> {
    const until = this.#nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ atMs }) => atMs <= until).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#nowMs = next.atMs;
      next.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#nowMs = until;
  }
}
