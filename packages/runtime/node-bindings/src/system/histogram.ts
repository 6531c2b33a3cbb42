/**
 * The histogram behind perf_hooks: HdrHistogram's buckets in plain numbers.
 * Reference: deps/histogram/src/hdr_histogram.c and src/histogram.cc.
 */
const INT64_MAX = 2 ** 63;

export interface HistogramOptions {
  readonly lowest: number;
  readonly highest: number;
  readonly figures: number;
  readonly now: () => number;
}

/** Everything a copy needs. */
export interface HistogramState extends Omit<HistogramOptions, 'now'> {
  readonly counts: ReadonlyMap<number, number>;
  readonly total: number;
  readonly exceeds: number;
  readonly min: number;
  readonly max: number;
}

export class HdrHistogram {
  readonly #options: HistogramOptions;
  readonly #unitMagnitude: number;
  readonly #halfCountMagnitude: number;
  readonly #highest: number;
  readonly #now: () => number;
  /** Counts by the lowest value of their bucket. */
  #counts = new Map<number, number>();
  #total = 0;
  #exceeds = 0;
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
    return { lowest, highest, figures, counts: this.#counts, total: this.#total, exceeds: this.#exceeds, min: this.#min, max: this.#max };
  }

  /** False when the value is beyond the range; it is counted apart. */
  record(value: number | bigint, count = 1): boolean {
    const number = Number(value);
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

  add(other: HdrHistogram): number {
    for (const [value, count] of other.#counts) this.record(value, count);
    this.#exceeds += other.#exceeds;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
    return 0;
  }

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

  /** hdr_min */
  min(): number {
    if ((this.#counts.get(0) ?? 0) > 0) return 0;
    return this.#min === INT64_MAX ? INT64_MAX : this.#lowestEquivalent(this.#min);
  }

  /** hdr_max */
  max(): number {
    return this.#highestEquivalent(this.#max);
  }

  mean(): number {
    let sum = 0;
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

  /** Excess kurtosis. */
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

  /** hdr_value_at_percentile */
  percentile(percentile: number): number {
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
    if (!(deviation > 0)) return 0;
    let sum = 0;
    for (const [value, count] of this.#sorted()) sum += ((this.#medianEquivalent(value) - mean) / deviation) ** order * count;
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
