// deflate with the bytes of zlib, for `DeflateLibrary` (src/compression/wasm-deflate.ts). Reference: deflate.c of zlib 1.3,
// whose functions the comments name; formats: RFC 1950 (zlib), 1951 (deflate), 1952 (gzip).
import { adler32, crc32, makeCrcTables } from './checksums';
import {
  BL_CODES, BLOCKS, D_CODES, FINISHED, GZIP, GZIP_HEADER, HEAP_SIZE, MAX_BITS, MIN_MATCH, min, NODE, RAW, Stream,
  WINDOW_PADDING, ZLIB, ZLIB_HEADER, Z_BLOCK, Z_BUF_ERROR, Z_FINISH, Z_FULL_FLUSH, Z_HUFFMAN_ONLY, Z_NO_FLUSH, Z_OK,
  Z_PARTIAL_FLUSH, Z_RLE, Z_STREAM_END, Z_STREAM_ERROR,
} from './state';
import {
  BLOCK_DONE, deflateFast, deflateLiterals, deflateRuns, deflateSlow, deflateStored, FINISH_DONE, FINISH_STARTED,
  flushPending, NEED_MORE,
} from './strategies';
import { beginBlock, makeTables, sendAlignment, sendStored } from './trees';
import { clearHash, fillWindow, insertString, slideHash } from './window';

const DEFLATED: i32 = 8;
const PRESET_DICTIONARY: i32 = 0x20;
/** gzip's name for Unix (RFC 1952, 2.3.1). */
const UNIX: u8 = 3;
const DEFAULT_LEVEL: i32 = 6;
/** `lastFlush` before the first step, and when the last one ran out of room and will be repeated. */
const NEVER: i32 = -2;
const AGAIN: i32 = -1;
/** Room behind the pending bytes for what is written eight at a time. */
const PENDING_PADDING: i32 = 64;

/** By level: good match, lazy match, nice match, chain (deflate.c, configuration_table). */
const EFFORT = memory.data<u16>([
  0, 0, 0, 0, 4, 4, 8, 4, 4, 5, 16, 8, 4, 6, 32, 32, 4, 4, 16, 16, 8, 16, 32, 32, 8, 16, 128, 128, 8, 32, 128, 256, 32,
  128, 258, 1024, 32, 258, 258, 4096,
]);

makeTables();
makeCrcTables();

/** deflateInit2: `wrap` is 0 for raw, 1 for zlib, 2 for gzip. Traps where there is no memory. */
export function open(wrap: i32, level: i32, windowBits: i32, memLevel: i32, strategy: i32): usize {
  if (windowBits === 8) windowBits = 9;
  const windowSize = 1 << windowBits;
  // Chromium's hash wants a table of at least this size, whatever `memLevel` says.
  const hashBits = max(memLevel + 7, 15);
  const symbols = 1 << (memLevel + 6);
  const sizes = StaticArray.fromArray<i32>([
    offsetof<Stream>(), 2 * windowSize + WINDOW_PADDING, windowSize * 2, 2 << hashBits, symbols * 5 + PENDING_PADDING,
    symbols * 4, HEAP_SIZE * NODE, (2 * D_CODES + 1) * NODE, (2 * BL_CODES + 1) * NODE, (MAX_BITS + 1) * 2,
    HEAP_SIZE * 4, HEAP_SIZE,
  ]);
  let total = 0;
  for (let n = 0; n < sizes.length; n++) total += aligned(sizes[n]);
  const memoryOfIt = heap.alloc(total);
  memory.fill(memoryOfIt, 0, total);
  const s = changetype<Stream>(memoryOfIt);
  let at = memoryOfIt;
  let n = 0;
  at += aligned(sizes[n++]);
  s.window = at;
  at += aligned(sizes[n++]);
  s.previous = at;
  at += aligned(sizes[n++]);
  s.head = at;
  at += aligned(sizes[n++]);
  s.pendingBuffer = at;
  at += aligned(sizes[n++]);
  s.symbols = at;
  at += aligned(sizes[n++]);
  s.literalTree = at;
  at += aligned(sizes[n++]);
  s.distanceTree = at;
  at += aligned(sizes[n++]);
  s.lengthTree = at;
  at += aligned(sizes[n++]);
  s.lengthCounts = at;
  at += aligned(sizes[n++]);
  s.heap = at;
  at += aligned(sizes[n++]);
  s.depth = at;
  s.wrap = wrap;
  s.windowBits = windowBits;
  s.windowSize = windowSize;
  s.windowMask = windowSize - 1;
  s.hashSize = 1 << hashBits;
  s.hashMask = s.hashSize - 1;
  s.pendingSize = symbols * 4;
  s.symbolEnd = symbols - 1;
  s.strategy = strategy;
  setEffort(s, level);
  reset(memoryOfIt);
  return memoryOfIt;
}

