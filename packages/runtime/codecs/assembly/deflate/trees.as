// Blocks of RFC 1951: Huffman codes and the bits that carry them. Which code a tie gives, and which kind of block is
// chosen, decide over the bytes: both are as in zlib's trees.c, whose output Node's programs compare.
import {
  BL_CODES, D_CODES, HEAP_SIZE, L_CODES, LENGTH_CODES, LITERALS, MAX_BITS, MAX_BL_BITS, MAX_MATCH, MIN_MATCH, NODE,
  Stream, Z_FIXED,
} from './state';

const STORED_BLOCK: u32 = 0;
const STATIC_TREES: u32 = 1;
const DYNAMIC_TREES: u32 = 2;
const END_BLOCK: i32 = 256;
const REPEAT_3_6: i32 = 16;
const ZEROS_3_10: i32 = 17;
const ZEROS_11_138: i32 = 18;

/** Extra bits by code (RFC 1951, 3.2.5), and the order in which lengths of code lengths are sent (3.2.7). */
const LENGTH_EXTRA = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
]);
const DISTANCE_EXTRA = memory.data<u8>([
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
]);
const REPEAT_EXTRA = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7]);
const LENGTH_ORDER = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

// Filled once by `makeTables`.
const STATIC_LITERALS = memory.data((L_CODES + 2) * NODE, 16);
const STATIC_DISTANCES = memory.data(D_CODES * NODE, 16);
const LENGTH_CODE = memory.data(MAX_MATCH - MIN_MATCH + 1);
const LENGTH_BASE = memory.data(LENGTH_CODES * 4, 16);
const DISTANCE_CODE = memory.data(512);
const DISTANCE_BASE = memory.data(D_CODES * 4, 16);
const SCRATCH_COUNTS = memory.data((MAX_BITS + 1) * 2, 16);
const NEXT_CODE = memory.data((MAX_BITS + 1) * 2, 16);

function code(tree: usize, n: i32): i32 {
  return <i32>load<u16>(tree + n * NODE);
}
function length(tree: usize, n: i32): i32 {
  return <i32>load<u16>(tree + n * NODE, 2);
}
function setCode(tree: usize, n: i32, value: i32): void {
  store<u16>(tree + n * NODE, <u16>value);
}
function setLength(tree: usize, n: i32, value: i32): void {
  store<u16>(tree + n * NODE, <u16>value, 2);
}

/** Distances up to 256 by themselves, the others by their upper bits. */
function distanceCode(distance: i32): i32 {
  return <i32>load<u8>(DISTANCE_CODE + (distance < 256 ? distance : 256 + (distance >>> 7)));
}

function reversed(value: i32, bits: i32): i32 {
  let result = 0;
  for (let n = bits; n > 0; n--) {
    result = (result << 1) | (value & 1);
    value >>>= 1;
  }
  return result;
}

function extraLengthBits(n: i32): i32 {
  return <i32>load<u8>(LENGTH_EXTRA + n);
}
function extraDistanceBits(n: i32): i32 {
  return <i32>load<u8>(DISTANCE_EXTRA + n);
}

/** The fixed codes (RFC 1951, 3.2.6) and the tables from length and distance to code. */
export function makeTables(): void {
  let at = 0;
  for (let n = 0; n < LENGTH_CODES - 1; n++) {
    store<i32>(LENGTH_BASE + n * 4, at);
    for (let i = 0; i < 1 << extraLengthBits(n); i++) store<u8>(LENGTH_CODE + at++, <u8>n);
  }
  // 258 has a code of its own.
  store<u8>(LENGTH_CODE + at - 1, <u8>(LENGTH_CODES - 1));
  store<i32>(LENGTH_BASE + (LENGTH_CODES - 1) * 4, 0);

  at = 0;
  for (let n = 0; n < 16; n++) {
    store<i32>(DISTANCE_BASE + n * 4, at);
    for (let i = 0; i < 1 << extraDistanceBits(n); i++) store<u8>(DISTANCE_CODE + at++, <u8>n);
  }
  at >>= 7;
  for (let n = 16; n < D_CODES; n++) {
    store<i32>(DISTANCE_BASE + n * 4, at << 7);
    for (let i = 0; i < 1 << (extraDistanceBits(n) - 7); i++) store<u8>(DISTANCE_CODE + 256 + at++, <u8>n);
  }

  memory.fill(SCRATCH_COUNTS, 0, (MAX_BITS + 1) * 2);
  for (let n = 0; n < L_CODES + 2; n++) {
    const bits = n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8;
    setLength(STATIC_LITERALS, n, bits);
    store<u16>(SCRATCH_COUNTS + bits * 2, load<u16>(SCRATCH_COUNTS + bits * 2) + 1);
  }
  assignCodes(STATIC_LITERALS, L_CODES + 1, SCRATCH_COUNTS);
  for (let n = 0; n < D_CODES; n++) {
    setLength(STATIC_DISTANCES, n, 5);
    setCode(STATIC_DISTANCES, n, reversed(n, 5));
  }
}

