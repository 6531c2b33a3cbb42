import type { NewLogLine } from '@slipway/db';

type Stream = NewLogLine['stream'];

/** Writes one batch. Throws when the build is no longer this worker's to write to. */
export type WriteLines = (lines: NewLogLine[]) => Promise<void>;

const batchMs = 100;
const batchBytes = 64 * 1024;
/** A line longer than this becomes several. */
const lineLimit = 16 * 1024;

/**
 * Turns output into log lines, in batches of at most 100 ms or 64 KiB (P-14).
 * What comes faster than the database takes it waits in memory, but never more
 * than the limit: past it, output is counted and dropped, and a mark says so
 * (P-10). Its producer never waits.
 */
export class LogBatcher {
  readonly #write: WriteLines;
  readonly #limitBytes: number;
  readonly #onError: (error: unknown) => void;
  readonly #decoders = new Map<Stream, InstanceType<typeof TextDecoder>>();
  readonly #partial = new Map<Stream, string>();
  #waiting: NewLogLine[] = [];
  #waitingBytes = 0;
  #takenBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: { write: WriteLines; limitBytes: number; onError: (error: unknown) => void }) {
    this.#write = options.write;
    this.#limitBytes = options.limitBytes;
    this.#onError = options.onError;
  }

  push(stream: Stream, bytes: Uint8Array): void {
    if (this.#takenBytes > this.#limitBytes) return;
    this.#takenBytes += bytes.length;
    const decoder = this.#decoders.get(stream) ?? new TextDecoder();
    this.#decoders.set(stream, decoder);
    const text = (this.#partial.get(stream) ?? '') + decoder.decode(bytes, { stream: true });
    const lines = text.split('\n');
    let rest = lines.pop() ?? '';
    for (const line of lines) this.#addLine(stream, line);
    for (; rest.length > lineLimit; rest = rest.slice(lineLimit)) this.#addLine(stream, rest.slice(0, lineLimit));
    this.#partial.set(stream, rest);
    if (this.#takenBytes > this.#limitBytes) {
      this.#addLine('system', `[output beyond ${this.#limitBytes} bytes is left out]`);
      this.#partial.clear();
    }
  }

  /** Writes what is left, half lines too. Nothing may be pushed after it. */
  async end(): Promise<void> {
    for (const [stream, text] of this.#partial) if (text !== '') this.#addLine(stream, text);
    this.#partial.clear();
    this.#flush();
    await this.#writing;
  }

  #addLine(stream: Stream, line: string): void {
    // A terminal would show what follows the last carriage return.
    const text = line.replace(/\r+$/, '');
    for (let at = 0; at === 0 || at < text.length; at += lineLimit) {
      const piece = text.slice(at, at + lineLimit);
      this.#waiting.push({ stream, text: piece });
      this.#waitingBytes += piece.length;
      if (this.#waitingBytes >= batchBytes) this.#flush();
    }
    this.#timer ??= setTimeout(() => this.#flush(), batchMs);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#writing = this.#writing.then(() => this.#write(lines)).catch((error: unknown) => this.#onError(error));
  }
}
