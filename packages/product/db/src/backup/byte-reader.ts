import type { Readable } from 'node:stream';

/** A piece may be one row of COPY, which may hold a whole file. */
const PIECE_LIMIT_BYTES = 1024 ** 3;

/** Takes exact numbers of bytes from a stream, as fast as they are asked for. */
export class ByteReader {
  readonly #pieces: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: Readable) {
    this.#pieces = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  async read(length: number): Promise<Buffer> {
    if (length > PIECE_LIMIT_BYTES) throw new Error(`Cannot read a backup: a piece of ${length} bytes is none of ours`);
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      if (this.#held.length === 0) await this.#next();
      const part = this.#held.subarray(0, missing);
      this.#held = this.#held.subarray(part.length);
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts, length);
  }

  /** Without its line end. Throws where more than `limitBytes` come without one. */
  async readLine(limitBytes: number): Promise<string> {
    const parts: Buffer[] = [];
    for (let size = 0; size <= limitBytes;) {
      if (this.#held.length === 0) await this.#next();
      const end = this.#held.indexOf(0x0a);
      const part = end === -1 ? this.#held : this.#held.subarray(0, end);
      parts.push(part);
      size += part.length;
      this.#held = end === -1 ? Buffer.alloc(0) : this.#held.subarray(end + 1);
      if (end !== -1) return Buffer.concat(parts).toString('utf8');
    }
    throw new Error('Cannot restore: this is no backup of Slipway');
  }

  async #next(): Promise<void> {
    const next = await this.#pieces.next();
    if (next.done === true) throw new Error('Cannot restore: the backup was cut off');
    this.#held = next.value;
  }
}
