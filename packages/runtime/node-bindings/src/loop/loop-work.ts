import type { Thrown } from './guarded-call.ts';

/** What the process decides, the loop only asks. */
export interface LoopOwner {
  /** An exception left a callback. Returns when a handler took it; ends the process otherwise. */
  uncaught(thrown: Thrown): void;
  /** A callback is about to begin: whatever microtasks ran are over. */
  entering(): void;
  /** The loop ran dry: emit 'beforeExit'. Called inside a callback scope. */
  beforeExit(): void;
  /** The loop ran dry for good: emit 'exit' and end the process. */
  exit(): void;
  /** An 'exit' listener threw and a handler of the program took it: the process ends all the same. */
  exitInterrupted(): void;
}

/** One entry of the poll queue: what libuv would run as an I/O callback or the end of thread-pool work. */
export interface Task {
  readonly run: () => void;
  /** Whether it keeps the process alive while it waits, as a referenced request does. */
  readonly ref: boolean;
  /** Number of check phases begun when it was queued; -1 when it came from outside. */
  readonly born: number;
}

/**
 * A rejection the engine has reported and lib has not been told of: a handler may still come before the next turn.
 */
export interface PendingRejection {
  readonly promise: Promise<unknown>;
  readonly reason: unknown;
}

/** A callback that does nothing, for whoever wants only what surrounds one. */
export function noop(): void {
  // A scope of its own for ticks that microtasks left behind.
}

/** Stands in for a function that lib registers as it boots: called before that, it says which one is missing. */
export function unbound(by: string): () => never {
  return () => {
    throw new Error(`Cannot run the loop: lib has not called "${by}" yet`);
  };
}
