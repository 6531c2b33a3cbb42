import { crc32c } from './crc32c.ts';

/** A file of the log: what a browser’s FileSystemSyncAccessHandle can do. Its bytes are never shared memory. */
export interface KeepFile {
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  getSize(): number;
  /** Returns when everything written is on the disk. */
  flush(): void;
  close(): void;
}

/**
 * A file is a header and, behind it, pieces:
 *
 *   header   magic, format, generation, end of the base, sum; the rest of 4 KB is empty
 *   piece    length of the payload, flags, sum, payload: whole records
 *
 * A piece’s sum goes on from that of the piece before, the first one’s from the generation: a piece that was left from
 * another life of the file never fits. Pieces up to one that is flagged `last` are one group: one request to the file
 * system, which counts whole or not at all.
 */
export const KEEP_FORMAT = 1;
const MAGIC = 0x6b_65_65_70;

/** The header’s place. It is written in one sector, once for each generation. */
export const HEADER_BYTES = 4096;
const HEADER_USED = 32;
/** Length, flags and sum. */
export const PIECE_HEADER = 12;
/** Bytes of payload; a larger group goes on in the next piece. */
export const PIECE_LIMIT = 128 * 1024;
/** Only with this piece is a group whole, and replayed. */
export const LAST_PIECE = 1;

/** Written only after all that it speaks of is on the disk. */
export interface KeepHeader {
  readonly generation: number;
  /** Up to here everything was on the disk before the header was: what ends before is no log of ours. */
  readonly baseEnd: number;
}

/** Always HEADER_BYTES long, little-endian, with a CRC-32C over what is before it. */
export function encodeHeader({ generation, baseEnd }: KeepHeader): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, KEEP_FORMAT, true);
  view.setUint32(8, generation, true);
  view.setFloat64(16, baseEnd, true);
  view.setUint32(HEADER_USED - 4, crc32c(bytes, 0, HEADER_USED - 4, 0), true);
  return bytes;
}

/** `none`: no header of ours is there. `format`: another build’s, which this one leaves alone. */
export function decodeHeader(bytes: Uint8Array): KeepHeader | 'none' | 'format' {
  if (bytes.length < HEADER_USED) return 'none';
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_USED);
  if (view.getUint32(0, true) !== MAGIC) return 'none';
  // The sum of every format is where this one’s is: only a header that is whole can be another build’s.
  if (view.getUint32(HEADER_USED - 4, true) !== crc32c(bytes, 0, HEADER_USED - 4, 0)) return 'none';
  if (view.getUint32(4, true) !== KEEP_FORMAT) return 'format';
  return { generation: view.getUint32(8, true), baseEnd: view.getFloat64(16, true) };
}