/** Codes from lengths (RFC 1951, 3.2.2), first bit first. */
function assignCodes(tree: usize, maximum: i32, counts: usize): void {
  let next = 0;
  for (let bits = 1; bits <= MAX_BITS; bits++) {
    next = (next + <i32>load<u16>(counts + (bits - 1) * 2)) << 1;
    store<u16>(NEXT_CODE + bits * 2, <u16>next);
  }
  for (let n = 0; n <= maximum; n++) {
    const bits = length(tree, n);
    if (bits === 0) continue;
    const value = load<u16>(NEXT_CODE + bits * 2);
    store<u16>(NEXT_CODE + bits * 2, value + 1);
    setCode(tree, n, reversed(<i32>value, bits));
  }
}

// Bits, first bit lowest.

function sendBits(s: Stream, value: u32, count: i32): void {
  const held = s.bitCount;
  const bits = s.bits | ((<u64>value) << held);
  const total = held + count;
  // Fewer than 32 bits are held, and no code with its extra bits has more than 28.
  if (total < 32) {
    s.bits = bits;
    s.bitCount = total;
    return;
  }
  store<u32>(s.pendingBuffer + s.pending, <u32>bits);
  s.pending += 4;
  s.bits = bits >>> 32;
  s.bitCount = total - 32;
}

/** Whole bytes of the bits go out; up to seven stay. */
export function flushBits(s: Stream): void {
  while (s.bitCount >= 8) {
    store<u8>(s.pendingBuffer + s.pending++, <u8>s.bits);
    s.bits >>>= 8;
    s.bitCount -= 8;
  }
}

/** All bits go out, the last byte filled with zeros. */
function alignBits(s: Stream): void {
  flushBits(s);
  if (s.bitCount > 0) store<u8>(s.pendingBuffer + s.pending++, <u8>s.bits);
  s.bits = 0;
  s.bitCount = 0;
}

function putShort(s: Stream, value: i32): void {
  store<u16>(s.pendingBuffer + s.pending, <u16>value);
  s.pending += 2;
}

/** A stored block (RFC 1951, 3.2.4); `length` 0 is the marker of a flush. */
export function sendStored(s: Stream, from: usize, length: i32, last: bool): void {
  sendBits(s, (STORED_BLOCK << 1) + <u32>last, 3);
  alignBits(s);
  putShort(s, length);
  putShort(s, ~length);
  if (length > 0) memory.copy(s.pendingBuffer + s.pending, from, length);
  s.pending += length;
}

/** An empty static block, so that everything before can be decoded (Z_PARTIAL_FLUSH). */
export function sendAlignment(s: Stream): void {
  sendBits(s, STATIC_TREES << 1, 3);
  sendBits(s, code(STATIC_LITERALS, END_BLOCK), length(STATIC_LITERALS, END_BLOCK));
  flushBits(s);
}

export function beginBlock(s: Stream): void {
  memory.fill(s.literalTree, 0, HEAP_SIZE * NODE);
  memory.fill(s.distanceTree, 0, (2 * D_CODES + 1) * NODE);
  memory.fill(s.lengthTree, 0, (2 * BL_CODES + 1) * NODE);
  setCode(s.literalTree, END_BLOCK, 1);
  s.dynamicBits = 0;
  s.staticBits = 0;
  s.symbolCount = 0;
  s.matches = 0;
}

