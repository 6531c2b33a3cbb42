/** CRC-32 of ISO 3309, as zlib's `crc32`: the polynomial reflected, eight tables of 256 (slicing-by-8). */
const POLYNOMIAL = 0xedb88320;
const SLICES = 8;

function makeTables(): Uint32Array {
  const tables = new Uint32Array(256 * SLICES);
  for (let byte = 0; byte < 256; byte++) {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL;
    tables[byte] = value;
  }
  // Table k has the effect of a byte that k more zero bytes follow.
  for (let index = 256; index < tables.length; index++) {
    const before = tables[index - 256]!;
    tables[index] = (before >>> 8) ^ tables[before & 0xff]!;
  }
  return tables;
}

/** The CRC-32 of `bytes`, going on from `seed` (RFC 1952, 8). */
export type Crc32 = (bytes: Uint8Array, seed: number) => number;

/** The tables cost 8 KB and a millisecond; they are made with the first call. */
export function createCrc32(): Crc32 {
  let tables: Uint32Array | undefined;
  return (bytes, seed) => {
    const t = (tables ??= makeTables());
    let crc = ~seed;
    let at = 0;
    // Eight bytes a turn: one look-up each, all independent of one another.
    for (; at + 8 <= bytes.length; at += 8) {
      const low = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
      crc =
        t[1792 + (low & 0xff)]! ^
        t[1536 + ((low >>> 8) & 0xff)]! ^
        t[1280 + ((low >>> 16) & 0xff)]! ^
        t[1024 + (low >>> 24)]! ^
        t[768 + bytes[at + 4]!]! ^
        t[512 + bytes[at + 5]!]! ^
        t[256 + bytes[at + 6]!]! ^
        t[bytes[at + 7]!]!;
    }
    for (; at < bytes.length; at++) crc = t[(crc ^ bytes[at]!) & 0xff]! ^ (crc >>> 8);
    // Unsigned, as zlib's uLong: bit operations of JavaScript give signed numbers.
    return ~crc >>> 0;
  };
}
