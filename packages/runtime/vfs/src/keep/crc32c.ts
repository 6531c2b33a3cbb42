/** CRC-32C (Castagnoli, RFC 3720 appendix B.4), eight bytes at a step: a hundred megabytes are summed at each boot. */
const POLYNOMIAL = 0x82f63b78;
const STEP = 8;

const tables = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(STEP * 256);
  for (let value = 0; value < 256; value++) {
    let sum = value;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ ((sum & 1) === 0 ? 0 : POLYNOMIAL);
    made[value] = sum;
  }
  for (let at = 256; at < made.length; at++) {
    const before = made[at - 256]!;
    made[at] = (before >>> 8) ^ made[before & 0xff]!;
  }
  return made;
}

/**
 * The sum of `bytes` from `from` to `end`, going on from `seed`: another sum, or any number that
 * tells two logs apart.
 */
export function crc32c(bytes: Uint8Array, from: number, end: number, seed: number): number {
  let sum = ~seed;
  let at = from;
  for (const last = end - STEP; at <= last; at += STEP) {
    const low = sum ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    sum =
      tables[0x700 + (low & 0xff)]! ^
      tables[0x600 + ((low >>> 8) & 0xff)]! ^
      tables[0x500 + ((low >>> 16) & 0xff)]! ^
      tables[0x400 + (low >>> 24)]! ^
      tables[0x300 + bytes[at + 4]!]! ^
      tables[0x200 + bytes[at + 5]!]! ^
      tables[0x100 + bytes[at + 6]!]! ^
      tables[bytes[at + 7]!]!;
  }
  for (; at < end; at++) sum = (sum >>> 8) ^ tables[(sum ^ bytes[at]!) & 0xff]!;
  return ~sum >>> 0;
}
