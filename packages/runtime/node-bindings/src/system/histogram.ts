/**
 * The histogram behind perf_hooks: HdrHistogram's buckets in plain numbers. Reference:
 * deps/histogram/src/hdr_histogram.c and src/histogram.cc. Values up to 2^(halfCountMagnitude + 1) units have
 * buckets one unit wide; each doubling beyond that doubles the width, so that the relative error stays below
 * 10^-figures. Values above 2^53 lose digits: no program times hundred days in nanoseconds.
 */
const INT64_MAX = 2 ** 63;

/** The arguments of hdr_init: what range is counted, and how finely. */
export interface HistogramOptions {
  /** Smallest value that must be told apart from 0; buckets are never narrower than its power of two. */
  readonly lowest: number;
  /** Greatest value that is counted; greater ones go to `exceeds`. */
  readonly highest: number;
  /** Significant decimal digits that are kept, 1 to 5. */
  readonly figures: number;
  /** Milliseconds of a monotonic clock, for `recordDelta`. */
  readonly now: () => number;
}

/** Everything a copy needs, as it travels to another thread: a copy as of now, both go on apart. */
export interface HistogramState extends Omit<HistogramOptions, 'now'> {
  readonly counts: ReadonlyMap<number, number>;
  readonly total: number;
  readonly exceeds: number;
  readonly min: number;
  readonly max: number;
}

/** Counts values in buckets whose width grows with them. Reference: hdr_histogram.c, deps/histogram. */
export class HdrHistogram {
  readonly #options: HistogramOptions;
  readonly #unitMagnitude: number;
  readonly #halfCountMagnitude: number;
  readonly #highest: number;
  readonly #now: () => number;
  /** Counts by the lowest value of their bucket. A map, since most of the thousands of buckets stay empty. */
  #counts = new Map<number, number>();
  #total = 0;
  #exceeds = 0;
  /** As hdr_reset_internal_counters: no minimum yet. Zero is kept apart and never becomes it. */
  #min = INT64_MAX;
  #max = 0;
  #previousNs = 0;

  constructor(options: HistogramOptions) {
    this.#options = options;
    this.#unitMagnitude = Math.floor(Math.log2(options.lowest));
    // Enough sub-buckets to tell `figures` significant digits apart.
    this.#halfCountMagnitude = Math.max(1, Math.ceil(Math.log2(2 * 10 ** options.figures))) - 1;
    this.#highest = options.highest;
    this.#now = options.now;
  }

  static copyOf({ counts, total, exceeds, min, max, ...options }: HistogramState, now: () => number): HdrHistogram {
    const copy = new HdrHistogram({ ...options, now });
    copy.#counts = new Map(counts);
    copy.#total = total;
    copy.#exceeds = exceeds;
    copy.#min = min;
    copy.#max = max;
    return copy;
  }

  get state(): HistogramState {
    const { lowest, highest, figures } = this.#options;
    return {
      lowest,
      highest,
      figures,
      counts: this.#counts,
      total: this.#total,
      exceeds: this.#exceeds,
      min: this.#min,
      max: this.#max,
    };
  }

