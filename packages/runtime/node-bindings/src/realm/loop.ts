/** The event loop as bindings see it. The implementation is `create-loop.ts`. */
export interface Loop {
  /** Milliseconds since the loop began, whole; libuv's `uv_now`. */
  now(): number;
  /**
   * Runs `task` as one macrotask of its own inside a callback scope: ticks and
   * microtasks drain after it. The loop stays alive until it has run.
   */
  enqueue(task: () => void): void;
  /** The same for a task that must not keep the process alive. */
  enqueueUnref(task: () => void): void;
  /** A close callback (`uv_close`): runs after the immediates of this iteration. Keeps the loop alive. */
  enqueueClosing(task: () => void): void;
  /** Keeps the loop alive until released. Releasing twice is a bug and throws. */
  hold(): Hold;
  /**
   * node::MakeCallback: calls `fn` on `receiver` inside a callback scope. Called
   * from a host event it becomes a task of the loop (ticks that microtasks left
   * behind come first); called while a callback runs it is a plain call.
   */
  makeCallback(receiver: unknown, fn: (...args: never[]) => unknown, ...args: unknown[]): void;
  /** A promise that settles later and keeps the loop alive till then. */
  track<T>(promise: Promise<T>): Promise<T>;
  /** True while a callback scope is open: JavaScript of the program is on the stack. */
  readonly inCallback: boolean;
}

/**
 * Keeps the loop alive until released; whoever takes one must release it on every way out,
 * or the process never ends.
 */
export interface Hold {
  release(): void;
}
