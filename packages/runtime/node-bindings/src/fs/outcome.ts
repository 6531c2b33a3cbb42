/**
 * What a file operation comes to: its value, a `Failure`, or a `Pending` where
 * it would have to wait and must not.
 */
export class Failure {
  /** Negative, as libuv has it. */
  readonly errno: number;
  /** libuv's name of the call, as messages show it: 'scandir', not 'readdir'. */
  readonly syscall: string;
  readonly path: string | undefined;
  readonly dest: string | undefined;

  constructor(errno: number, syscall: string, path?: string, dest?: string) {
    this.errno = errno;
    this.syscall = syscall;
    this.path = path;
    this.dest = dest;
  }
}

/** The call would block: it is tried again when `ready` settles. */
export class Pending {
  /** Settles when it is worth another try. */
  readonly ready: Promise<unknown>;

  constructor(ready: Promise<unknown>) {
    this.ready = ready;
  }
}

/** `block`: wait in place (a synchronous call), or answer `Pending`. */
export type Operation = (block: boolean) => unknown;

/** `undefined` where errno says success, as most calls answer. */
export const done = (errno: number, syscall: string, path?: string, dest?: string): Failure | undefined =>
  errno < 0 ? new Failure(errno, syscall, path, dest) : undefined;
