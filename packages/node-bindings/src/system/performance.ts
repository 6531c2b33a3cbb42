/**
 * internalBinding('performance'). Reference: src/node_perf.cc, src/histogram.cc.
 *
 * Milestones are nanoseconds of the monotonic clock. A realm is prepared before
 * it becomes a process, so the time origin moves when the process starts.
 */
import type { Foreign, Realm } from '../realm.ts';
import { monotonicMs, uptimeMs, wallClockMs } from './clock.ts';
import { HdrHistogram } from './histogram.ts';

export function createPerformanceBinding(realm: Realm): Foreign {
  const { constants } = realm.data.bindings['performance'] as { constants: Readonly<Record<string, number>> };
  const index = (name: string): number => constants[`NODE_PERFORMANCE_MILESTONE_${name}`]!;
  const milestones = new Float64Array(Object.keys(constants).filter((name) => name.includes('MILESTONE')).length).fill(-1);
  const { performanceNow } = realm.host;

  /** Milliseconds of the worker's clock at which this process began. */
  let startedAt = 0;
  const setOrigin = (wallMs: number): void => {
    startedAt = wallMs - realm.host.timeOrigin;
    const originNs = (monotonicMs(realm) - (wallClockMs(realm) - wallMs)) * 1e6;
    milestones[index('TIME_ORIGIN')] = originNs;
    milestones[index('TIME_ORIGIN_TIMESTAMP')] = wallMs * 1000;
    milestones[index('NODE_START')] = originNs;
    milestones[index('V8_START')] = originNs;
    milestones[index('ENVIRONMENT')] = originNs;
  };
  setOrigin(realm.host.timeOrigin);

  class Histogram extends HistogramHandle {
    constructor(lowest: number | bigint, highest: number | bigint, figures: number) {
      super(new HdrHistogram({ lowest: Number(lowest), highest: Number(highest), figures, now: performanceNow }));
    }
  }

  return {
    constants,
    milestones,
    observerCounts: new Uint32Array(Object.keys(constants).filter((name) => name.includes('ENTRY_TYPE')).length),
    now: () => performanceNow() - startedAt,
    markBootstrapComplete() {
      setOrigin(wallClockMs(realm) - uptimeMs(realm));
      const nowNs = monotonicMs(realm) * 1e6;
      milestones[index('BOOTSTRAP_COMPLETE')] = nowNs;
      milestones[index('LOOP_START')] = nowNs;
    },
    // The browser does not tell how long a worker was idle, nor when it collects garbage.
    loopIdleTime: () => 0,
    uvMetricsInfo: () => [0, 0, 0],
    installGarbageCollectionTracking() {},
    removeGarbageCollectionTracking() {},
    // C++ reports http2, dns and gc entries through this callback; ours report none.
    setupObservers() {},
    notify() {},
    Histogram,
    createELDHistogram: (resolutionMs: number) => new EventLoopDelay(realm, resolutionMs),
  };
}

/** What lib/internal/histogram.js holds as `kHandle`: the numbers, and the same as bigint. */
class HistogramHandle {
  readonly hdr: HdrHistogram;

  constructor(hdr: HdrHistogram) {
    this.hdr = hdr;
  }

  record(value: number | bigint) { this.hdr.record(value); }
  recordDelta() { this.hdr.recordDelta(); }
  recordCorrected(value: number | bigint, interval: number | bigint) { this.hdr.recordCorrected(value, interval); }
  reset() { this.hdr.reset(); }
  add(other: HistogramHandle) { return this.hdr.add(other.hdr); }
  subtract(other: HistogramHandle) { this.hdr.subtract(other.hdr); }
  count() { return this.hdr.count(); }
  countBigInt() { return BigInt(this.hdr.count()); }
  countAt(value: number) { return this.hdr.countAt(value); }
  cdf(value: number) { return this.hdr.cdf(value); }
  exceeds() { return this.hdr.exceeds(); }
  exceedsBigInt() { return BigInt(this.hdr.exceeds()); }
  min() { return this.hdr.min(); }
  minBigInt() { return this.hdr.count() === 0 ? 2n ** 63n - 1n : BigInt(this.hdr.min()); }
  max() { return this.hdr.max(); }
  maxBigInt() { return BigInt(this.hdr.max()); }
  mean() { return this.hdr.mean(); }
  stddev() { return this.hdr.stddev(); }
  skewness() { return this.hdr.skewness(); }
  kurtosis() { return this.hdr.kurtosis(); }
  percentile(percentile: number) { return this.hdr.percentile(percentile); }
  percentileBigInt(percentile: number) { return BigInt(this.hdr.percentile(percentile)); }
  percentiles(map: Map<number, number>) { this.hdr.percentiles(map); }
  percentilesBigInt(map: Map<number, bigint>) {
    const numbers = new Map<number, number>();
    this.hdr.percentiles(numbers);
    for (const [percentile, value] of numbers) map.set(percentile, BigInt(value));
  }
  percentilesAt(map: Map<number, number>, percentiles: Float64Array) { this.hdr.percentilesAt(map, percentiles); }
  linearBuckets(step: number, map: Map<number, number>) { this.hdr.linearBuckets(step, map); }
  logBuckets(first: number, base: number, map: Map<number, number>) { this.hdr.logBuckets(first, base, map); }
  // Smoothing is off unless `halfLife` was given, and then Node has no numbers before the first value either.
  ewmaMean() { return 0; }
  ewmaStddev() { return 0; }
  ewmaErrorRate() { return 0; }
  ksTest() { return refuse('ksTest'); }
  welchTest() { return refuse('welchTest'); }
  mannWhitneyTest() { return refuse('mannWhitneyTest'); }
  cohensD() { return refuse('cohensD'); }
  cliffsD() { return refuse('cliffsD'); }
  percentileCI() { return refuse('percentileCI'); }
}

function refuse(name: string): never {
  throw new Error(`Cannot call Histogram.${name}: Slipway does not provide it`);
}

/** IntervalHistogram: how late a timer of `resolutionMs` fires, in nanoseconds. Does not keep the process alive. */
class EventLoopDelay extends HistogramHandle {
  readonly #realm: Realm;
  readonly #resolutionMs: number;
  #timer: number | undefined;

  constructor(realm: Realm, resolutionMs: number) {
    super(new HdrHistogram({ lowest: 1, highest: 3.6e12, figures: 3, now: realm.host.performanceNow }));
    this.#realm = realm;
    this.#resolutionMs = resolutionMs;
  }

  start(reset?: boolean): void {
    if (reset === true) this.reset();
    this.#arm();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#realm.host.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(): void {
    const armedAt = this.#realm.host.performanceNow();
    this.#timer = this.#realm.host.setTimeout(() => {
      const elapsedNs = Math.round((this.#realm.host.performanceNow() - armedAt) * 1e6);
      if (elapsedNs > 0) this.record(elapsedNs);
      this.#arm();
    }, this.#resolutionMs);
  }
}
