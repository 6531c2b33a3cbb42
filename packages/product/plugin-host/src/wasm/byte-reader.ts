import { InstantiationError } from '../ground/refusal.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads WebAssembly's binary format; whatever ends too early or is too long is an `InstantiationError`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  /** Of the next byte; whoever has read one too many sets it back. */
  at: number;
  readonly end: number;

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get done(): boolean {
    return this.at >= this.end;
  }

  byte(): number {
    if (this.at >= this.end) throw new InstantiationError('it ends in the middle of something');
    return this.bytes[this.at++]!;
  }

  peek(): number {
    if (this.at >= this.end) throw new InstantiationError('it ends in the middle of something');
    return this.bytes[this.at]!;
  }

  /**
   * LEB128. Of a fifth byte only four bits may be used; longer forms of small numbers are allowed, as engines
   * allow them.
   */
  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new InstantiationError('a number is longer than 32 bits');
  }

  /** A number of which only the end is of interest: at most ten bytes. */
  skipLeb(): void {
    for (let count = 0; count < 10; count++) if (this.byte() < 0x80) return;
    throw new InstantiationError('a number is longer than 64 bits');
  }

  /** Signed, 33 bits: what stands for the type of a block. */
  s33(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - 2 ** (shift + 7);
    }
    throw new InstantiationError('a number is longer than 33 bits');
  }

  take(count: number): Uint8Array {
    if (count > this.end - this.at) throw new InstantiationError('it ends in the middle of something');
    const taken = this.bytes.subarray(this.at, this.at + count);
    this.at += count;
    return taken;
  }

  name(): string {
    const bytes = this.take(this.u32());
    try {
      return decoder.decode(bytes);
    } catch {
      throw new InstantiationError('a name is not UTF-8');
    }
  }

  /** Reads a count and so many items; no more than `limit`. */
  list<T>(limit: number, what: string, item: (index: number) => T): T[] {
    const count = this.u32();
    if (count > limit) throw new InstantiationError(`it has ${count} ${what}: at most ${limit} are allowed`);
    const items: T[] = [];
    for (let index = 0; index < count; index++) items.push(item(index));
    return items;
  }

  /** A reader of the next `size` bytes, which this one skips. */
  section(): ByteReader {
    const size = this.u32();
    if (size > this.end - this.at) throw new InstantiationError('a section is cut off');
    const section = new ByteReader(this.bytes, this.at, this.at + size);
    this.at += size;
    return section;
  }

  finish(what: string): void {
    if (!this.done) throw new InstantiationError(`${what} is longer than what it holds`);
  }
}
