import { DynamicTable } from './dynamic-table.ts';
import { huffmanDecode } from './huffman.ts';
import type { HeaderField } from './hpack-encoder.ts';
import { STATIC_TABLE, type HeaderEntry } from './static-table.ts';

/** A block that cannot be decompressed: the connection's state is lost (RFC 9113, 4.3). */
export class HpackError extends Error {}

const DEFAULT_TABLE_BYTES = 4096;
/**
 * A guard, not a rule of RFC 7541: no length or index of a frame needs more, and continuation bytes could grow a
 * number for ever.
 */
const LARGEST_INTEGER = 2 ** 32;

/** Reads header blocks. Reference: RFC 7541, 3 and 6. */
export class HpackDecoder {
  readonly #table = new DynamicTable(DEFAULT_TABLE_BYTES);
  /** The most the table may be set to, in bytes; the table itself only changes when the peer says so in a block. */
  #allowed = DEFAULT_TABLE_BYTES;
  #mustShrink = false;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;

  get tableSize(): number {
    return this.#table.size;
  }

  /** Our SETTINGS_HEADER_TABLE_SIZE once the peer has acknowledged it. */
  setTableLimit(bytes: number): void {
    // A peer that must shrink says so at the start of its next block (4.2).
    if (bytes < this.#table.limit) this.#mustShrink = true;
    this.#allowed = bytes;
  }

  /**
   * One whole block, CONTINUATION frames joined. Throws HpackError, after which the connection cannot go on: the
   * tables of both sides have parted (RFC 9113, 4.3, COMPRESSION_ERROR).
   */
  decode(block: Uint8Array): HeaderField[] {
    this.#bytes = block;
    this.#at = 0;
    const fields: HeaderField[] = [];
    while (this.#at < block.length) {
      const first = block[this.#at]!;
      // 6.3: a size update, 001 in front. Everything else is a field.
      if ((first & 0xe0) === 0x20) this.#resize(fields.length);
      else {
        if (this.#mustShrink) throw new HpackError('the table was not shrunk');
        fields.push(this.#field(first));
      }
    }
    return fields;
  }

  /** Only in front of the first field (4.2), and never beyond what we allow. */
  #resize(fieldsBefore: number): void {
    const limit = this.#integer(5);
    if (fieldsBefore > 0 || limit > this.#allowed)
      throw new HpackError(`a table of ${limit} bytes is not allowed here`);
    this.#mustShrink = false;
    this.#table.setLimit(limit);
  }

  #field(first: number): HeaderField {
    // 6.1: an index alone; 6.2.1: 01, a literal that is kept; 6.2.2 and 6.2.3:
    // 0000 and 0001, one that is not, or never.
    if ((first & 0x80) !== 0) return { ...this.#entry(this.#integer(7)), sensitive: false };
    const keep = (first & 0x40) !== 0;
    const index = this.#integer(keep ? 6 : 4);
    const name = index === 0 ? this.#text() : this.#entry(index).name;
    const value = this.#text();
    // Kept after it was read: the entry that gave its name may be pushed out by it (4.4).
    if (keep) this.#table.add(name, value);
    return { name, value, sensitive: !keep && (first & 0x10) !== 0 };
  }

  /** Index 1 is the first of the static table, the dynamic one follows it; 0 and beyond are errors (2.3.3). */
  #entry(index: number): HeaderEntry {
    const entry =
      index <= STATIC_TABLE.length ? STATIC_TABLE[index - 1] : this.#table.get(index - STATIC_TABLE.length - 1);
    if (entry === undefined) throw new HpackError(`no entry ${index}`);
    return entry;
  }

  #integer(prefixBits: number): number {
    const most = 2 ** prefixBits - 1;
    let value = this.#byte() & most;
    if (value < most) return value;
    // 5.1: seven bits a byte from the least significant. Bounded, or a long row of 0x80 would be endless work.
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (value >= LARGEST_INTEGER) throw new HpackError('an integer is too large');
      if ((byte & 128) === 0) return value;
    }
  }

  #text(): string {
    const packed = (this.#bytes[this.#at]! & 0x80) !== 0;
    const length = this.#integer(7);
    const start = this.#at;
    const end = start + length;
    if (end > this.#bytes.length) throw new HpackError('the block ends within a text');
    this.#at = end;
    const text = packed ? huffmanDecode(this.#bytes, start, end) : latin1(this.#bytes.subarray(start, end));
    if (text === undefined) throw new HpackError('a text is not a valid Huffman code');
    return text;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new HpackError('the block ends within an integer');
    return byte;
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
