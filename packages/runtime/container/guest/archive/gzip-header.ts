/** RFC 1952, 2.3: what stands before the packed bytes. */
export interface GzipHeader {
  readonly name: string | undefined;
  /** Seconds, 0 for none. */
  readonly mtime: number;
  readonly bytes: number;
}

/** Bits of FLG. Behind the ten fixed bytes come extra field, name, comment and header check, in this order. */
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;
const FLAG_CHECK = 2;

/** Undefined where the bytes are none of gzip's. */
export function gzipHeader(bytes: Buffer): GzipHeader | undefined {
  if (bytes.length < 10 || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return undefined;
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & FLAG_EXTRA) at += 2 + (bytes.length >= at + 2 ? bytes.readUInt16LE(at) : 0);
  let name: string | undefined;
  if (flags & FLAG_NAME) {
    const end = bytes.indexOf(0, at);
    if (end === -1) return undefined;
    name = bytes.subarray(at, end).toString();
    at = end + 1;
  }
  if (flags & FLAG_COMMENT) at = bytes.indexOf(0, at) + 1;
  if (flags & FLAG_CHECK) at += 2;
  return { name, mtime: bytes.readUInt32LE(4), bytes: at };
}

/** How much was saved: ` 42.0%`. */
export function ratio(packed: number, plain: number): string {
  return `${(plain === 0 ? 0 : (100 * (plain - packed)) / plain).toFixed(1).padStart(5)}%`;
}
