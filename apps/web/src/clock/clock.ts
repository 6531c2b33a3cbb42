/** Where time comes from: the page's own, or a test's. */
export interface Clock {
  nowMs(): number;
  /** Calls `run` once, `ms` from now. Returns how to prevent that. */
  after(ms: number, run: () => void): () => void;
}

/** The clock of the page: monotonic, so that a corrected wall clock delays nothing. */
export const pageClock: Clock = {
  nowMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
