import type { OutputStream } from '@slipway/wire';
import { ControlError } from './control-error.ts';
import { OutputCredit } from './output-credit.ts';
import type { RunEnd, RunLine, RunSink } from './run-sink.ts';

/** A process that the page talks with: a language server, say. */
export interface OpenProcess {
  readonly pid: number;
  /**
   * Its standard input. A write is done when the bytes are in the program's pipe, so
   * a program that does not read slows its page. Writing fails with EPIPE when nobody
   * reads; closing is the end of the input.
   */
  readonly stdin: WritableStream<Uint8Array>;
  /** Its output as bytes. Not read, it stops the program and nobody else; cancelled, the program gets EPIPE. */
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly stderr: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** How it ended, whoever has its pipes still. Rejects when the container is gone. */
  readonly exit: Promise<RunEnd>;
  /** Sends a signal (default SIGTERM) to its process group, or to it alone. Rejects with ESRCH when nobody is there. */
  kill(signal?: string, options?: { readonly group?: boolean }): Promise<void>;
}

/** Bytes of one `write`; a larger chunk goes in several. */
const WRITE_BYTES = 256 * 1024;

/** One output stream of an open process. What is not read waits in the stream's queue, which the credit bounds. */
class OutputSource {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #credit: OutputCredit;
  readonly #windowBytes: number;
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  /** Bytes that came, and of these what the credit knows to be used. */
  #came = 0;
  #used = 0;
  #open = true;

  constructor(windowBytes: number, grant: (bytes: number) => void, cancel: () => Promise<void>) {
    this.#windowBytes = windowBytes;
    this.#credit = new OutputCredit(windowBytes, grant);
    this.readable = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        // Called whenever the reader has taken something.
        pull: () => this.#count(),
        cancel: () => {
          this.#open = false;
          return cancel();
        },
      },
      { highWaterMark: windowBytes, size: ({ length }) => length },
    );
  }

  /** False where more comes than was granted. */
  put(chunk: Uint8Array<ArrayBuffer>): boolean {
    if (!this.#credit.take(chunk.length)) return false;
    if (!this.#open) return true;
    this.#came += chunk.length;
    this.#controller.enqueue(chunk);
    return true;
  }

  close(): void {
    if (this.#open) this.#controller.close();
    this.#open = false;
  }

  error(error: ControlError): void {
    if (this.#open) this.#controller.error(error);
    this.#open = false;
  }

  #count(): void {
    if (!this.#open) return;
    const queued = this.#windowBytes - (this.#controller.desiredSize ?? 0);
    const taken = this.#came - queued;
    this.#credit.used(taken - this.#used);
    this.#used = taken;
  }
}

/** The process as its page has it; made before the container has answered, and of use after `started`. */
export class OpenRun implements RunSink, OpenProcess {
  readonly stdin: WritableStream<Uint8Array>;
  readonly exit: Promise<RunEnd>;
  readonly #line: RunLine;
  readonly #started: (process: OpenProcess) => void;
  readonly #notStarted: (error: ControlError) => void;
  readonly #sources: Readonly<Record<OutputStream, OutputSource>>;
  #settle: (end: RunEnd) => void = () => undefined;
  #reject: (error: ControlError) => void = () => undefined;
  #input!: WritableStreamDefaultController;
  #pid = 0;

  constructor(
    windowBytes: number,
    line: RunLine,
    started: (process: OpenProcess) => void,
    notStarted: (error: ControlError) => void,
  ) {
    this.#line = line;
    this.#started = started;
    this.#notStarted = notStarted;
    const source = (stream: OutputStream): OutputSource =>
      new OutputSource(
        windowBytes,
        (bytes) => line.grant(this.#pid, stream, bytes),
        () => this.#close(stream),
      );
    this.#sources = { stdout: source('stdout'), stderr: source('stderr') };
    this.exit = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#reject = reject;
    });
    // Told to whoever waits for it; a page need not.
    this.exit.catch(() => undefined);
    this.stdin = new WritableStream(
      {
        start: (controller) => {
          this.#input = controller;
        },
        write: (chunk) => this.#write(chunk),
        close: () => this.#close('stdin'),
        abort: () => this.#close('stdin'),
      },
      { highWaterMark: WRITE_BYTES, size: ({ length }) => length },
    );
  }

  get pid(): number {
    return this.#pid;
  }

  get stdout(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#sources.stdout.readable;
  }

  get stderr(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#sources.stderr.readable;
  }

  kill(signal = 'SIGTERM', { group = true }: { readonly group?: boolean } = {}): Promise<void> {
    return this.#line.kill(this.#pid, signal, group);
  }

  started(pid: number): void {
    this.#pid = pid;
    this.#started(this);
  }

  output(stream: OutputStream, chunk: Uint8Array<ArrayBuffer>): void {
    if (this.#sources[stream].put(chunk)) return;
    this.failed(new ControlError('EPROTO', `Cannot follow process ${this.#pid}`, 'more came than was granted'));
  }

  exited(end: RunEnd): void {
    this.#settle(end);
  }

  quiet(): void {
    // Others have its pipes: their output is the stream's, too.
  }

  ended(): void {
    for (const source of Object.values(this.#sources)) source.close();
    this.#input.error(new ControlError('EPIPE', `Cannot write to process ${this.#pid}`, 'it has ended'));
  }

  failed(error: ControlError): void {
    this.#notStarted(error);
    this.#reject(error);
    for (const source of Object.values(this.#sources)) source.error(error);
    this.#input.error(error);
  }

  async #write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; at += WRITE_BYTES) {
      try {
        // A copy of its own: posting a view would post all that its buffer holds.
        await this.#line.write(this.#pid, chunk.slice(at, at + WRITE_BYTES));
      } catch (error) {
        // It ended in between: to a writer that is a pipe without a reader.
        if (error instanceof ControlError && error.code === 'ESRCH')
          throw new ControlError('EPIPE', `Cannot write to process ${this.#pid}`, 'it has ended');
        throw error;
      }
    }
  }

  async #close(stream: OutputStream | 'stdin'): Promise<void> {
    try {
      await this.#line.close(this.#pid, stream);
    } catch (error) {
      // What has ended has closed its pipes, and what is out of reach too.
      if (!(error instanceof ControlError)) throw error;
    }
  }
}
