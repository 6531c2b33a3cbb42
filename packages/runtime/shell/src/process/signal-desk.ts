import type { ProcessSystem } from '@slipway/kernel';

/**
 * The signals this shell has asked for and that have come. Nothing interrupts a script: it asks
 * between commands, and a signal that comes twice before it does is one, as with sigaction(2).
 */
export class SignalDesk {
  readonly #sys: ProcessSystem;
  readonly #watched = new Set<string>();
  readonly #pending = new Set<string>();

  constructor(sys: ProcessSystem) {
    this.#sys = sys;
  }

  /**
   * Asks the kernel to tell of `name` (without SIG) instead
   * of ending the process; `on` false gives that back.
   */
  watch(name: string, on: boolean): void {
    if (name === 'EXIT' || this.#watched.has(name) === on) return;
    if (on) this.#watched.add(name);
    else this.#watched.delete(name);
    this.#sys.kernel.post({ type: 'signal-watch', signal: `SIG${name}`, on });
  }

  get watched(): ReadonlySet<string> {
    return this.#watched;
  }

  /** Takes over what the kernel has marked. True when something is pending. */
  poll(): boolean {
    if (this.#watched.size === 0) return false;
    if (this.#sys.kernel.signalPending())
      for (const signal of this.#sys.kernel.takeSignals()) this.#pending.add(signal.replace(/^SIG/, ''));
    return this.#pending.size > 0;
  }

  /** The oldest that is pending, without SIG, and it is no more; `undefined` when there is none. */
  take(): string | undefined {
    const first = this.#pending.values().next().value;
    if (first !== undefined) this.#pending.delete(first);
    return first;
  }
}
