import { DynamicTable, ENTRY_OVERHEAD } from './dynamic-table.ts';
import { huffmanEncode, huffmanLength } from './huffman.ts';
import { STATIC_INDEX, STATIC_TABLE } from './static-table.ts';

/** One field of a header block. Texts are latin1; `sensitive` fields are never put into a table, here or downstream. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
  readonly sensitive: boolean;
}

/** Values that rarely come twice: keeping them would push out what does (the choice nghttp2 makes). */
const NOT_KEPT = new Set([
  ':path',
  'age',
  'content-length',
  'etag',
  'if-modified-since',
  'if-none-match',
  'location',
  'set-cookie',
]);
/** Cookies shorter than this could be guessed through the table's behaviour (RFC 7541, 7.1.3). */
const SHORT_COOKIE = 20;
const DEFAULT_TABLE_BYTES = 4096;

/**
 * Writes header blocks (RFC 7541, 6). Blocks must reach the peer in the order they were encoded: each changes the
 * table that the next one refers to.
 */
export class HpackEncoder {
  readonly #table = new DynamicTable(DEFAULT_TABLE_BYTES);
  /** What the program allows itself (`maxDeflateDynamicTableSize`). */
  readonly #ownLimit: number;
  /** The lowest limit since the last block: it has to be announced as well (4.2), as the table was emptied to it. */
  #smallestLimit: number | undefined;
  #announce = false;

  constructor(ownLimit: number = DEFAULT_TABLE_BYTES) {
    this.#ownLimit = ownLimit;
    if (ownLimit < DEFAULT_TABLE_BYTES) this.setTableLimit(ownLimit);
  }

  get tableSize(): number {
    return this.#table.size;
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE. Said to the peer with the next block (RFC 7541, 4.2). */
  setTableLimit(bytes: number): void {
    const limit = Math.min(bytes, this.#ownLimit);
    this.#table.setLimit(limit);
    this.#smallestLimit = Math.min(this.#smallestLimit ?? limit, limit);
    this.#announce = true;
  }

  encode(fields: readonly HeaderField[]): Uint8Array {
    const out: number[] = [];
    if (this.#announce) {
      if (this.#smallestLimit! < this.#table.limit) putInteger(out, 0x20, 5, this.#smallestLimit!);
      putInteger(out, 0x20, 5, this.#table.limit);
      this.#announce = false;
      this.#smallestLimit = undefined;
    }
    for (const field of fields) this.#encodeField(field, out);
    return Uint8Array.from(out);
  }

  #encodeField({ name, value, sensitive }: HeaderField, out: number[]): void {
    // Never indexed, here and by anybody downstream (7.1.3).
    const never = sensitive || name === 'authorization' || (name === 'cookie' && value.length < SHORT_COOKIE);
    const { exact, named } = this.#find(name, value);
    if (!never && exact > 0) {
      putInteger(out, 0x80, 7, exact);
      return;
    }
    const keep =
      // An entry that would push out nearly everything is not worth it.
      !never && !NOT_KEPT.has(name) && name.length + value.length + ENTRY_OVERHEAD <= (this.#table.limit * 3) / 4;
    if (keep) putInteger(out, 0x40, 6, named);
    else putInteger(out, never ? 0x10 : 0x00, 4, named);
    if (named === 0) putText(out, name);
    putText(out, value);
    if (keep) this.#table.add(name, value);
  }

  /** Indices into both tables as one row, 0 where there is none. */
  #find(name: string, value: string): { exact: number; named: number } {
    const staticExact = STATIC_INDEX.get(`${name}\0${value}`);
    if (staticExact !== undefined) return { exact: staticExact, named: staticExact };
    const found = this.#table.find(name, value);
    const index = (at: number): number => (at < 0 ? 0 : STATIC_TABLE.length + 1 + at);
    // For a name alone the static table goes first: its indices are the shorter ones.
    return { exact: index(found.exact), named: STATIC_INDEX.get(name) ?? index(found.named) };
  }
}

/**
 * RFC 7541, 5.1: `prefixBits` bits of the first byte, beside `pattern`; what does not fit follows in groups of 7
 * bits, lowest first.
 */
function putInteger(out: number[], pattern: number, prefixBits: number, value: number): void {
  const most = 2 ** prefixBits - 1;
  if (value < most) {
    out.push(pattern | value);
    return;
  }
  out.push(pattern | most);
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  out.push(rest);
}

/**
 * RFC 7541, 5.2: Huffman coded where that is shorter, else a byte a character;
 * the top bit of the length says which.
 */
function putText(out: number[], text: string): void {
  const packed = huffmanLength(text);
  if (packed < text.length) {
    putInteger(out, 0x80, 7, packed);
    huffmanEncode(text, out);
    return;
  }
  putInteger(out, 0, 7, text.length);
  for (let at = 0; at < text.length; at++) out.push(text.charCodeAt(at) & 0xff);
}
