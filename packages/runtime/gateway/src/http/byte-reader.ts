import type { ByteStream } from '../bytes/byte-stream.ts';
import { HttpError } from './http-error.ts';

const CR = 0x0d;
const LF = 0x0a;

/**
 * Lines and bodies from a byte stream; keeps what was read too far for the next message. One reader
 * for a connection, and one caller at a time: nothing here guards against two reads at once.
 */
export class ByteReader {
  readonly #stream: ByteStream;
  #buffer: Uint8Array<ArrayBuffer> = new Uint8Array();

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  /** Bytes read from the stream and not yet taken. */
  get buffered(): number {
    return this.#buffer.length;
  }

  /** The next byte, which stays; `null` at the end. */
  async peek(): Promise<number | null> {
    if (this.#buffer.length === 0 && !(await this.#fill())) return null;
    return this.#buffer[0] ?? null;
  }

  /** At most `max` bytes, at least one; `null` at the end. */
  async readSome(max: number): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#buffer.length === 0 && !(await this.#fill())) return null;
    const taken = this.#buffer.subarray(0, max);
    this.#buffer = this.#buffer.subarray(taken.length);
    return taken;
  }

  /**
   * Exactly `count` bytes, all in memory: the caller
   * has checked that it is no more than it can bear.
   */
  async readExactly(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#buffer.length < count)
      if (!(await this.#fill())) throw new HttpError('The connection ended in the middle of a message');
    const taken = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return taken;
  }

  /**
   * One line without its end, as latin1 (RFC 9112, 2.2); `null` at the end
   * before the first byte. Longer than `maxBytes` is an HttpError, before more
   * is read. A bare LF ends a line too, as the standard lets a recipient do.
   */
  async readLine(maxBytes: number): Promise<string | null> {
    let from = 0;
    for (;;) {
      const end = this.#buffer.indexOf(LF, from);
      if (end > maxBytes || (end < 0 && this.#buffer.length > maxBytes))
        throw new HttpError(`A line is longer than ${maxBytes} bytes`);
      if (end >= 0) {
        const line = this.#buffer.subarray(0, end > 0 && this.#buffer[end - 1] === CR ? end - 1 : end);
        this.#buffer = this.#buffer.subarray(end + 1);
        return latin1(line);
      }
      // What has been searched holds no newline; the next search begins behind it.
      from = this.#buffer.length;
      if (!(await this.#fill())) {
        if (from === 0) return null;
        throw new HttpError('The connection ended in the middle of a line');
      }
    }
  }

  async #fill(): Promise<boolean> {
    const bytes = await this.#stream.read();
    if (bytes === null) return false;
    if (this.#buffer.length === 0) this.#buffer = bytes as Uint8Array<ArrayBuffer>;
    else {
      const joined = new Uint8Array(this.#buffer.length + bytes.length);
      joined.set(this.#buffer, 0);
      joined.set(bytes, this.#buffer.length);
      this.#buffer = joined;
    }
    return true;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
