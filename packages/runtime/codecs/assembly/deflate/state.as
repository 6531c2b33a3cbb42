// One deflating stream: zlib's deflate_state, in this module's memory. Names are those of the format (RFC 1951) or of
// zlib's documentation of its own state where the format has none.

/** Codes of literals and lengths, of distances, of code lengths (RFC 1951, 3.2.5 and 3.2.7). */
export const LITERALS: i32 = 256;
export const LENGTH_CODES: i32 = 29;
export const L_CODES: i32 = LITERALS + 1 + LENGTH_CODES;
export const D_CODES: i32 = 30;
export const BL_CODES: i32 = 19;
export const HEAP_SIZE: i32 = 2 * L_CODES + 1;
/** Longest code of literals, lengths and distances; of code lengths. */
export const MAX_BITS: i32 = 15;
export const MAX_BL_BITS: i32 = 7;

export const MIN_MATCH: i32 = 3;
export const MAX_MATCH: i32 = 258;
/** Fewer bytes ahead than this, and the longest match could be cut short by the end of the window. */
export const MIN_LOOKAHEAD: i32 = MAX_MATCH + MIN_MATCH + 1;
/** A match of three bytes farther back than this costs more than three literals. */
export const TOO_FAR: i32 = 4096;
/** Bytes behind the window that the matcher may read, eight at a time; never part of a match. */
export const WINDOW_PADDING: i32 = 16;

// Flush values, results, strategies: zlib.h.
export const Z_NO_FLUSH: i32 = 0;
export const Z_PARTIAL_FLUSH: i32 = 1;
export const Z_FULL_FLUSH: i32 = 3;
export const Z_FINISH: i32 = 4;
export const Z_BLOCK: i32 = 5;
export const Z_OK: i32 = 0;
export const Z_STREAM_END: i32 = 1;
export const Z_STREAM_ERROR: i32 = -2;
export const Z_BUF_ERROR: i32 = -5;
export const Z_FILTERED: i32 = 1;
export const Z_HUFFMAN_ONLY: i32 = 2;
export const Z_RLE: i32 = 3;
export const Z_FIXED: i32 = 4;

// What is written next.
export const ZLIB_HEADER: i32 = 1;
export const GZIP_HEADER: i32 = 2;
export const BLOCKS: i32 = 3;
export const FINISHED: i32 = 4;

// `wrap`: the format around the blocks; negative once its trailer was written.
export const RAW: i32 = 0;
export const ZLIB: i32 = 1;
export const GZIP: i32 = 2;

/** Zeroed when it is made; every pointer is to a piece of the stream's one allocation. */
@unmanaged
export class Stream {
  // The caller's side of a step.
  availIn: i32;
  availOut: i32;

  wrap: i32;
  stage: i32;
  lastFlush: i32;
  /** CRC-32 or Adler-32 of all input so far. */
  check: u32;
  /** Bytes of input so far, modulo 2^32, as the trailer of gzip has them. */
  totalIn: u32;

  // Bytes that wait for room in the output.
  pendingBuffer: usize;
  pendingSize: i32;
  pendingStart: usize;
  pending: i32;
  bits: u64;
  bitCount: i32;

  // The window, twice its size so that it is moved seldom.
  windowBits: i32;
  windowSize: i32;
  windowMask: i32;
  window: usize;
  /** Bytes that lie ahead of `start` in the window. */
  lookahead: i32;
  start: i32;
  blockStart: i32;
  /** Bytes at the window's end that are not in the hash table yet: there were too few behind them. */
  insert: i32;

  // Chains of positions with one hash: u16 each, 0 ends a chain.
  previous: usize;
  head: usize;
  hashSize: i32;
  hashMask: u32;

  // The match that is being looked for, and the one before.
  matchLength: i32;
  matchStart: i32;
  previousLength: i32;
  previousMatch: i32;
  literalWaits: i32;
  /** How often since the table was cleared matches were looked for, 2 = more than that: what `params` has to clear. */
  matches: i32;

  // Effort.
  level: i32;
  strategy: i32;
  goodMatch: i32;
  maxLazy: i32;
  niceMatch: i32;
  maxChain: i32;

  // Symbols of the block so far: distance u16, literal or length - 3 u8, padding u8.
  symbols: usize;
  symbolCount: i32;
  symbolEnd: i32;

  // Trees: per symbol frequency or code u16, parent or length u16.
  literalTree: usize;
  distanceTree: usize;
  lengthTree: usize;
  literalMaximum: i32;
  distanceMaximum: i32;
  lengthMaximum: i32;
  // Work space of a tree that is built.
  lengthCounts: usize;
  heap: usize;
  heapLength: i32;
  heapMaximum: i32;
  depth: usize;
  dynamicBits: i32;
  staticBits: i32;
  memory: usize;
}

/** Bytes of one entry of a tree. */
export const NODE: i32 = 4;

export function min(a: i32, b: i32): i32 {
  return a < b ? a : b;
}
