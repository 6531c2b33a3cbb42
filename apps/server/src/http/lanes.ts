/** Work of one kind: so much at once, so much waiting, and the rest is refused. */
export interface Lane {
  /** Undefined when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T> | undefined;
  /** Then it may be forgotten: a new lane in its place is in the same state. */
  idle(): boolean;
}

/** First come, first served. A place is free when the work has settled, however it did. */
export function createLane(limits: { atOnce: number; waiting: number }): Lane {
  let running = 0;
  const queue: (() => void)[] = [];
  const enter = async () => {
    if (running < limits.atOnce) running++;
    else await new Promise<void>((resolve) => queue.push(resolve));
  };
  const leave = () => {
    // The place is handed on: nobody who comes later can take it.
    const next = queue.shift();
    if (next) next();
    else running--;
  };
  return {
    run: (work) => {
      if (running >= limits.atOnce && queue.length >= limits.waiting) return undefined;
      return enter().then(work).finally(leave);
    },
    idle: () => running === 0,
  };
}

/** A lane for each key, all of which share one more: no key can take every place. */
export interface Lanes {
  /** Undefined when too many of this key, or of all, wait already. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> | undefined;
}

/**
 * A key's lane is forgotten when it is idle. Rejects with `LaneFullError` where the shared lane turns the
 * work away.
 */
export function createLanes(limits: {
  key: { atOnce: number; waiting: number };
  all: { atOnce: number; waiting: number };
}): Lanes {
  const all = createLane(limits.all);
  const lanes = new Map<string, Lane>();
  return {
    run: (key, work) => {
      const lane = lanes.get(key) ?? createLane(limits.key);
      lanes.set(key, lane);
      return lane
        .run(() => all.run(work) ?? Promise.reject(new LaneFullError()))
        ?.finally(() => {
          if (lane.idle()) lanes.delete(key);
        });
    },
  };
}

/** The key had room and the shared lane none: a rejection, since the work was taken already when that showed. */
export class LaneFullError extends Error {
  constructor() {
    super('Cannot take more work: too much is waiting');
  }
}
