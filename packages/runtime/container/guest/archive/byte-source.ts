/** Bytes of a stream, taken in the sizes a format asks for. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** As many bytes as asked for; fewer at the end of the stream. */
  async read(size: number): Promise<Buffer> {
    while (this.#held.length < size && (await this.#fill()));
    return this.#take(size);
  }

  /** What there is, `limit` at most; empty at the end. */
  async some(limit: number): Promise<Buffer> {
    if (this.#held.length === 0) await this.#fill();
    return this.#take(limit);
  }

  /** Passes so many bytes by; false where the stream ends before. */
  async skip(size: number): Promise<boolean> {
    for (let left = size; left > 0;) {
      const { length } = await this.some(left);
      if (length === 0) return false;
      left -= length;
    }
    return true;
  }

  #take(size: number): Buffer {
    const taken = this.#held.subarray(0, size);
    this.#held = this.#held.subarray(taken.length);
    return taken;
  }

  /** Takes the next piece of the stream; false at its end. */
  async #fill(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#held = this.#held.length === 0 ? next.value : Buffer.concat([this.#held, next.value]);
    return true;
  }
}
