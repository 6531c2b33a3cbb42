/** Time since a fixed moment, the same for every worker of the browser: CLOCK_MONOTONIC for this machine. */
import type { Realm } from '../realm/realm.ts';

/** 2025-01-01; taking it off keeps nanoseconds within what a double holds well. */
const EPOCH_MS = 1_735_689_600_000;

/** uv_hrtime in milliseconds, with the browser's fraction; never goes back, and compares between workers. */
export function monotonicMs(realm: Realm): number {
  // Absolute, so that threads and processes compare; a worker's own clock begins at its creation.
  return realm.host.timeOrigin - EPOCH_MS + realm.host.performanceNow();
}

/** Milliseconds since 1970, with fractions; unlike Date.now() it does not jump when the clock is set. */
export function wallClockMs(realm: Realm): number {
  return realm.host.timeOrigin + realm.host.performanceNow();
}

/**
 * Milliseconds since the parent asked for this process: a spare worker is older than the process in it, so the
 * worker's own clock would be wrong. Never negative, though two workers' clocks may differ by a step.
 */
export function uptimeMs(realm: Realm): number {
  return Math.max(0, wallClockMs(realm) - realm.sys.start.startedAtMs);
}
