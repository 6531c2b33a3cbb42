// The window on the input and the search for matches in it (RFC 1951, 4). Which of several matches is taken decides over
// the bytes: limits and order are those of zlib's deflate.c.
import { adler32, crc32 } from './checksums';
import { take } from './host';
import {
  GZIP, MAX_MATCH, MIN_LOOKAHEAD, MIN_MATCH, min, Stream, ZLIB,
} from './state';

const HASH_FACTOR: u32 = 66521;

/** Matches lie at most this far back: what is ahead must still fit into the window. */
export function farthest(s: Stream): i32 {
  return s.windowSize - MIN_LOOKAHEAD;
}

/** Input to `address`, at most `size` bytes; its checksum goes on. @returns how many */
export function readInput(s: Stream, address: usize, size: i32): i32 {
  const length = min(s.availIn, size);
  if (length === 0) return 0;
  s.availIn -= length;
  take(address, length);
  if (s.wrap === ZLIB) s.check = adler32(s.check, address, length);
  else if (s.wrap === GZIP) s.check = crc32(s.check, address, length);
  s.totalIn += length;
  return length;
}

/**
 * Enters the four bytes at `at`. Node's zlib is Chromium's, which hashes four bytes where the original hashes three: it
 * finds fewer matches of three, in another order. @returns the nearest position before with the same hash, 0 for none
 */
export function insertString(s: Stream, at: i32): i32 {
  const hash = ((load<u32>(s.window + at) * HASH_FACTOR + HASH_FACTOR) >>> 16) & s.hashMask;
  const head = s.head + (<usize>hash << 1);
  const before = load<u16>(head);
  store<u16>(s.previous + (<usize>(at & s.windowMask) << 1), before);
  store<u16>(head, <u16>at);
  return <i32>before;
}

export function clearHash(s: Stream): void {
  memory.fill(s.head, 0, <usize>s.hashSize << 1);
}

function slideTable(table: usize, entries: i32, by: u32): void {
  // Eight entries at a time: what falls off the window becomes 0.
  const step = i16x8.splat(<i16>by);
  for (const end = table + (<usize>entries << 1); table < end; table += 16)
    v128.store(table, i16x8.sub_sat_u(v128.load(table), step));
}

/** After the window moved by its size, so do the positions in the tables. */
export function slideHash(s: Stream): void {
  slideTable(s.head, s.hashSize, <u32>s.windowSize);
  slideTable(s.previous, s.windowSize, <u32>s.windowSize);
}

/** Reads until at least MIN_LOOKAHEAD bytes lie ahead or the input is at its end. */
export function fillWindow(s: Stream): void {
  const size = s.windowSize;
  do {
    let room = 2 * size - s.lookahead - s.start;
    if (s.start >= size + farthest(s)) {
      memory.copy(s.window, s.window + size, size - room);
      s.matchStart -= size;
      s.start -= size;
      s.blockStart -= size;
      if (s.insert > s.start) s.insert = s.start;
      slideHash(s);
      room += size;
    }
    if (s.availIn === 0) break;
    s.lookahead += readInput(s, s.window + s.start + s.lookahead, room);
    enterWaiting(s);
  } while (s.lookahead < MIN_LOOKAHEAD && s.availIn !== 0);
}

/** Strings that had too few bytes behind them before: four are hashed. */
function enterWaiting(s: Stream): void {
  for (let at = s.start - s.insert; s.insert !== 0 && s.lookahead + s.insert > MIN_MATCH; at++) {
    insertString(s, at);
    s.insert--;
  }
}

/** How many bytes at `a` and `b` are equal, up to `most`. */
function equalBytes(a: usize, b: usize, most: i32): i32 {
  let length = 0;
  while (length + 8 <= most) {
    const difference = load<u64>(a + length) ^ load<u64>(b + length);
    if (difference !== 0) return length + (<i32>ctz(difference) >> 3);
    length += 8;
  }
  while (length < most && load<u8>(a + length) === load<u8>(b + length)) length++;
  return length;
}

/**
 * The longest match of what lies at `start`, beginning with the one at `at` and going back its chain; longer than
 * `previousLength` only. Sets `matchStart`. @returns its length
 */
export function longestMatch(s: Stream, at: i32): i32 {
  const window = s.window;
  const scan = window + s.start;
  const chains = s.previous;
  const mask = s.windowMask;
  const limit = s.start > farthest(s) ? s.start - farthest(s) : 0;
  const nice = min(s.niceMatch, s.lookahead);
  let chain = s.previousLength >= s.goodMatch ? s.maxChain >> 2 : s.maxChain;
  let best = s.previousLength;
  // A longer match has these four: its first two bytes and the two around the end of the best one.
  const begin = load<u16>(scan);
  let end = load<u16>(scan + best - 1);
  do {
    const candidate = window + at;
    if (load<u16>(candidate + best - 1) === end && load<u16>(candidate) === begin) {
      const length = equalBytes(scan, candidate, MAX_MATCH);
      if (length > best) {
        s.matchStart = at;
        best = length;
        if (length >= nice) break;
        end = load<u16>(scan + best - 1);
      }
    }
    at = <i32>load<u16>(chains + (<usize>(at & mask) << 1));
  } while (at > limit && --chain !== 0);
  return min(best, s.lookahead);
}
