import { GitError } from '../objects/git-error.ts';
import { decodeSize, encodeSize } from './varint.ts';

/** Compared with the real ones, since a delta may lie. */
export interface DeltaSizes {
  base: number;
  result: number;
  end: number;
}

const bad = (why: string): GitError => new GitError('bad-delta', `Cannot apply delta: ${why}`);

/** Reads what a delta says of sizes, before anything is allocated for them. */
export function readDeltaSizes(delta: Uint8Array): DeltaSizes {
  const base = decodeSize(delta, 0);
  const result = decodeSize(delta, base.end);
  return { base: base.value, result: result.value, end: result.end };
}

/** The result of a delta; `limit` bounds what it may ask to be allocated. */
export function applyDelta(base: Uint8Array, delta: Uint8Array, limit: number): Uint8Array {
  const sizes = readDeltaSizes(delta);
  if (sizes.base !== base.length) throw bad('its base has another size');
  if (sizes.result > limit) throw new GitError('too-large', `Cannot apply delta: its result has ${sizes.result} bytes`);
  const result = Buffer.allocUnsafe(sizes.result);
  let from = sizes.end;
  let to = 0;
  while (from < delta.length) {
    const instruction = delta[from++] ?? 0;
    if (instruction & 0x80) {
      let offset = 0;
      let length = 0;
      // Bits 0-3 say which bytes of the offset follow, 4-6 which of the length.
      for (let bit = 0; bit < 7; bit++) {
        if ((instruction & (1 << bit)) === 0) continue;
        if (from >= delta.length) throw bad('a copy is cut off');
        const byte = delta[from++] ?? 0;
        if (bit < 4) offset += byte * 2 ** (8 * bit);
        else length += byte << (8 * (bit - 4));
      }
      if (length === 0) length = 0x10000;
      if (offset + length > base.length || to + length > result.length) throw bad('a copy is out of bounds');
      result.set(base.subarray(offset, offset + length), to);
      to += length;
    } else {
      if (instruction === 0) throw bad('instruction 0 is reserved');
      if (from + instruction > delta.length || to + instruction > result.length)
        throw bad('an insert is out of bounds');
      result.set(delta.subarray(from, from + instruction), to);
      from += instruction;
      to += instruction;
    }
  }
  if (to !== result.length) throw bad('its result is short');
  return result;
}

/** Bases are remembered by pieces of so many bytes; a shorter match is not found. */
const BLOCK_BYTES = 16;
const COPY_LIMIT = 0xff_ffff;
const INSERT_LIMIT = 0x7f;

/**
 * A delta that makes `target` of `base`: pieces of the base found by hash, each extended as far as it matches to both
 * sides. Of pieces that repeat the first one is remembered; git's own search is better and much longer.
 */
export function encodeDelta(base: Uint8Array, target: Uint8Array): Uint8Array {
  const writer = new DeltaWriter(base, target);
  const index = indexBlocks(base);
  const targetView = viewOf(target);
  let at = 0;
  while (at + BLOCK_BYTES <= target.length) {
    const candidate = index.table[hashBlock(targetView, at) & index.mask] ?? 0;
    // Positions are kept from 1 on: 0 says that there is none.
    const found = candidate === 0 ? undefined : matchAround(base, target, candidate - 1, at, writer.written);
    if (found === undefined) at++;
    else {
      writer.copy(found.base, found.target, found.length);
      at = found.target + found.length;
    }
  }
  return writer.finish();
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Of all 16 bytes, and good enough: a hit is always compared with the bytes themselves. */
function hashBlock(view: DataView, at: number): number {
  let hash = Math.imul(view.getInt32(at, true), 0x9e3779b1);
  hash = Math.imul((hash >>> 15) ^ hash ^ view.getInt32(at + 4, true), 0x85ebca6b);
  hash = Math.imul((hash >>> 13) ^ hash ^ view.getInt32(at + 8, true), 0xc2b2ae35);
  hash = Math.imul((hash >>> 16) ^ hash ^ view.getInt32(at + 12, true), 0x27d4eb2f);
  return (hash >>> 15) ^ hash;
}

/**
 * From the last block to the first, so that of equal hashes the first block stays. The table has room for
 * twice as many.
 */
function indexBlocks(base: Uint8Array): { table: Int32Array; mask: number } {
  const blocks = Math.floor(base.length / BLOCK_BYTES);
  const mask = 2 ** Math.ceil(Math.log2(Math.max(2, blocks * 2))) - 1;
  const table = new Int32Array(mask + 1);
  const view = viewOf(base);
  for (let block = blocks - 1; block >= 0; block--)
    table[hashBlock(view, block * BLOCK_BYTES) & mask] = block * BLOCK_BYTES + 1;
  return { table, mask };
}

/** The match around two equal pieces, not before `floor` in the target; undefined where the hash lied. */
function matchAround(
  base: Uint8Array,
  target: Uint8Array,
  baseAt: number,
  targetAt: number,
  floor: number,
): { base: number; target: number; length: number } | undefined {
  const most = Math.min(base.length - baseAt, target.length - targetAt);
  let forward = 0;
  while (forward < most && base[baseAt + forward] === target[targetAt + forward]) forward++;
  if (forward < BLOCK_BYTES) return undefined;
  let back = 0;
  while (back < baseAt && targetAt - back > floor && base[baseAt - back - 1] === target[targetAt - back - 1]) back++;
  return { base: baseAt - back, target: targetAt - back, length: forward + back };
}

/** Writes instructions; what no copy covers is inserted. */
class DeltaWriter {
  /** How much of the target stands in instructions already. */
  written = 0;
  readonly #target: Uint8Array;
  readonly #parts: Uint8Array[];

  constructor(base: Uint8Array, target: Uint8Array) {
    this.#target = target;
    this.#parts = [Uint8Array.from([...encodeSize(base.length), ...encodeSize(target.length)])];
  }

  /** Above 16 MiB it takes several instructions. */
  copy(baseAt: number, targetAt: number, length: number): void {
    this.#insertUpTo(targetAt);
    for (let done = 0; done < length;) {
      const part = Math.min(COPY_LIMIT, length - done);
      this.#parts.push(copyInstruction(baseAt + done, part));
      done += part;
    }
    this.written = targetAt + length;
  }

  finish(): Uint8Array {
    this.#insertUpTo(this.#target.length);
    return Buffer.concat(this.#parts);
  }

  /** An insert names its length in seven bits. */
  #insertUpTo(end: number): void {
    while (this.written < end) {
      const part = Math.min(INSERT_LIMIT, end - this.written);
      this.#parts.push(Uint8Array.of(part), this.#target.subarray(this.written, this.written + part));
      this.written += part;
    }
  }
}

/** gitformat-pack(5), "Instruction to copy from base object": bytes that are zero are left out. */
function copyInstruction(offset: number, length: number): Uint8Array {
  const bytes = [0x80];
  const put = (value: number, bit: number): void => {
    if (value === 0) return;
    bytes[0] = (bytes[0] ?? 0) | (1 << bit);
    bytes.push(value);
  };
  for (let index = 0; index < 4; index++) put(Math.floor(offset / 2 ** (8 * index)) & 0xff, index);
  // A length of 64 KiB is written as none.
  for (let index = 0; index < 3; index++) put(length === 0x10000 ? 0 : (length >> (8 * index)) & 0xff, 4 + index);
  return Uint8Array.from(bytes);
}
