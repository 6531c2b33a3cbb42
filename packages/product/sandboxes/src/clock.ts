/** An argument, so that tests move time by hand (testing/manual-clock.ts). */
export interface Clock {
  /** Milliseconds that only ever grow within one process. */
  now(): number;
  /** Calls back once, so many milliseconds later, unless what it returns is called before. */
  after(ms: number, callback: () => void): () => void;
}

/** Wall time, so it is only as steady as the machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** The promise, or a rejection with `error()` after so many milliseconds. */
export function within<T>(clock: Clock, ms: number, promise: Promise<T>, error: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(error()));
    promise.then(resolve, reject).finally(cancel);
  });
}
