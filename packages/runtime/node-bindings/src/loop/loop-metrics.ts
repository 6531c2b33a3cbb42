/**
 * What libuv counts about a loop (uv_metrics_info, uv_metrics_idle_time), and
 * the two moments of its life that perf_hooks tells.
 */
export class LoopMetrics {
  readonly #now: () => number;
  #idleMs = 0;
  /** When the sleep began, by the host's clock; -1 while awake. */
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

  /** The one that keeps perf_hooks' milestones; moments before it is bound are lost, and none comes so early. */
  bind(tell: (moment: 'start' | 'exit') => void): void {
    this.#tell = tell;
  }

  /**
   * 'start' once, after the main script; 'exit' right before the 'exit' event (perf_hooks
   * nodeTiming.loopStart and loopExit).
   */
  reached(moment: 'start' | 'exit'): void {
    this.#tell?.(moment);
  }

  iteration(): void {
    this.#iterations++;
  }

  event(): void {
    this.#events++;
  }

  /** Twice is once: the loop may look for work and sleep again without a turn between. */
  sleep(): void {
    if (this.#idleSince < 0) this.#idleSince = this.#now();
  }

  awake(): void {
    if (this.#idleSince < 0) return;
    this.#idleMs += this.#now() - this.#idleSince;
    this.#idleSince = -1;
  }
}
