/** A growing array of bytes with V8's number encodings. */
export class ByteSink {
  #bytes = new Uint8Array(64);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /**
   * Base 128, least significant group first, the top bit on all but the last byte. For integers from 0 to 2^53 - 1.
   */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      // By division: a shift would cut numbers of more than 31 bits.
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  varint64(value: bigint): void {
    let rest = value;
    while (rest >= 0x80n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }

  /** Signed numbers with the sign in the lowest bit. */
  zigzag(value: number): void {
    // Shifts work on int32, and V8 writes nothing else in zigzag.
    this.varint(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** Little-endian, at whatever offset: readers do not expect alignment. */
  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A copy: the caller may go on using its memory. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Takes the bytes; the sink is empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#bytes.length) return;
    // Doubling, so that many small writes cost little.
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Bytes `varint` will write, to know the alignment of what follows before it is written. */
export function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}