/** @returns whether the block is full */
export function tallyLiteral(s: Stream, value: i32): bool {
  const count = s.symbolCount;
  store<u32>(s.symbols + (<usize>count << 2), <u32>value << 16);
  const at = s.literalTree + value * NODE;
  store<u16>(at, load<u16>(at) + 1);
  s.symbolCount = count + 1;
  return count + 1 === s.symbolEnd;
}

/** `extra` is the match's length - 3. @returns whether the block is full */
export function tallyMatch(s: Stream, distance: i32, extra: i32): bool {
  const count = s.symbolCount;
  store<u32>(s.symbols + (<usize>count << 2), <u32>distance | (<u32>extra << 16));
  s.symbolCount = count + 1;
  s.matches++;
  const literal = s.literalTree + (<i32>load<u8>(LENGTH_CODE + extra) + LITERALS + 1) * NODE;
  store<u16>(literal, load<u16>(literal) + 1);
  const far = s.distanceTree + distanceCode(distance - 1) * NODE;
  store<u16>(far, load<u16>(far) + 1);
  return count + 1 === s.symbolEnd;
}

// Building a tree.

function smaller(s: Stream, tree: usize, n: i32, m: i32): bool {
  const a = load<u16>(tree + n * NODE);
  const b = load<u16>(tree + m * NODE);
  return a < b || (a === b && load<u8>(s.depth + n) <= load<u8>(s.depth + m));
}

function siftDown(s: Stream, tree: usize, k: i32): void {
  const heap = s.heap;
  const v = load<i32>(heap + k * 4);
  let j = k << 1;
  while (j <= s.heapLength) {
    if (j < s.heapLength && smaller(s, tree, load<i32>(heap + (j + 1) * 4), load<i32>(heap + j * 4))) j++;
    const child = load<i32>(heap + j * 4);
    if (smaller(s, tree, v, child)) break;
    store<i32>(heap + k * 4, child);
    k = j;
    j <<= 1;
  }
  store<i32>(heap + k * 4, v);
}

// The three kinds of trees.
const LITERAL_KIND: i32 = 0;
const DISTANCE_KIND: i32 = 1;
const LENGTH_KIND: i32 = 2;

function extraBits(kind: i32, n: i32): i32 {
  if (kind === LITERAL_KIND) return n > LITERALS ? extraLengthBits(n - LITERALS - 1) : 0;
  return kind === DISTANCE_KIND ? extraDistanceBits(n) : <i32>load<u8>(REPEAT_EXTRA + n);
}

function staticLength(kind: i32, n: i32): i32 {
  if (kind === LITERAL_KIND) return length(STATIC_LITERALS, n);
  return kind === DISTANCE_KIND ? 5 : 0;
}

/** Lengths from the parents in the tree; none longer than the format permits. */
function limitLengths(s: Stream, tree: usize, kind: i32, maximum: i32): void {
  const longest = kind === LENGTH_KIND ? MAX_BL_BITS : MAX_BITS;
  const counts = s.lengthCounts;
  const heap = s.heap;
  memory.fill(counts, 0, (MAX_BITS + 1) * 2);
  let overflow = 0;
  let h = s.heapMaximum;
  setLength(tree, load<i32>(heap + h * 4), 0);
  for (h++; h < HEAP_SIZE; h++) {
    const n = load<i32>(heap + h * 4);
    let bits = length(tree, length(tree, n)) + 1;
    if (bits > longest) {
      bits = longest;
      overflow++;
    }
    setLength(tree, n, bits);
    if (n > maximum) continue;
    store<u16>(counts + bits * 2, load<u16>(counts + bits * 2) + 1);
    const extra = extraBits(kind, n);
    const frequency = code(tree, n);
    s.dynamicBits += frequency * (bits + extra);
    if (kind !== LENGTH_KIND) s.staticBits += frequency * (staticLength(kind, n) + extra);
  }
  if (overflow === 0) return;
  do {
    let bits = longest - 1;
    while (load<u16>(counts + bits * 2) === 0) bits--;
    store<u16>(counts + bits * 2, load<u16>(counts + bits * 2) - 1);
    store<u16>(counts + (bits + 1) * 2, load<u16>(counts + (bits + 1) * 2) + 2);
    store<u16>(counts + longest * 2, load<u16>(counts + longest * 2) - 1);
    overflow -= 2;
  } while (overflow > 0);
  for (let bits = longest; bits !== 0; bits--) {
    let left = <i32>load<u16>(counts + bits * 2);
    while (left !== 0) {
      const n = load<i32>(heap + --h * 4);
      if (n > maximum) continue;
      if (length(tree, n) !== bits) {
        s.dynamicBits += (bits - length(tree, n)) * code(tree, n);
        setLength(tree, n, bits);
      }
      left--;
    }
  }
}

