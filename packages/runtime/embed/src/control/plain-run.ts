import type { OutputStream } from '@slipway/wire';
import { ControlError } from './control-error.ts';
import { OutputCredit } from './output-credit.ts';
import type { RunEnd, RunLine, RunSink } from './run-sink.ts';

/** What the one who runs a command hears of it. */
export interface RunWatch {
  /**
   * In the order of the messages; stdout and stderr of one process are not ordered
   * against each other. Where it returns a promise, the chunk counts as printed when
   * that is fulfilled, and a page that is slow so slows the program; a promise that
   * rejects fails the run.
   */
  readonly onOutput?: (stream: OutputStream, chunk: Uint8Array<ArrayBuffer>) => unknown;
  /** The process is there. Called before any output. */
  readonly onStart?: (pid: number) => void;
}

/** A command that is only watched: its output goes to a callback, its end settles a promise. */
export class PlainRun implements RunSink {
  readonly #watch: RunWatch;
  readonly #line: RunLine;
  readonly #settle: (end: RunEnd) => void;
  readonly #reject: (error: unknown) => void;
  readonly #credit: Readonly<Record<OutputStream, OutputCredit>>;
  #pid = 0;
  #end: RunEnd | undefined;
  /** Nothing of its own is to come any more. */
  #over = false;
  #failed = false;
  /** Chunks that `onOutput` is not done with. */
  #handling = 0;

  constructor(
    watch: RunWatch,
    windowBytes: number,
    line: RunLine,
    settle: (end: RunEnd) => void,
    reject: (error: unknown) => void,
  ) {
    this.#watch = watch;
    this.#line = line;
    this.#settle = settle;
    this.#reject = reject;
    const credit = (stream: OutputStream): OutputCredit =>
      new OutputCredit(windowBytes, (bytes) => line.grant(this.#pid, stream, bytes));
    this.#credit = { stdout: credit('stdout'), stderr: credit('stderr') };
  }

  started(pid: number): void {
    this.#pid = pid;
    this.#watch.onStart?.(pid);
  }

  output(stream: OutputStream, chunk: Uint8Array<ArrayBuffer>): void {
    const credit = this.#credit[stream];
    const { length } = chunk;
    if (!credit.take(length)) {
      this.failed(new ControlError('EPROTO', `Cannot follow process ${this.#pid}`, 'more came than was granted'));
      return;
    }
    // A background job's, after the run: it must not stand still because nobody looks.
    const handled = this.#over || this.#failed ? undefined : this.#watch.onOutput?.(stream, chunk);
    if (!(handled instanceof Promise)) {
      credit.used(length);
      return;
    }
    this.#handling++;
    handled.then(
      () => {
        credit.used(length);
        this.#handling--;
        this.#settleWhenDone();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  exited(end: RunEnd): void {
    this.#end = end;
  }

  quiet(): void {
    this.#over = true;
    this.#settleWhenDone();
  }

  ended(): void {
    this.quiet();
  }

  failed(error: ControlError): void {
    this.#fail(error);
  }

  #settleWhenDone(): void {
    if (this.#over && this.#handling === 0 && this.#end !== undefined) this.#settle(this.#end);
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#reject(error);
    // Whoever should have it does not want it any more: the program is told as by a closed pipe.
    if (this.#pid === 0 || this.#over) return;
    for (const stream of ['stdout', 'stderr'] as const) this.#line.close(this.#pid, stream).catch(() => undefined);
  }
}
