import { inflateSync } from 'node:zlib';
import { GitError } from '../objects/git-error.ts';
import type { ObjectType, Oid } from '../objects/oid.ts';
import { oidFromBytes } from '../objects/oid.ts';

/** What stands before an entry's deflated bytes: an object whole, or a delta against another one. */
export interface EntryHeader {
  /** `undefined` for a delta: it has its base's. */
  type: ObjectType | undefined;
  /** Of the inflated bytes. */
  size: number;
  /** How far before this entry the base stands, or its id. */
  base: number | Oid | undefined;
  length: number;
}

/** The longest header: a size of ten bytes, and an id. */
export const HEADER_LIMIT_BYTES = 32;

const OFS_DELTA = 6;
const REF_DELTA = 7;
const TYPES: Readonly<Record<number, ObjectType>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const NUMBERS: Readonly<Record<ObjectType, number>> = { commit: 1, tree: 2, blob: 3, tag: 4 };

const bad = (at: number, why: string): GitError =>
  new GitError('bad-pack', `pack has bad object at offset ${at}: ${why}`);

/** Reads the header that begins `bytes`; `at` is only for what is said. */
export function readEntryHeader(bytes: Uint8Array, at: number): EntryHeader {
  const first = bytes[0];
  if (first === undefined) throw new GitError('bad-pack', 'early EOF');
  const kind = (first >> 4) & 7;
  let size = first & 15;
  let scale = 16;
  let from = 1;
  let byte = first;
  while (byte & 0x80) {
    if (from >= bytes.length) throw new GitError('bad-pack', 'early EOF');
    if (from > 6) throw bad(at, 'its size does not end');
    byte = bytes[from++] ?? 0;
    size += (byte & 0x7f) * scale;
    scale *= 0x80;
  }
  const type = TYPES[kind];
  if (type !== undefined) return { type, size, base: undefined, length: from };
  if (kind === REF_DELTA) {
    if (from + 20 > bytes.length) throw new GitError('bad-pack', 'early EOF');
    return { type: undefined, size, base: oidFromBytes(bytes, from), length: from + 20 };
  }
  if (kind !== OFS_DELTA) throw bad(at, `unknown object type ${kind}`);
  const offset = readOffset(bytes, from, at);
  return { type: undefined, size, base: offset.value, length: offset.end };
}

/** The distance to a base: sevens of bits, the highest first, each further byte adds one (gitformat-pack(5)). */
function readOffset(bytes: Uint8Array, from: number, at: number): { value: number; end: number } {
  let value = -1;
  for (let index = from; index < from + 6; index++) {
    const byte = bytes[index];
    if (byte === undefined) throw new GitError('bad-pack', 'early EOF');
    value = (value + 1) * 0x80 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: index + 1 };
  }
  throw bad(at, 'delta base offset is out of bound');
}

/** The header of an entry: whole objects by type, deltas by the id of their base or the distance to it. */
export function encodeEntryHeader(kind: ObjectType | Oid | number, size: number): Uint8Array {
  const number = typeof kind === 'number' ? OFS_DELTA : kind.length === 40 ? REF_DELTA : NUMBERS[kind as ObjectType];
  const bytes = [(number << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 0x80)) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(rest & 0x7f);
  }
  if (typeof kind === 'number') {
    const offset = [kind & 0x7f];
    for (let rest = Math.floor(kind / 0x80); rest > 0; rest = Math.floor(rest / 0x80)) {
      rest--;
      offset.unshift(0x80 | (rest & 0x7f));
    }
    bytes.push(...offset);
  } else if (number === REF_DELTA) bytes.push(...Buffer.from(kind, 'hex'));
  return Uint8Array.from(bytes);
}

/** No deflated stream that a serious encoder makes is longer (zlib's deflateBound, and room). */
export function deflatedLimit(size: number): number {
  return size + ((size + 7) >> 3) + ((size + 63) >> 6) + 1024;
}

/** Node's answer to `info: true`, which its types do not know. */
interface Inflated {
  buffer: Buffer;
  engine: { bytesWritten: number };
}

/**
 * Inflates what begins `window` and must give exactly `size` bytes; says how many it took. More is never allocated,
 * however much the stream holds.
 */
export function inflateEntry(window: Uint8Array, size: number, at: number): { bytes: Buffer; used: number } {
  let inflated: Inflated;
  try {
    inflated = inflateSync(window, {
      info: true,
      maxOutputLength: Math.max(1, size),
      chunkSize: Math.min(Math.max(64, size + 1), 1 << 20),
    }) as unknown as Inflated;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw bad(at, 'inflated size is larger than declared');
    if (code === undefined || !code.startsWith('Z_')) throw error;
    throw bad(at, `inflate returned ${message}`);
  }
  if (inflated.buffer.length !== size) throw bad(at, 'inflated size differs from declared');
  return { bytes: inflated.buffer, used: inflated.engine.bytesWritten };
}
