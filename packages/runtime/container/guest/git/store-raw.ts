/** A stored block of deflate holds so many bytes (RFC 1951, 3.2.4). */
const BLOCK_BYTES = 0xffff;
const ADLER_BASE = 65521;
/** So many sums fit into 32 bits before they must be reduced. */
const ADLER_RUN = 5552;

/** A zlib stream (RFC 1950) that holds the bytes as they are: any inflate reads it, and it takes no time to make. */
export function storeRaw(bytes: Uint8Array): Buffer {
  const blocks = Math.max(1, Math.ceil(bytes.length / BLOCK_BYTES));
  const stream = Buffer.alloc(2 + blocks * 5 + bytes.length + 4);
  stream.writeUInt16BE(0x7801, 0);
  let at = 2;
  for (let block = 0; block < blocks; block++) {
    const part = bytes.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);
    stream[at] = block === blocks - 1 ? 1 : 0;
    stream.writeUInt16LE(part.length, at + 1);
    stream.writeUInt16LE(~part.length & 0xffff, at + 3);
    stream.set(part, at + 5);
    at += 5 + part.length;
  }
  stream.writeUInt32BE(adler32(bytes), at);
  return stream;
}

/** RFC 1950, 8.2: two sums modulo 65521. Returned as a number of 32 bits without a sign. */
function adler32(bytes: Uint8Array): number {
  let [low, high] = [1, 0];
  for (let start = 0; start < bytes.length; start += ADLER_RUN) {
    const end = Math.min(bytes.length, start + ADLER_RUN);
    for (let at = start; at < end; at++) {
      low += bytes[at] ?? 0;
      high += low;
    }
    low %= ADLER_BASE;
    high %= ADLER_BASE;
  }
  return high * 0x10000 + low;
}