  /** False when the value is beyond the range; it is counted apart. */
  record(value: number | bigint, count = 1): boolean {
    const number = Number(value);
    // Each refused value counts once, whatever `count` says, as in Histogram::Record.
    if (number > this.#highest || number < 0) {
      this.#exceeds += 1;
      return false;
    }
    const bucket = this.#lowestEquivalent(number);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + count);
    this.#total += count;
    if (number !== 0 && number < this.#min) this.#min = number;
    if (number > this.#max) this.#max = number;
    return true;
  }

  /** Records the time since the last call, and gives it; the first one only remembers, and gives 0. */
  recordDelta(): number {
    const now = Math.round(this.#now() * 1e6);
    const delta = this.#previousNs > 0 ? now - this.#previousNs : 0;
    this.#previousNs = now;
    return delta > 0 && this.record(delta) ? delta : 0;
  }

  /** hdr_record_corrected_value: fills in what a stall kept from being recorded. */
  recordCorrected(value: number | bigint, expectedInterval: number | bigint): boolean {
    if (!this.record(value)) return false;
    const interval = Number(expectedInterval);
    if (interval <= 0) return true;
    // A stall of ten intervals hides nine recordings: they are added as if each had begun on time.
    for (let missing = Number(value) - interval; missing >= interval; missing -= interval) this.record(missing);
    return true;
  }

  reset(): void {
    this.#counts = new Map();
    this.#total = 0;
    this.#exceeds = 0;
    this.#min = INT64_MAX;
    this.#max = 0;
    this.#previousNs = 0;
  }

  /** hdr_add answers how many values it had to drop; those are in `exceeds` here, hence 0. */
  add(other: HdrHistogram): number {
    for (const [value, count] of other.#counts) this.record(value, count);
    this.#exceeds += other.#exceeds;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    return 0;
  }

  /** Minimum and maximum are found again from what is left: how precise they were is lost. */
  subtract(other: HdrHistogram): void {
    for (const [value, count] of other.#counts) {
      const left = Math.max(0, (this.#counts.get(value) ?? 0) - count);
      this.#total -= (this.#counts.get(value) ?? 0) - left;
      if (left === 0) this.#counts.delete(value);
      else this.#counts.set(value, left);
    }
    this.#exceeds = Math.max(0, this.#exceeds - other.#exceeds);
    const values = [...this.#counts.keys()];
    this.#min = values.some((value) => value !== 0) ? Math.min(...values.filter((value) => value !== 0)) : INT64_MAX;
    this.#max = values.length > 0 ? this.#highestEquivalent(Math.max(...values)) : 0;
  }

  count(): number {
    return this.#total;
  }

  exceeds(): number {
    return this.#exceeds;
  }

  /** hdr_min: INT64_MAX where nothing but zeros, or nothing at all, was recorded. */
  min(): number {
    if ((this.#counts.get(0) ?? 0) > 0) return 0;
    return this.#min === INT64_MAX ? INT64_MAX : this.#lowestEquivalent(this.#min);
  }

  /** hdr_max: the highest value of the bucket of the greatest one, 0 for an empty histogram. */
  max(): number {
    return this.#highestEquivalent(this.#max);
  }

  mean(): number {
    let sum = 0;
    // Every value counts as the middle of its bucket, as hdr_mean has it.
    for (const [value, count] of this.#sorted()) sum += count * this.#medianEquivalent(value);
    return sum / this.#total;
  }

  stddev(): number {
    const mean = this.mean();
    let sum = 0;
    for (const [value, count] of this.#sorted()) sum += (this.#medianEquivalent(value) - mean) ** 2 * count;
    return Math.sqrt(sum / this.#total);
  }

  /** 0 for fewer than three values, as the kurtosis for fewer than four. */
  skewness(): number {
    return this.#total < 3 ? 0 : this.#standardizedMoment(3);
  }

  /** Excess kurtosis: 0 for a normal distribution, and for fewer than four values. */
  kurtosis(): number {
    return this.#total < 4 ? 0 : this.#standardizedMoment(4) - 3;
  }

  countAt(value: number): number {
    return this.#counts.get(this.#lowestEquivalent(value)) ?? 0;
  }

  /** Share of recorded values up to the bucket of `value`. */
  cdf(value: number): number {
    if (this.#total === 0) return 0;
    const limit = this.#lowestEquivalent(value);
    let below = 0;
    for (const [bucket, count] of this.#counts) if (bucket <= limit) below += count;
    return below / this.#total;
  }

  /** hdr_value_at_percentile: the highest value of the bucket in which that share of all values is reached. */
  percentile(percentile: number): number {
    // Rounded to the nearest count, at least the first value.
    const wanted = Math.max(1, Math.floor((Math.min(percentile, 100) / 100) * this.#total + 0.5));
    let seen = 0;
    for (const [value, count] of this.#sorted()) {
      seen += count;
      if (seen >= wanted) return this.#highestEquivalent(value);
    }
    return 0;
  }

  /** The percentile iterator with one tick per half distance. */
  percentiles(map: Map<number, number>): void {
    let next = 0;
    let seen = 0;
    let last = 0;
    for (const [value, count] of this.#sorted()) {
      seen += count;
      last = value;
      const current = (100 * seen) / this.#total;
      while (next <= current && next < 100) {
        map.set(next, value);
        const halfDistance = 2 ** (Math.floor(Math.log2(100 / (100 - next))) + 1);
        next += 100 / halfDistance;
        // After the last value only the closing entry follows.
        if (seen >= this.#total) break;
      }
    }
    map.set(100, last);
  }

  /** Percentiles that a program lists itself, each looked up from the start. */
  percentilesAt(map: Map<number, number>, percentiles: Float64Array): void {
    for (const percentile of percentiles) map.set(percentile, this.percentile(percentile));
  }

  linearBuckets(step: number, map: Map<number, number>): void {
    this.#intoBuckets(map, (limit) => limit + step, step);
  }

  logBuckets(first: number, base: number, map: Map<number, number>): void {
    this.#intoBuckets(map, (limit) => limit * base, first);
  }

  #intoBuckets(map: Map<number, number>, grow: (limit: number) => number, first: number): void {
    let limit = first;
    let count = 0;
    for (const [value, here] of this.#sorted()) {
      // Empty buckets in between are told as well, with 0.
      while (value > limit) {
        map.set(this.#lowestEquivalent(limit), count);
        count = 0;
        limit = grow(limit);
      }
      count += here;
    }
    if (count > 0) map.set(this.#lowestEquivalent(limit), count);
  }

  #sorted(): [number, number][] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }

  #standardizedMoment(order: number): number {
    const mean = this.mean();
    const deviation = this.stddev();
    // All values alike (0) or none (NaN).
    if (!(deviation > 0)) return 0;
    let sum = 0;
    for (const [value, count] of this.#sorted())
      sum += ((this.#medianEquivalent(value) - mean) / deviation) ** order * count;
    return sum / this.#total;
  }

  /** Size of the range of values that share a bucket with `value`. */
  #rangeOf(value: number): number {
    const smallest = 2 ** (this.#unitMagnitude + this.#halfCountMagnitude + 1);
    if (value < smallest) return 2 ** this.#unitMagnitude;
    return 2 ** (Math.floor(Math.log2(value)) - this.#halfCountMagnitude);
  }

  #lowestEquivalent(value: number): number {
    const range = this.#rangeOf(value);
    return Math.floor(value / range) * range;
  }

  #highestEquivalent(value: number): number {
    return this.#lowestEquivalent(value) + this.#rangeOf(value) - 1;
  }

  #medianEquivalent(value: number): number {
    return this.#lowestEquivalent(value) + Math.floor(this.#rangeOf(value) / 2);
  }
}
