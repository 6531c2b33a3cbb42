/**
 * How far the boot is, for whoever asks, whenever they ask.
 *
 *   assets ─▶ file-system ─▶ kernel ─▶ node ─▶ ready
 *      └──────────┴─────────────┴────────┴──▶ failed
 *
 * A later `build()` on the same page starts over at `assets`.
 */
import type { BootPhase, ControlEvent } from '@slipway/wire';

/** `elapsedMs` counts from when this boot began, `fraction` from when its phase did. */
export type BootEvent = Extract<ControlEvent, { type: 'boot' }>;

const order: readonly BootPhase[] = ['assets', 'file-system', 'kernel', 'node', 'ready', 'failed'];

/** Remembers the latest event: who subscribes late reads `latest` first. */
export class BootProgress {
  readonly #listeners = new Set<(event: BootEvent) => void>();
  #beganAt = performance.now();
  #latest: BootEvent = { type: 'boot', phase: 'assets', elapsedMs: 0 };

  get latest(): BootEvent {
    return this.#latest;
  }

  restart(): void {
    this.#beganAt = performance.now();
    this.#latest = { type: 'boot', phase: 'assets', elapsedMs: 0 };
    this.#emit();
  }

  /** The only door: a phase that lies behind is ignored. */
  advance(phase: BootPhase, detail: { readonly fraction?: number | undefined; readonly message?: string } = {}): void {
    if (order.indexOf(phase) < order.indexOf(this.#latest.phase)) return;
    const { fraction, message } = detail;
    this.#latest = {
      type: 'boot',
      phase,
      elapsedMs: performance.now() - this.#beganAt,
      ...(fraction === undefined ? {} : { fraction }),
      ...(message === undefined ? {} : { message }),
    };
    this.#emit();
  }

  subscribe(listener: (event: BootEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #emit(): void {
    for (const listener of this.#listeners) listener(this.#latest);
  }
}
