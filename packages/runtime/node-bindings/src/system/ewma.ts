/**
 * Exponentially weighted moving statistics of a histogram, for `halfLife` and
 * `threshold` of perf_hooks.createHistogram. Reference: src/histogram.cc.
 * A value weighs half as much as the one `halfLife` recordings after it.
 */
export class MovingStatistics {
  readonly #alpha: number;
  readonly #threshold: number;
  #count = 0;
  #mean = 0;
  #variance = 0;
  #errors = 0;

  /** `halfLife` 0: nothing is kept. `threshold` 0: no value counts as an error. */
  constructor(halfLife: number, threshold: number) {
    // The weight of a new value so that (1 - alpha) ^ halfLife is one half.
    this.#alpha = halfLife > 0 ? 1 - 2 ** (-1 / halfLife) : 0;
    this.#threshold = threshold;
  }

  record(value: number): void {
    if (this.#alpha === 0) return;
    const error = this.#threshold > 0 && value > this.#threshold ? 1 : 0;
    const weight = this.#count++ === 0 ? 1 : this.#alpha;
    const difference = value - this.#mean;
    // The first value is the mean; there is no spread yet.
    this.#variance = weight === 1 ? 0 : (1 - weight) * (this.#variance + weight * difference ** 2);
    this.#mean += weight * difference;
    // An average of zeros and ones is a rate.
    this.#errors += weight * (error - this.#errors);
  }

  reset(): void {
    this.#count = 0;
    this.#mean = 0;
    this.#variance = 0;
    this.#errors = 0;
  }

  get mean(): number {
    return this.#mean;
  }

  get stddev(): number {
    return Math.sqrt(this.#variance);
  }

  /** Share of values above the threshold. */
  get errorRate(): number {
    return this.#errors;
  }
}
