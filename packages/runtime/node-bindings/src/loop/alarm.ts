import type { HostGlobals } from '../realm/host-globals.ts';

/** The one timer of the host that wakes a sleeping loop. Times are those of the loop's `now`, in milliseconds. */
export class Alarm {
  readonly #host: HostGlobals;
  readonly #ring: () => void;
  #pending: { readonly id: number; readonly due: number } | undefined;

  constructor(host: HostGlobals, ring: () => void) {
    this.#host = host;
    this.#ring = ring;
  }

  /** Moves the alarm to `due`; one that is set for then already stays. */
  set(due: number, now: number): void {
    if (this.#pending?.due === due) return;
    this.clear();
    // At least 1 ms: a due time that has passed must still go through the host's timer queue, so that messages that
    // were delivered meanwhile come before the loop's timers.
    const id = this.#host.setTimeout(
      () => {
        this.#pending = undefined;
        this.#ring();
      },
      Math.max(1, due - now),
    );
    this.#pending = { id, due };
  }

  /** Of the host's timer only; the loop's own due time is untouched, and `set` may follow at once. */
  clear(): void {
    if (this.#pending !== undefined) this.#host.clearTimeout(this.#pending.id);
    this.#pending = undefined;
  }
}