function max(a: i32, b: i32): i32 {
  return a > b ? a : b;
}

function aligned(size: i32): i32 {
  return (size + 15) & ~15;
}

export function close(stream: usize): void {
  heap.free(stream);
}

export function availIn(stream: usize): i32 {
  return changetype<Stream>(stream).availIn;
}
export function availOut(stream: usize): i32 {
  return changetype<Stream>(stream).availOut;
}

function setEffort(s: Stream, level: i32): void {
  s.level = level === -1 ? DEFAULT_LEVEL : level;
  const row = EFFORT + s.level * 8;
  s.goodMatch = <i32>load<u16>(row);
  s.maxLazy = <i32>load<u16>(row, 2);
  s.niceMatch = <i32>load<u16>(row, 4);
  s.maxChain = <i32>load<u16>(row, 6);
}

/** deflateReset: as new, with the parameters of now. */
export function reset(stream: usize): void {
  const s = changetype<Stream>(stream);
  if (s.wrap < 0) s.wrap = -s.wrap;
  s.stage = s.wrap === GZIP ? GZIP_HEADER : s.wrap === ZLIB ? ZLIB_HEADER : BLOCKS;
  s.check = s.wrap === GZIP ? 0 : 1;
  s.totalIn = 0;
  s.lastFlush = NEVER;
  s.pending = 0;
  s.pendingStart = 0;
  s.bits = 0;
  s.bitCount = 0;
  beginBlock(s);
  clearHash(s);
  s.start = 0;
  s.blockStart = 0;
  s.lookahead = 0;
  s.insert = 0;
  s.matchLength = MIN_MATCH - 1;
  s.previousLength = MIN_MATCH - 1;
  s.literalWaits = 0;
}

/** deflateParams, for a stream that was flushed before: lib does so. */
export function params(stream: usize, level: i32, strategy: i32): void {
  const s = changetype<Stream>(stream);
  const before = s.level;
  s.strategy = strategy;
  if (level === -1) level = DEFAULT_LEVEL;
  if (level === before) return;
  if (before === 0 && s.matches !== 0) {
    // Nothing was entered while bytes were only stored.
    if (s.matches === 1) slideHash(s);
    else clearHash(s);
    s.matches = 0;
  }
  setEffort(s, level);
}

/**
 * deflateSetDictionary: all of it lies at `address`, `length` bytes; the host's input is its end, as much as the window
 * holds.
 */
export function setDictionary(stream: usize, address: usize, length: i32): i32 {
  const s = changetype<Stream>(stream);
  const wrap = s.wrap;
  if (wrap === GZIP || (wrap === ZLIB && s.stage !== ZLIB_HEADER) || s.lookahead !== 0) return Z_STREAM_ERROR;
  if (wrap === ZLIB) s.check = adler32(s.check, address, length);
  // What goes into the window here is no input: it has no part in the checksum of that.
  s.wrap = RAW;
  if (length >= s.windowSize) {
    if (wrap === RAW) {
      clearHash(s);
      s.start = 0;
      s.blockStart = 0;
      s.insert = 0;
    }
    length = s.windowSize;
  }
  const total = s.totalIn;
  s.availIn = length;
  fillWindow(s);
  while (s.lookahead >= MIN_MATCH) {
    const end = s.start + s.lookahead - (MIN_MATCH - 1);
    for (let at = s.start; at < end; at++) insertString(s, at);
    s.start = end;
    s.lookahead = MIN_MATCH - 1;
    fillWindow(s);
  }
  s.start += s.lookahead;
  s.blockStart = s.start;
  s.insert = s.lookahead;
  s.lookahead = 0;
  s.matchLength = MIN_MATCH - 1;
  s.previousLength = MIN_MATCH - 1;
  s.literalWaits = 0;
  s.totalIn = total;
  s.wrap = wrap;
  return Z_OK;
}

/** Memory for a dictionary, until `free`. */
export function allocate(length: i32): usize {
  return heap.alloc(length);
}
export function free(address: usize): void {
  heap.free(address);
}

/** Z_BLOCK ranks below Z_PARTIAL_FLUSH: a flush that is no stronger than the last has nothing to do. */
function rank(flush: i32): i32 {
  return flush * 2 - (flush > Z_FINISH ? 9 : 0);
}

