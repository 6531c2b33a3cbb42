// How the window becomes symbols: one function per way of trading time for size. Each works until input or output is at
// its end and says where the block stands.
import { put, takeAgain } from './host';
import {
  MAX_MATCH, min, MIN_LOOKAHEAD, MIN_MATCH, Stream, TOO_FAR, Z_FILTERED, Z_FINISH, Z_NO_FLUSH,
} from './state';
import { endBlock, flushBits, sendStored, tallyLiteral, tallyMatch } from './trees';
import { farthest, fillWindow, insertString, longestMatch, readInput } from './window';

/** More input or room is needed; a block was ended; the last one was begun, or is written. */
export const NEED_MORE: i32 = 0;
export const BLOCK_DONE: i32 = 1;
export const FINISH_STARTED: i32 = 2;
export const FINISH_DONE: i32 = 3;

/** Most bytes of a stored block. */
const MAX_STORED: i32 = 65535;
const SCRATCH = memory.data(65536, 16);

/** As much of the pending bytes as the output has room for. */
export function flushPending(s: Stream): void {
  flushBits(s);
  const length = min(s.pending, s.availOut);
  if (length === 0) return;
  put(s.pendingBuffer + s.pendingStart, length);
  s.pendingStart += length;
  s.availOut -= length;
  s.pending -= length;
  if (s.pending === 0) s.pendingStart = 0;
}

function flushBlock(s: Stream, last: bool): void {
  endBlock(s, s.blockStart >= 0 ? s.window + s.blockStart : 0, s.start - s.blockStart, last);
  s.blockStart = s.start;
  flushPending(s);
}

/** What stands at the end of each strategy. */
function finish(s: Stream, flush: i32, waiting: i32): i32 {
  s.insert = waiting;
  if (flush === Z_FINISH) {
    flushBlock(s, true);
    return s.availOut === 0 ? FINISH_STARTED : FINISH_DONE;
  }
  if (s.symbolCount !== 0) {
    flushBlock(s, false);
    if (s.availOut === 0) return NEED_MORE;
  }
  return BLOCK_DONE;
}

/** Level 0: input goes from its own memory to the output, by way of the window only where it has to wait. */
export function deflateStored(s: Stream, flush: i32): i32 {
  let smallest = min(s.pendingSize - 5, s.windowSize);
  let last = false;
  let used = s.availIn;
  do {
    let length = MAX_STORED;
    const header = (s.bitCount + 42) >> 3;
    if (s.availOut < header) break;
    const room = s.availOut - header;
    let left = s.start - s.blockStart;
    if (length > left + s.availIn) length = left + s.availIn;
    if (length > room) length = room;
    // Small blocks cost more than they bring, unless they are all there is.
    if (
      length < smallest &&
      ((length === 0 && flush !== Z_FINISH) || flush === Z_NO_FLUSH || length !== left + s.availIn)
    )
      break;
    last = flush === Z_FINISH && length === left + s.availIn;
    sendStored(s, 0, 0, last);
    const sizes = s.pendingBuffer + s.pending - 4;
    store<u16>(sizes, <u16>length);
    store<u16>(sizes, <u16>~length, 2);
    flushPending(s);
    if (left !== 0) {
      left = min(left, length);
      put(s.window + s.blockStart, left);
      s.availOut -= left;
      s.blockStart += left;
      length -= left;
    }
    if (length !== 0) {
      readInput(s, SCRATCH, length);
      put(SCRATCH, length);
      s.availOut -= length;
    }
  } while (!last);

  used -= s.availIn;
  if (used !== 0) keepInWindow(s, used);
  if (last) return FINISH_DONE;
  if (flush !== Z_NO_FLUSH && flush !== Z_FINISH && s.availIn === 0 && s.start === s.blockStart) return BLOCK_DONE;

  // What had no room waits in the window.
  let room = 2 * s.windowSize - s.start;
  if (s.availIn > room && s.blockStart >= s.windowSize) {
    s.blockStart -= s.windowSize;
    moveDown(s);
    room += s.windowSize;
  }
  room = min(room, s.availIn);
  if (room !== 0) {
    readInput(s, s.window + s.start, room);
    s.start += room;
    s.insert += min(room, s.windowSize - s.insert);
  }

  const most = min(s.pendingSize - ((s.bitCount + 42) >> 3), MAX_STORED);
  smallest = min(most, s.windowSize);
  const left = s.start - s.blockStart;
  if (
    left >= smallest ||
    ((left !== 0 || flush === Z_FINISH) && flush !== Z_NO_FLUSH && s.availIn === 0 && left <= most)
  ) {
    const length = min(left, most);
    last = flush === Z_FINISH && s.availIn === 0 && length === left;
    sendStored(s, s.window + s.blockStart, length, last);
    s.blockStart += length;
    flushPending(s);
  }
  return last ? FINISH_STARTED : NEED_MORE;
}

/** The upper half of the window becomes the lower. */
function moveDown(s: Stream): void {
  s.start -= s.windowSize;
  memory.copy(s.window, s.window + s.windowSize, s.start);
  if (s.matches < 2) s.matches++;
  if (s.insert > s.start) s.insert = s.start;
}

/** The last `used` bytes of input, which went by, into the window: another level may follow. */
function keepInWindow(s: Stream, used: i32): void {
  if (used >= s.windowSize) {
    s.matches = 2;
    takeAgain(s.window, s.windowSize);
    s.start = s.windowSize;
    s.insert = s.start;
  } else {
    if (2 * s.windowSize - s.start <= used) moveDown(s);
    takeAgain(s.window + s.start, used);
    s.start += used;
    s.insert += min(used, s.windowSize - s.insert);
  }
  s.blockStart = s.start;
}

