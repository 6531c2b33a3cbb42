/** How a running script leaves its straight path. Thrown by builtins, caught by the construct it is meant for. */

/** Thrown, so that all that is under way is unwound; only the (sub)shell itself catches it. */
export class ShellExit {
  readonly status: number;
  /** Set when it ends as if by a signal. */
  readonly signal: string | undefined;

  constructor(status: number, signal?: string) {
    this.status = status;
    this.signal = signal;
  }
}

/**
 * `break` and `continue` (XCU 2.14): passes through as many loops
 * as `levels` says, each one it goes through counts it down.
 */
export class LoopExit {
  readonly kind: 'break' | 'continue';
  levels: number;

  constructor(kind: 'break' | 'continue', levels: number) {
    this.kind = kind;
    this.levels = levels;
  }
}

/**
 * `return`: leaves a function or a sourced file. One
 * that meets neither ends the shell with its status.
 */
export class FunctionReturn {
  /** As `$?` will be, 0 to 255. */
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

/**
 * ^C at an interactive shell: back to the prompt, whatever
 * was running. A shell that runs a script exits instead.
 */
export class Interrupted {
  readonly signal: string;

  constructor(signal = 'SIGINT') {
    this.signal = signal;
  }
}

/**
 * An error that ends a shell that is not interactive (XCU 2.8.1): in an
 * expansion, an assignment, a redirection of a special builtin.
 */
export class ShellError extends Error {
  /** What the shell ends with where it ends: dash says 2. */
  readonly status: number;

  constructor(message: string, status = 2) {
    super(message);
    this.status = status;
  }
}
