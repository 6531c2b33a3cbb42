/** How a running script leaves its straight path. Thrown by builtins, caught by the construct it is meant for. */

/** The (sub)shell ends. */
export class ShellExit {
  readonly status: number;
  /** Set when it ends as if by a signal. */
  readonly signal: string | undefined;

  constructor(status: number, signal?: string) {
    this.status = status;
    this.signal = signal;
  }
}

export class LoopExit {
  readonly kind: 'break' | 'continue';
  levels: number;

  constructor(kind: 'break' | 'continue', levels: number) {
    this.kind = kind;
    this.levels = levels;
  }
}

/** `return`: leaves a function or a sourced file. */
export class FunctionReturn {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

/** ^C at an interactive shell: back to the prompt. */
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
  readonly status: number;

  constructor(message: string, status = 2) {
    super(message);
    this.status = status;
  }
}

/** A write to a pipe nobody reads: what SIGPIPE does to a process. */
export class BrokenPipe {
  readonly fd: number;

  constructor(fd: number) {
    this.fd = fd;
  }
}
