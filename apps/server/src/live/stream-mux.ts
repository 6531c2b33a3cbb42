/**
 * Streams of bytes over one line to the program that an owner's tab runs (`apps/web/src/live/bridge.js`):
 *
 *   frame: type u8, stream u32, length u32, then so many bytes; numbers big-endian
 *
 *   open   the program connects to its port       data    of the connection, within the credit
 *   end    no more data this way                  reset   the connection is broken, both ways
 *   credit u32: so many bytes more may come; WINDOW_BYTES to begin with
 *
 * The tab and its program are a user's: what they say is bounded here, and a broken frame ends the line.
 */
import { Duplex } from 'node:stream';
import type { ByteRate } from '../http/byte-rate.ts';

const FRAME = { open: 1, data: 2, end: 3, reset: 4, credit: 5 } as const;
const HEADER_BYTES = 9;
/** Bytes of one stream that may be under way, each way, before its reader gives credit. */
export const WINDOW_BYTES = 256 * 1024;
/** A larger frame from the tab breaks the protocol and ends the line; own data is cut into such pieces. */
const PIECE_BYTES = 64 * 1024;
/** Credit is given back in such pieces: a frame for every read would be many. */
const GRANT_BYTES = 32 * 1024;

/** The server's end of the line. `send` is called with whole frames. */
export class StreamMux {
  readonly #send: (frame: Uint8Array) => void;
  readonly #rate: ByteRate;
  readonly #streams = new Map<number, MuxStream>();
  #lastId = 0;
  #buffered: Buffer = Buffer.alloc(0);

  constructor(send: (frame: Uint8Array) => void, rate: ByteRate) {
    this.#send = send;
    this.#rate = rate;
  }

  /** A connection to the program's port; it is an error on the stream if there is none. */
  open(): Duplex {
    const id = ++this.#lastId;
    const stream = new MuxStream({
      rate: this.#rate,
      send: (type, payload) => this.#send(encodeFrame(FRAME[type], id, payload)),
      gone: () => this.#streams.delete(id),
    });
    this.#streams.set(id, stream);
    this.#send(encodeFrame(FRAME.open, id));
    return stream;
  }

  /** Bytes from the line, cut anywhere. False when they are no frames: the line is to be ended. */
  receive(bytes: Uint8Array): boolean {
    this.#buffered = Buffer.concat([this.#buffered, bytes]);
    while (this.#buffered.length >= HEADER_BYTES) {
      const length = this.#buffered.readUInt32BE(5);
      if (length > PIECE_BYTES) return false;
      const end = HEADER_BYTES + length;
      if (this.#buffered.length < end) return true;
      const stream = this.#streams.get(this.#buffered.readUInt32BE(1));
      const payload = Buffer.from(this.#buffered.subarray(HEADER_BYTES, end));
      if (stream !== undefined && !stream.receive(this.#buffered.readUInt8(0), payload)) return false;
      this.#buffered = this.#buffered.subarray(end);
    }
    return true;
  }

  /** The line is gone, and every stream with it. */
  end(): void {
    for (const stream of [...this.#streams.values()]) stream.destroy(new Error('The live preview has ended'));
  }
}

/** `rate` is the line's, shared by all of its streams; `gone` is called when the stream is over. */
interface StreamEnd {
  readonly rate: ByteRate;
  send(type: keyof typeof FRAME, payload?: Uint8Array): void;
  gone(): void;
}

/**
 * One stream as Node's own, so that node:http can speak over it. It is half-open as TCP is: either side may
 * end first.
 */
class MuxStream extends Duplex {
  readonly #end: StreamEnd;
  #credit = WINDOW_BYTES;
  #wake: (() => void) | undefined;
  #came = 0;
  /** How far the other side may send. */
  #allowed = WINDOW_BYTES;
  #over = false;

  constructor(end: StreamEnd) {
    super({ allowHalfOpen: true });
    this.#end = end;
  }

  /** False ends the whole line: more data than was granted, or a frame that no stream takes. */
  receive(type: number, payload: Buffer): boolean {
    switch (type) {
      case FRAME.data:
        this.#came += payload.length;
        if (this.#came > this.#allowed) return false;
        this.push(payload);
        return true;
      case FRAME.end:
        this.push(null);
        return true;
      case FRAME.reset:
        this.#over = true;
        this.destroy(new Error('The program refused the connection, or broke it'));
        return true;
      case FRAME.credit:
        if (payload.length !== 4) return false;
        this.#credit = Math.min(this.#credit + payload.readUInt32BE(0), WINDOW_BYTES);
        this.#wake?.();
        return true;
      default:
        return false;
    }
  }

  /** Grants what the reader has taken since, when that is worth a frame. */
  override _read(): void {
    const used = this.#came - this.readableLength;
    const grant = used + WINDOW_BYTES - this.#allowed;
    if (grant < GRANT_BYTES) return;
    this.#allowed += grant;
    // Whoever waits for credit sends nothing: so the rate holds for all streams together.
    this.#end.rate.take(grant).then(
      () => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(grant);
        if (!this.destroyed) this.#end.send('credit', bytes);
      },
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#writeAll(chunk).then(() => done(), done);
  }

  /** No more than the other side's credit, and at the pace of the line; resolves when all is handed over. */
  async #writeAll(chunk: Buffer): Promise<void> {
    for (let rest = chunk; rest.length > 0 && !this.destroyed;) {
      if (this.#credit === 0) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const piece = rest.subarray(0, Math.min(this.#credit, PIECE_BYTES));
      this.#credit -= piece.length;
      rest = rest.subarray(piece.length);
      await this.#end.rate.take(piece.length);
      if (!this.destroyed) this.#end.send('data', piece);
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#end.send('end');
    done();
  }

  /** Tells the other side, unless it was the one that broke the stream. */
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#wake?.();
    if (!this.#over) this.#end.send('reset');
    this.#end.gone();
    done(error);
  }
}

/** See the head of this file. */
function encodeFrame(type: number, id: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const frame = Buffer.alloc(HEADER_BYTES + payload.length);
  frame.writeUInt8(type, 0);
  frame.writeUInt32BE(id, 1);
  frame.writeUInt32BE(payload.length, 5);
  frame.set(payload, HEADER_BYTES);
  return frame;
}
