/** A bucket of tokens that refills by the second (nghttp2_ratelim.c). */
export class RateLimit {
  readonly #burst: number;
  readonly #rate: number;
  readonly #now: () => number;
  #left: number;
  #since: number;

  /** `now` in milliseconds, `rate` tokens per second. */
  constructor(burst: number, rate: number, now: () => number) {
    this.#burst = burst;
    this.#rate = rate;
    this.#now = now;
    this.#left = burst;
    this.#since = now();
  }

  /** Spends one. False where nothing is left: the peer is flooding, and the caller ends the connection. */
  take(): boolean {
    const seconds = Math.floor((this.#now() - this.#since) / 1000);
    if (seconds > 0) {
      this.#left = Math.min(this.#burst, this.#left + seconds * this.#rate);
      // By whole seconds: what is left of one counts for the next.
      this.#since += seconds * 1000;
    }
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }
}
