import { INLINE_EXTENTS, Inode, UNIT_BYTES, UNIT_WORDS } from './layout.ts';
import type { SharedMemory } from './shared-memory.ts';

/**
 * Where a file's bytes lie: pairs of (first unit, unit count) in file order.
 * First unit 0 is a hole; what lies past the last pair is a hole as well.
 */
export function extentTable(memory: SharedMemory, inodeAt: number): { at: number; count: number } {
  const count = memory.words[inodeAt + Inode.extentCount]!;
  return {
    count,
    at: count <= INLINE_EXTENTS ? inodeAt + Inode.extents : memory.words[inodeAt + Inode.extents]! * UNIT_WORDS,
  };
}

/**
 * Copies `length` bytes from `position` out of a file. False when what it read
 * makes no sense, which a reader sees only if the writer was at it: retry.
 */
export function copyOut(
  memory: SharedMemory,
  inodeAt: number,
  position: number,
  into: Uint8Array,
  length: number,
): boolean {
  const { at: table, count } = extentTable(memory, inodeAt);
  // Torn values must not lead outside of the buffer, so each is checked before it is used.
  if (count < 0 || count > 1 << 20 || !memory.reaches((table + count * 2) * 4)) return false;
  let done = 0;
  let extentStart = 0;
  for (let index = 0; index < count && done < length; index++) {
    const start = memory.words[table + index * 2]!;
    const extentBytes = memory.words[table + index * 2 + 1]! * UNIT_BYTES;
    const inside = position + done - extentStart;
    extentStart += extentBytes;
    if (inside >= extentBytes) continue;
    const part = Math.min(extentBytes - inside, length - done);
    if (start === 0) {
      into.fill(0, done, done + part);
    } else {
      const from = start * UNIT_BYTES + inside;
      if (part < 0 || start < 0 || !memory.reaches(from + part)) return false;
      into.set(memory.bytes.subarray(from, from + part), done);
    }
    done += part;
  }
  // Past the last extent, and still below the size: a hole.
  if (done < length) into.fill(0, done, length);
  return true;
}

/** Calls `visit` with each piece of shared bytes behind a range of a file; holes are skipped. Writer only. */
export function eachPiece(
  memory: SharedMemory,
  inodeAt: number,
  position: number,
  length: number,
  visit: (fromByte: number, count: number, done: number) => void,
): void {
  const { at: table, count } = extentTable(memory, inodeAt);
  let done = 0;
  let extentStart = 0;
  for (let index = 0; index < count && done < length; index++) {
    const start = memory.words[table + index * 2]!;
    const extentBytes = memory.words[table + index * 2 + 1]! * UNIT_BYTES;
    const inside = position + done - extentStart;
    extentStart += extentBytes;
    if (inside >= extentBytes) continue;
    const part = Math.min(extentBytes - inside, length - done);
    if (start !== 0) visit(start * UNIT_BYTES + inside, part, done);
    done += part;
  }
}
