/** Time since a fixed moment, the same for every worker of the browser: CLOCK_MONOTONIC for this machine. */
import type { Realm } from '../realm.ts';

/** 2025-01-01; taking it off keeps nanoseconds within what a double holds well. */
const EPOCH_MS = 1_735_689_600_000;

export function monotonicMs(realm: Realm): number {
  // Absolute, so that threads and processes compare; a worker's own clock begins at its creation.
  return realm.host.timeOrigin - EPOCH_MS + realm.host.performanceNow();
}

export function wallClockMs(realm: Realm): number {
  return realm.host.timeOrigin + realm.host.performanceNow();
}

/** Since the parent asked for this process: a spare worker is older than the process in it. */
export function uptimeMs(realm: Realm): number {
  return Math.max(0, wallClockMs(realm) - realm.sys.start.startedAtMs);
}
