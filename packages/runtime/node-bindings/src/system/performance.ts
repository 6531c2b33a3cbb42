import type { EventLoop } from '../loop/create-loop.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { monotonicMs, uptimeMs, wallClockMs } from './clock.ts';
import { SharedHandles } from '../realm/shared-handles.ts';
import { handleClone, handleRevive } from '../handles/message-value.ts';
import { MovingStatistics } from './ewma.ts';
import { HdrHistogram, type HistogramState } from './histogram.ts';

/** Doubles of this size tell microseconds apart. */
const STEP_NS = 1000;

/**
 * internalBinding('performance'). Reference: src/node_perf.cc, src/histogram.cc.
 *
 * Milestones are nanoseconds of the monotonic clock. A realm is prepared before
 * it becomes a process, so the time origin moves when the process starts.
 */
export function createPerformanceBinding(realm: Realm): Foreign {
  const { constants } = realm.data.bindings['performance'] as { constants: Readonly<Record<string, number>> };
  const index = (name: string): number => constants[`NODE_PERFORMANCE_MILESTONE_${name}`]!;
  // -1: not reached. Nanoseconds; lib makes milliseconds since the time origin of them.
  const milestones = new Float64Array(Object.keys(constants).filter((name) => name.includes('MILESTONE')).length).fill(
    -1,
  );
  const { performanceNow } = realm.host;

  /** Milliseconds of the worker's clock at which this process began; a spare worker had lived for a while by then. */
  let startedAt = 0;
  const setOrigin = (wallMs: number): void => {
    startedAt = wallMs - realm.host.timeOrigin;
    // The same moment on two clocks: what the wall clock says has passed since is taken off the monotonic one.
    const originNs = (monotonicMs(realm) - (wallClockMs(realm) - wallMs)) * 1e6;
    milestones[index('TIME_ORIGIN')] = originNs;
    milestones[index('TIME_ORIGIN_TIMESTAMP')] = wallMs * 1000;
    milestones[index('NODE_START')] = originNs;
    // Done before there was a process, in this order.
    milestones[index('V8_START')] = originNs + STEP_NS;
    milestones[index('ENVIRONMENT')] = originNs + 2 * STEP_NS;
  };
  setOrigin(realm.host.timeOrigin);

  const { metrics } = realm.loop as EventLoop;
  metrics.bind((moment) => {
    if (moment === 'exit' || milestones[index('LOOP_START')] === -1)
      milestones[index(`LOOP_${moment.toUpperCase()}`)] = monotonicMs(realm) * 1e6;
  });

  const shared = new SharedHandles<HistogramHandle>(realm);
  class Histogram extends HistogramHandle {
    constructor(lowest: number | bigint, highest: number | bigint, figures: number, halfLife = 0, threshold = 0) {
      super(
        new HdrHistogram({ lowest: Number(lowest), highest: Number(highest), figures, now: performanceNow }),
        shared,
        new MovingStatistics(halfLife, threshold),
      );
    }
  }

  return {
    constants,
    milestones,
    // How many observers there are for each type; lib counts them here, C++ would look before it makes an entry.
    observerCounts: new Uint32Array(Object.keys(constants).filter((name) => name.includes('ENTRY_TYPE')).length),
    now: () => performanceNow() - startedAt,
    markBootstrapComplete() {
      setOrigin(wallClockMs(realm) - uptimeMs(realm));
      const nowNs = monotonicMs(realm) * 1e6;
      milestones[index('BOOTSTRAP_COMPLETE')] = nowNs;
      // A thread's program runs in its loop, the main program before it.
      if (!realm.isMainThread) milestones[index('LOOP_START')] = nowNs;
    },
    loopIdleTime: () => metrics.idleMs,
    uvMetricsInfo: () => metrics.counts,
    // The browser does not tell when it collects garbage.
    installGarbageCollectionTracking() {},
    removeGarbageCollectionTracking() {},
    // C++ reports http2, dns and gc entries through this callback; ours report none.
    setupObservers() {},
    notify() {},
    Histogram,
    createELDHistogram: (resolutionMs: number) => new EventLoopDelay(realm, shared, resolutionMs),
    // The very histogram where it was made in this thread, else a copy as of now.
    [handleRevive]: ({ id, state }: { id: string; state: HistogramState }) =>
      shared.find(id) ?? new HistogramHandle(HdrHistogram.copyOf(state, performanceNow), shared),
  };
}

/** What lib/internal/histogram.js holds as `kHandle`: the numbers, and the same as bigint. */
class HistogramHandle {
  readonly hdr: HdrHistogram;
  readonly #shared: SharedHandles<HistogramHandle>;
  readonly #moving: MovingStatistics;