/** @returns the largest symbol that occurs */
function buildTree(s: Stream, tree: usize, kind: i32): i32 {
  const symbols = kind === LITERAL_KIND ? L_CODES : kind === DISTANCE_KIND ? D_CODES : BL_CODES;
  const heap = s.heap;
  let maximum = -1;
  s.heapLength = 0;
  s.heapMaximum = HEAP_SIZE;
  for (let n = 0; n < symbols; n++) {
    if (code(tree, n) !== 0) {
      maximum = n;
      store<i32>(heap + ++s.heapLength * 4, n);
      store<u8>(s.depth + n, 0);
    } else setLength(tree, n, 0);
  }
  // A code of one symbol is none: at least two, of which one does not occur.
  while (s.heapLength < 2) {
    const node = maximum < 2 ? ++maximum : 0;
    store<i32>(heap + ++s.heapLength * 4, node);
    setCode(tree, node, 1);
    store<u8>(s.depth + node, 0);
    s.dynamicBits--;
    if (kind !== LENGTH_KIND) s.staticBits -= staticLength(kind, node);
  }
  for (let n = s.heapLength >> 1; n >= 1; n--) siftDown(s, tree, n);
  let node = symbols;
  do {
    const n = load<i32>(heap + 4);
    store<i32>(heap + 4, load<i32>(heap + s.heapLength-- * 4));
    siftDown(s, tree, 1);
    const m = load<i32>(heap + 4);
    store<i32>(heap + --s.heapMaximum * 4, n);
    store<i32>(heap + --s.heapMaximum * 4, m);
    setCode(tree, node, code(tree, n) + code(tree, m));
    const deep = load<u8>(s.depth + n);
    const other = load<u8>(s.depth + m);
    store<u8>(s.depth + node, (deep >= other ? deep : other) + 1);
    setLength(tree, n, node);
    setLength(tree, m, node);
    store<i32>(heap + 4, node++);
    siftDown(s, tree, 1);
  } while (s.heapLength >= 2);
  store<i32>(heap + --s.heapMaximum * 4, load<i32>(heap + 4));
  limitLengths(s, tree, kind, maximum);
  assignCodes(tree, maximum, s.lengthCounts);
  return maximum;
}

// Trees of a dynamic block as runs of code lengths (RFC 1951, 3.2.7): counted, then sent, by the same walk.

function emitLength(s: Stream, sending: bool, symbol: i32, extra: i32): void {
  if (!sending) {
    setCode(s.lengthTree, symbol, code(s.lengthTree, symbol) + 1);
    return;
  }
  sendBits(s, code(s.lengthTree, symbol), length(s.lengthTree, symbol));
  const bits = <i32>load<u8>(REPEAT_EXTRA + symbol);
  if (bits !== 0) sendBits(s, extra, bits);
}

function walkLengths(s: Stream, tree: usize, maximum: i32, sending: bool): void {
  let before = -1;
  let next = length(tree, 0);
  let count = 0;
  let most = next === 0 ? 138 : 7;
  let least = next === 0 ? 3 : 4;
  for (let n = 0; n <= maximum; n++) {
    const current = next;
    // Behind the last symbol stands a length that no symbol has.
    next = n === maximum ? 0xffff : length(tree, n + 1);
    if (++count < most && current === next) continue;
    if (count < least) {
      for (; count !== 0; count--) emitLength(s, sending, current, 0);
    } else if (current !== 0) {
      if (current !== before) {
        emitLength(s, sending, current, 0);
        count--;
      }
      emitLength(s, sending, REPEAT_3_6, count - 3);
    } else if (count <= 10) emitLength(s, sending, ZEROS_3_10, count - 3);
    else emitLength(s, sending, ZEROS_11_138, count - 11);
    count = 0;
    before = current;
    most = next === 0 ? 138 : current === next ? 6 : 7;
    least = next === 0 || current === next ? 3 : 4;
  }
}

