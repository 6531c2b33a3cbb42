// Adler-32 (RFC 1950, 8.2) and CRC-32 (RFC 1952, 8), continued from a value of before.

const ADLER_BASE: u32 = 65521;
/** So many bytes can be added up before the sums have to be reduced. */
const ADLER_RUN: i32 = 5552;
const CRC_POLYNOMIAL: u32 = 0xedb88320;
/** Eight tables: a byte's effect when 0 to 7 bytes follow. */
const CRC_TABLES = memory.data(8 * 256 * 4, 16);

export function makeCrcTables(): void {
  for (let n: u32 = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ CRC_POLYNOMIAL : crc >>> 1;
    store<u32>(CRC_TABLES + n * 4, crc);
  }
  for (let n: u32 = 0; n < 256; n++) {
    let crc = load<u32>(CRC_TABLES + n * 4);
    for (let table: u32 = 1; table < 8; table++) {
      crc = load<u32>(CRC_TABLES + (crc & 0xff) * 4) ^ (crc >>> 8);
      store<u32>(CRC_TABLES + table * 1024 + n * 4, crc);
    }
  }
}

function crcOf(byte: u32, table: u32): u32 {
  return load<u32>(CRC_TABLES + table * 1024 + (byte & 0xff) * 4);
}

export function crc32(crc: u32, at: usize, length: i32): u32 {
  crc = ~crc;
  for (; length >= 8; length -= 8, at += 8) {
    const low = load<u32>(at) ^ crc;
    const high = load<u32>(at, 4);
    crc =
      crcOf(low, 7) ^ crcOf(low >>> 8, 6) ^ crcOf(low >>> 16, 5) ^ crcOf(low >>> 24, 4) ^
      crcOf(high, 3) ^ crcOf(high >>> 8, 2) ^ crcOf(high >>> 16, 1) ^ crcOf(high >>> 24, 0);
  }
  for (; length > 0; length--, at++) crc = crcOf(crc ^ load<u8>(at), 0) ^ (crc >>> 8);
  return ~crc;
}

export function adler32(adler: u32, at: usize, length: i32): u32 {
  let a = adler & 0xffff;
  let b = adler >>> 16;
  while (length > 0) {
    const run = length < ADLER_RUN ? length : ADLER_RUN;
    for (const end = at + run; at < end; at++) {
      a += load<u8>(at);
      b += a;
    }
    a %= ADLER_BASE;
    b %= ADLER_BASE;
    length -= run;
  }
  return (b << 16) | a;
}
