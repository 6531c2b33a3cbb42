/**
 * What libuv counts about a loop (uv_metrics_info, uv_metrics_idle_time), and
 * the two moments of its life that perf_hooks tells.
 */
export class LoopMetrics {
  readonly #now: () => number;
  #idleMs = 0;
  #idleSince = -1;
  #iterations = 0;
  #events = 0;
  #tell: ((moment: 'start' | 'exit') => void) | undefined;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds spent waiting for something to happen. */
  get idleMs(): number {
    return this.#idleMs;
  }

  /** [loop_count, events, events_waiting]; nothing waits outside the loop's own queue. */
  get counts(): [iterations: number, events: number, waiting: number] {
    return [this.#iterations, this.#events, 0];
  }

  /** Who keeps the milestones. */
  bind(tell: (moment: 'start' | 'exit') => void): void {
    this.#tell = tell;
  }

  reached(moment: 'start' | 'exit'): void {
    this.#tell?.(moment);
  }

  iteration(): void {
    this.#iterations++;
  }

  event(): void {
    this.#events++;
  }

  sleep(): void {
    if (this.#idleSince < 0) this.#idleSince = this.#now();
  }

  awake(): void {
    if (this.#idleSince < 0) return;
    this.#idleMs += this.#now() - this.#idleSince;
    this.#idleSince = -1;
  }
}