/** @returns how many lengths of code lengths are sent, minus one */
function buildLengthTree(s: Stream): i32 {
  walkLengths(s, s.literalTree, s.literalMaximum, false);
  walkLengths(s, s.distanceTree, s.distanceMaximum, false);
  buildTree(s, s.lengthTree, LENGTH_KIND);
  let last = BL_CODES - 1;
  while (last >= 3 && length(s.lengthTree, load<u8>(LENGTH_ORDER + last)) === 0) last--;
  s.dynamicBits += 3 * (last + 1) + 5 + 5 + 4;
  return last;
}

function sendSymbols(s: Stream, literals: usize, distances: usize): void {
  const end = s.symbols + (<usize>s.symbolCount << 2);
  for (let at = s.symbols; at < end; at += 4) {
    const symbol = load<u32>(at);
    const distance = <i32>(symbol & 0xffff);
    const value = <i32>(symbol >>> 16);
    if (distance === 0) {
      sendBits(s, code(literals, value), length(literals, value));
      continue;
    }
    const lengthCode = <i32>load<u8>(LENGTH_CODE + value);
    const node = literals + (lengthCode + LITERALS + 1) * NODE;
    const bits = <i32>load<u16>(node, 2);
    const extra = value - load<i32>(LENGTH_BASE + lengthCode * 4);
    // Code and extra bits together: 15 + 5 of a length, 15 + 13 of a distance.
    const lengthExtra = lengthCode === LENGTH_CODES - 1 ? 0 : extraLengthBits(lengthCode);
    sendBits(s, <u32>load<u16>(node) | (lengthExtra === 0 ? 0 : (<u32>extra << bits)), bits + lengthExtra);
    const farCode = distanceCode(distance - 1);
    const far = distances + farCode * NODE;
    const farBits = <i32>load<u16>(far, 2);
    const farExtra = distance - 1 - load<i32>(DISTANCE_BASE + farCode * 4);
    sendBits(s, <u32>load<u16>(far) | (<u32>farExtra << farBits), farBits + extraDistanceBits(farCode));
  }
  sendBits(s, code(literals, END_BLOCK), length(literals, END_BLOCK));
}

/**
 * Ends the block by its cheapest form. `from` is where its bytes stand in the window, 0 where they are not there any
 * more, so that they cannot be stored.
 */
export function endBlock(s: Stream, from: usize, stored: i32, last: bool): void {
  let staticBytes: i32;
  let dynamicBytes: i32;
  let lastLength = 0;
  if (s.level > 0) {
    s.literalMaximum = buildTree(s, s.literalTree, LITERAL_KIND);
    s.distanceMaximum = buildTree(s, s.distanceTree, DISTANCE_KIND);
    lastLength = buildLengthTree(s);
    dynamicBytes = (s.dynamicBits + 3 + 7) >>> 3;
    staticBytes = (s.staticBits + 3 + 7) >>> 3;
    if (staticBytes <= dynamicBytes || s.strategy === Z_FIXED) dynamicBytes = staticBytes;
  } else {
    dynamicBytes = stored + 5;
    staticBytes = dynamicBytes;
  }
  if (stored + 4 <= dynamicBytes && from !== 0) sendStored(s, from, stored, last);
  else if (staticBytes === dynamicBytes) {
    sendBits(s, (STATIC_TREES << 1) + <u32>last, 3);
    sendSymbols(s, STATIC_LITERALS, STATIC_DISTANCES);
  } else {
    sendBits(s, (DYNAMIC_TREES << 1) + <u32>last, 3);
    sendBits(s, s.literalMaximum + 1 - 257, 5);
    sendBits(s, s.distanceMaximum + 1 - 1, 5);
    sendBits(s, lastLength + 1 - 4, 4);
    for (let n = 0; n <= lastLength; n++) sendBits(s, length(s.lengthTree, load<u8>(LENGTH_ORDER + n)), 3);
    walkLengths(s, s.literalTree, s.literalMaximum, true);
    walkLengths(s, s.distanceTree, s.distanceMaximum, true);
    sendSymbols(s, s.literalTree, s.distanceTree);
  }
  beginBlock(s);
  if (last) alignBits(s);
}