  constructor(hdr: HdrHistogram, shared: SharedHandles<HistogramHandle>, moving = new MovingStatistics(0, 0)) {
    this.hdr = hdr;
    this.#shared = shared;
    this.#moving = moving;
  }

  [handleClone](): { binding: string; data: { id: string; state: HistogramState } } {
    return { binding: 'performance', data: { id: this.#shared.idOf(this), state: this.hdr.state } };
  }

  record(value: number | bigint) {
    if (this.hdr.record(value)) this.#moving.record(Number(value));
  }

  recordDelta() {
    const delta = this.hdr.recordDelta();
    if (delta > 0) this.#moving.record(delta);
  }

  recordCorrected(value: number | bigint, interval: number | bigint) {
    if (this.hdr.recordCorrected(value, interval)) this.#moving.record(Number(value));
  }

  reset() {
    this.hdr.reset();
    this.#moving.reset();
  }

  add(other: HistogramHandle) {
    return this.hdr.add(other.hdr);
  }
  subtract(other: HistogramHandle) {
    this.hdr.subtract(other.hdr);
  }
  count() {
    return this.hdr.count();
  }
  countBigInt() {
    return BigInt(this.hdr.count());
  }
  countAt(value: number) {
    return this.hdr.countAt(value);
  }
  cdf(value: number) {
    return this.hdr.cdf(value);
  }
  exceeds() {
    return this.hdr.exceeds();
  }
  exceedsBigInt() {
    return BigInt(this.hdr.exceeds());
  }
  min() {
    return this.hdr.min();
  }
  /** INT64_MAX, exactly, which a double cannot be. */
  minBigInt() {
    return this.hdr.count() === 0 ? 2n ** 63n - 1n : BigInt(this.hdr.min());
  }
  max() {
    return this.hdr.max();
  }
  maxBigInt() {
    return BigInt(this.hdr.max());
  }
  mean() {
    return this.hdr.mean();
  }
  stddev() {
    return this.hdr.stddev();
  }
  skewness() {
    return this.hdr.skewness();
  }
  kurtosis() {
    return this.hdr.kurtosis();
  }
  percentile(percentile: number) {
    return this.hdr.percentile(percentile);
  }
  percentileBigInt(percentile: number) {
    return BigInt(this.hdr.percentile(percentile));
  }
  percentiles(map: Map<number, number>) {
    this.hdr.percentiles(map);
  }
  percentilesBigInt(map: Map<number, bigint>) {
    const numbers = new Map<number, number>();
    this.hdr.percentiles(numbers);
    for (const [percentile, value] of numbers) map.set(percentile, BigInt(value));
  }
  percentilesAt(map: Map<number, number>, percentiles: Float64Array) {
    this.hdr.percentilesAt(map, percentiles);
  }
  linearBuckets(step: number, map: Map<number, number>) {
    this.hdr.linearBuckets(step, map);
  }
  logBuckets(first: number, base: number, map: Map<number, number>) {
    this.hdr.logBuckets(first, base, map);
  }
  ewmaMean() {
    return this.#moving.mean;
  }
  ewmaStddev() {
    return this.#moving.stddev;
  }
  ewmaErrorRate() {
    return this.#moving.errorRate;
  }
  /** This and those below are refused by name: a number that is not true would be worse. */
  ksTest() {
    return refuse('ksTest');
  }
  welchTest() {
    return refuse('welchTest');
  }
  mannWhitneyTest() {
    return refuse('mannWhitneyTest');
  }
  cohensD() {
    return refuse('cohensD');
  }
  cliffsD() {
    return refuse('cliffsD');
  }
  percentileCI() {
    return refuse('percentileCI');
  }
}

function refuse(name: string): never {
  throw new Error(`Cannot call Histogram.${name}: Slipway does not provide it`);
}

/** IntervalHistogram: how late a timer of `resolutionMs` fires, in nanoseconds. Does not keep the process alive. */
class EventLoopDelay extends HistogramHandle {
  readonly #realm: Realm;
  readonly #resolutionMs: number;
  #timer: number | undefined;

  constructor(realm: Realm, shared: SharedHandles<HistogramHandle>, resolutionMs: number) {
    super(new HdrHistogram({ lowest: 1, highest: 3.6e12, figures: 3, now: realm.host.performanceNow }), shared);
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

  /** A timer of the browser's, so what delays the loop delays this as well. */
  #arm(): void {
    const armedAt = this.#realm.host.performanceNow();
    this.#timer = this.#realm.host.setTimeout(() => {
      // The whole time, not what exceeds the resolution: uv's histogram has it so, too.
      const elapsedNs = Math.round((this.#realm.host.performanceNow() - armedAt) * 1e6);
      if (elapsedNs > 0) this.record(elapsedNs);
      this.#arm();
    }, this.#resolutionMs);
  }
}
