import { setTimeout as sleep } from 'node:timers/promises';

/** Bytes that may go at once after a pause: the rate of so much time. */
const BURST_MS = 250;

/** Holds whoever moves bytes to a rate, all of them together; each waits for those who asked before. */
export class ByteRate {
  readonly #bytesPerMs: number;
  readonly #nowMs: () => number;
  readonly #wait: (ms: number) => Promise<unknown>;
  /** When all that was taken will have gone at the rate. */
  #doneAt = 0;

  constructor(bytesPerSecond: number, nowMs: () => number = () => performance.now(), wait = (ms: number) => sleep(ms)) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#nowMs = nowMs;
    this.#wait = wait;
  }

  /** Resolves when so many bytes more may go. */
  async take(bytes: number): Promise<void> {
    const now = this.#nowMs();
    this.#doneAt = Math.max(this.#doneAt, now - BURST_MS) + bytes / this.#bytesPerMs;
    if (this.#doneAt > now) await this.#wait(this.#doneAt - now);
  }
}
