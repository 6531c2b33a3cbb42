import { logPage } from '@slipway/contracts';
import type { NewLogLine } from '@slipway/db';

type Stream = NewLogLine['stream'];

/** Writes one batch. Throws when the build is no longer this worker's to write to. */
export type WriteLines = (lines: NewLogLine[]) => Promise<void>;

/** A user sees output this late at most. */
const BATCH_MS = 100;
const BATCH_BYTES = 64 * 1024;
/** Half of what one answer may hold: a batch is one event. */
const batchLines = logPage.lines / 2;

/**
 * Turns output into log lines, in batches of at most 100 ms, 64 KiB or 500 lines
 * (P-14). What comes faster than the database takes it waits in memory, but never
 * more than the limit: past it, output is dropped, and a mark says so (P-10). Lines
 * are counted as well as bytes (SV-05): an empty line is a row like any other. Its
 * producer never waits.
 */
export class LogBatcher {
  readonly #write: WriteLines;
  readonly #limit: { bytes: number; lines: number };
  readonly #onError: (error: unknown) => void;
  readonly #decoders = new Map<Stream, InstanceType<typeof TextDecoder>>();
  /** The end of each stream's output that is no whole line yet. */
  readonly #partial = new Map<Stream, string>();
  #redact = (text: string): string => text;
  #waiting: NewLogLine[] = [];
  #waitingBytes = 0;
  /** Of all output so far; what was dropped is not counted. */
  #takenBytes = 0;
  #takenLines = 0;
  #cut = false;
  #failed = false;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: {
    write: WriteLines;
    limitBytes: number;
    limitLines: number;
    onError: (error: unknown) => void;
  }) {
    this.#write = options.write;
    this.#limit = { bytes: options.limitBytes, lines: options.limitLines };
    this.#onError = options.onError;
  }

  push(stream: Stream, bytes: Uint8Array): void {
    if (this.#cut) return;
    const room = this.#limit.bytes - this.#takenBytes;
    const taken = bytes.subarray(0, room);
    this.#takenBytes += taken.length;
    const decoder = this.#decoders.get(stream) ?? new TextDecoder();
    this.#decoders.set(stream, decoder);
    // A character may be cut by the border of two pieces: the decoder keeps its beginning.
    const text = (this.#partial.get(stream) ?? '') + decoder.decode(taken, { stream: true });
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1 && !this.#cut; end = text.indexOf('\n', from)) {
      this.#addLine(stream, text.slice(from, end));
      from = end + 1;
    }
    if (this.#cut) return;
    // A program that never ends its line must not make us hold all of it.
    for (; text.length - from > logPage.lineUnits && !this.#cut; from += logPage.lineUnits)
      this.#addLine(stream, text.slice(from, from + logPage.lineUnits));
    this.#partial.set(stream, text.slice(from));
    if (bytes.length > room) this.#cutOff(`${this.#limit.bytes} bytes`);
  }

  /** What every line goes through from now on, so that it shows no secret (P-30). */
  redactWith(redact: (text: string) => string): void {
    this.#redact = redact;
  }

  /**
   * Writes what was pushed so far, half lines too; of a line that goes on later the rest is one of its own. False where
   * some of it could not be written.
   */
  async flush(): Promise<boolean> {
    for (const [stream, text] of this.#partial) if (text !== '') this.#addLine(stream, text);
    this.#partial.clear();
    this.#send();
    await this.#writing;
    return !this.#failed;
  }

  #addLine(stream: Stream, line: string): void {
    // A terminal would show what follows the last carriage return. By hand: a pattern is quadratic in hostile text.
    let end = line.length;
    while (line[end - 1] === '\r') end--;
    const text = this.#redact(line.slice(0, end));
    // At least one round: an empty line is a line.
    for (let at = 0; (at === 0 || at < text.length) && !this.#cut; at += logPage.lineUnits) {
      if (this.#takenLines === this.#limit.lines) return this.#cutOff(`${this.#limit.lines} lines`);
      this.#takenLines++;
      this.#wait({ stream, text: text.slice(at, at + logPage.lineUnits) });
    }
  }

  #cutOff(limit: string): void {
    this.#cut = true;
    this.#partial.clear();
    this.#wait({ stream: 'system', text: `[output beyond ${limit} is left out]` });
  }

  #wait(line: NewLogLine): void {
    this.#waiting.push(line);
    this.#waitingBytes += line.text.length;
    if (this.#waitingBytes >= BATCH_BYTES || this.#waiting.length >= batchLines) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), BATCH_MS);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.length === 0) return;
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    // One batch at a time, so that line numbers are in the order of the output.
    this.#writing = this.#writing
      .then(() => this.#write(lines))
      .catch((error: unknown) => {
        this.#failed = true;
        this.#onError(error);
      });
  }
}