/** Levels 1 to 3: the first match is taken. */
export function deflateFast(s: Stream, flush: i32): i32 {
  for (;;) {
    if (s.lookahead < MIN_LOOKAHEAD) {
      fillWindow(s);
      if (s.lookahead < MIN_LOOKAHEAD && flush === Z_NO_FLUSH) return NEED_MORE;
      if (s.lookahead === 0) break;
    }
    const found = s.lookahead >= MIN_MATCH ? insertString(s, s.start) : 0;
    if (found !== 0 && s.start - found <= farthest(s)) s.matchLength = longestMatch(s, found);
    let full: bool;
    if (s.matchLength >= MIN_MATCH) {
      full = tallyMatch(s, s.start - s.matchStart, s.matchLength - MIN_MATCH);
      s.lookahead -= s.matchLength;
      if (s.matchLength <= s.maxLazy && s.lookahead >= MIN_MATCH) {
        s.matchLength--;
        do {
          s.start++;
          insertString(s, s.start);
        } while (--s.matchLength !== 0);
        s.start++;
      } else {
        s.start += s.matchLength;
        s.matchLength = 0;
      }
    } else {
      full = tallyLiteral(s, load<u8>(s.window + s.start));
      s.lookahead--;
      s.start++;
    }
    if (full) {
      flushBlock(s, false);
      if (s.availOut === 0) return NEED_MORE;
    }
  }
  return finish(s, flush, min(s.start, MIN_MATCH - 1));
}

/** Levels 4 to 9: a match is taken when the next byte does not begin a longer one. */
export function deflateSlow(s: Stream, flush: i32): i32 {
  for (;;) {
    if (s.lookahead < MIN_LOOKAHEAD) {
      fillWindow(s);
      if (s.lookahead < MIN_LOOKAHEAD && flush === Z_NO_FLUSH) return NEED_MORE;
      if (s.lookahead === 0) break;
    }
    const found = s.lookahead >= MIN_MATCH ? insertString(s, s.start) : 0;
    s.previousLength = s.matchLength;
    s.previousMatch = s.matchStart;
    s.matchLength = MIN_MATCH - 1;
    if (found !== 0 && s.previousLength < s.maxLazy && s.start - found <= farthest(s)) {
      s.matchLength = longestMatch(s, found);
      if (
        s.matchLength <= 5 &&
        (s.strategy === Z_FILTERED || (s.matchLength === MIN_MATCH && s.start - s.matchStart > TOO_FAR))
      )
        s.matchLength = MIN_MATCH - 1;
    }
    if (s.previousLength >= MIN_MATCH && s.matchLength <= s.previousLength) {
      const lastInsert = s.start + s.lookahead - MIN_MATCH;
      const full = tallyMatch(s, s.start - 1 - s.previousMatch, s.previousLength - MIN_MATCH);
      s.lookahead -= s.previousLength - 1;
      s.previousLength -= 2;
      do {
        if (++s.start <= lastInsert) insertString(s, s.start);
      } while (--s.previousLength !== 0);
      s.literalWaits = 0;
      s.matchLength = MIN_MATCH - 1;
      s.start++;
      if (full) {
        flushBlock(s, false);
        if (s.availOut === 0) return NEED_MORE;
      }
    } else if (s.literalWaits) {
      if (tallyLiteral(s, load<u8>(s.window + s.start - 1))) flushBlock(s, false);
      s.start++;
      s.lookahead--;
      if (s.availOut === 0) return NEED_MORE;
    } else {
      s.literalWaits = 1;
      s.start++;
      s.lookahead--;
    }
  }
  if (s.literalWaits) {
    tallyLiteral(s, load<u8>(s.window + s.start - 1));
    s.literalWaits = 0;
  }
  return finish(s, flush, min(s.start, MIN_MATCH - 1));
}

/** Z_RLE: only runs of one byte. */
export function deflateRuns(s: Stream, flush: i32): i32 {
  for (;;) {
    if (s.lookahead <= MAX_MATCH) {
      fillWindow(s);
      if (s.lookahead <= MAX_MATCH && flush === Z_NO_FLUSH) return NEED_MORE;
      if (s.lookahead === 0) break;
    }
    s.matchLength = 0;
    if (s.lookahead >= MIN_MATCH && s.start > 0) {
      const at = s.window + s.start;
      const byte = load<u8>(at - 1);
      const most = min(MAX_MATCH, s.lookahead);
      let length = 0;
      while (length < most && load<u8>(at + length) === byte) length++;
      if (length >= MIN_MATCH) s.matchLength = length;
    }
    let full: bool;
    if (s.matchLength >= MIN_MATCH) {
      full = tallyMatch(s, 1, s.matchLength - MIN_MATCH);
      s.lookahead -= s.matchLength;
      s.start += s.matchLength;
      s.matchLength = 0;
    } else {
      full = tallyLiteral(s, load<u8>(s.window + s.start));
      s.lookahead--;
      s.start++;
    }
    if (full) {
      flushBlock(s, false);
      if (s.availOut === 0) return NEED_MORE;
    }
  }
  return finish(s, flush, 0);
}

/** Z_HUFFMAN_ONLY: no matches at all. */
export function deflateLiterals(s: Stream, flush: i32): i32 {
  for (;;) {
    if (s.lookahead === 0) {
      fillWindow(s);
      if (s.lookahead === 0) {
        if (flush === Z_NO_FLUSH) return NEED_MORE;
        break;
      }
    }
    s.matchLength = 0;
    const full = tallyLiteral(s, load<u8>(s.window + s.start));
    s.lookahead--;
    s.start++;
    if (full) {
      flushBlock(s, false);
      if (s.availOut === 0) return NEED_MORE;
    }
  }
  return finish(s, flush, 0);
}
