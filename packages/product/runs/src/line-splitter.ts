/** A line without an end is cut here. */
const LINE_LIMIT = 16 * 1024;

/** Bytes of one stream as whole lines of text. */
export class LineSplitter {
  readonly #decoder = new TextDecoder();
  #rest = '';

  push(chunk: Uint8Array): string[] {
    this.#rest += this.#decoder.decode(chunk, { stream: true });
    const lines = this.#rest.split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LINE_LIMIT) {
      lines.push(this.#rest);
      this.#rest = '';
    }
    return lines;
  }

  /** What came after the last line end. */
  end(): string[] {
    const rest = this.#rest + this.#decoder.decode();
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}