function putByte(s: Stream, byte: i32): void {
  store<u8>(s.pendingBuffer + s.pending++, <u8>byte);
}

function putHeader(s: Stream): void {
  const fast = s.strategy >= Z_HUFFMAN_ONLY || s.level < 2;
  if (s.stage === GZIP_HEADER) {
    s.check = crc32(0, 0, 0);
    putByte(s, 0x1f);
    putByte(s, 0x8b);
    putByte(s, DEFLATED);
    // No flags, no time.
    for (let n = 0; n < 5; n++) putByte(s, 0);
    putByte(s, s.level === 9 ? 2 : fast ? 4 : 0);
    putByte(s, UNIX);
    return;
  }
  const effort = fast ? 0 : s.level < 6 ? 1 : s.level === 6 ? 2 : 3;
  let header = ((DEFLATED + ((s.windowBits - 8) << 4)) << 8) | (effort << 6);
  if (s.start !== 0) header |= PRESET_DICTIONARY;
  header += 31 - (header % 31);
  putByte(s, header >>> 8);
  putByte(s, header);
  if (s.start !== 0) putBigEndian(s, s.check);
  s.check = 1;
}

function putBigEndian(s: Stream, value: u32): void {
  store<u32>(s.pendingBuffer + s.pending, bswap(value));
  s.pending += 4;
}

function runStrategy(s: Stream, flush: i32): i32 {
  if (s.level === 0) return deflateStored(s, flush);
  if (s.strategy === Z_HUFFMAN_ONLY) return deflateLiterals(s, flush);
  if (s.strategy === Z_RLE) return deflateRuns(s, flush);
  return s.level < 4 ? deflateFast(s, flush) : deflateSlow(s, flush);
}

/** deflate: takes what it can of `inLength` bytes and gives up to `outLength`. @returns zlib's result */
export function step(stream: usize, flush: i32, inLength: i32, outLength: i32): i32 {
  const s = changetype<Stream>(stream);
  s.availIn = inLength;
  s.availOut = outLength;
  if (flush < 0 || flush > Z_BLOCK || (s.stage === FINISHED && flush !== Z_FINISH)) return Z_STREAM_ERROR;
  if (outLength === 0) return Z_BUF_ERROR;
  const before = s.lastFlush;
  s.lastFlush = flush;
  if (s.pending !== 0) {
    flushPending(s);
    if (s.availOut === 0) {
      s.lastFlush = AGAIN;
      return Z_OK;
    }
  } else if (inLength === 0 && rank(flush) <= rank(before) && flush !== Z_FINISH) return Z_BUF_ERROR;
  if (s.stage === FINISHED && inLength !== 0) return Z_BUF_ERROR;

  if (s.stage < BLOCKS) {
    putHeader(s);
    s.stage = BLOCKS;
    flushPending(s);
    if (s.pending !== 0) {
      s.lastFlush = AGAIN;
      return Z_OK;
    }
  }
  if (s.availIn !== 0 || s.lookahead !== 0 || (flush !== Z_NO_FLUSH && s.stage !== FINISHED)) {
    const state = runStrategy(s, flush);
    if (state === FINISH_STARTED || state === FINISH_DONE) s.stage = FINISHED;
    if (state === NEED_MORE || state === FINISH_STARTED) {
      if (s.availOut === 0) s.lastFlush = AGAIN;
      return Z_OK;
    }
    if (state === BLOCK_DONE) {
      if (flush === Z_PARTIAL_FLUSH) sendAlignment(s);
      else if (flush !== Z_BLOCK) {
        sendStored(s, 0, 0, false);
        if (flush === Z_FULL_FLUSH) {
          clearHash(s);
          if (s.lookahead === 0) {
            s.start = 0;
            s.blockStart = 0;
            s.insert = 0;
          }
        }
      }
      flushPending(s);
      if (s.availOut === 0) {
        s.lastFlush = AGAIN;
        return Z_OK;
      }
    }
  }
  if (flush !== Z_FINISH) return Z_OK;
  if (s.wrap <= 0) return Z_STREAM_END;
  if (s.wrap === GZIP) {
    store<u32>(s.pendingBuffer + s.pending, s.check);
    store<u32>(s.pendingBuffer + s.pending, s.totalIn, 4);
    s.pending += 8;
  } else putBigEndian(s, s.check);
  flushPending(s);
  // Once: the rest of it may still wait for room.
  s.wrap = -s.wrap;
  return s.pending !== 0 ? Z_OK : Z_STREAM_END;
}
