import { Errno } from '@slipway/posix';
import { eachPiece, extentTable } from '../memory/extents.ts';
import { INLINE_EXTENTS, Inode, SIZE_LIMIT, UNIT_BYTES, UNIT_WORDS } from '../memory/layout.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';
import type { InodeStore } from './inode-store.ts';
import { type Limbo, LimboKind } from './limbo.ts';
import type { UnitAllocator } from './unit-allocator.ts';

/** A file that is appended to in small pieces between other files asks for this much ahead at most. */
const AHEAD_UNITS = 4096;

/** Hears what has become of an inode’s content, when it has. */
export interface ContentListener {
  written(index: number, position: number, length: number): void;
  sized(index: number): void;
  replaced(index: number): void;
}

/** What a write will do, worked out before anything is touched. */
interface Plan {
  /** All extents after the write, as (start, length) pairs. */
  readonly extents: number[];
  /** Units that are new in it, as (file unit, start, length): their old content must not show. */
  readonly fresh: number[];
}

/**
 * Changes what files hold. Space is found before the inode is opened for the
 * change, so a write either has all its room or changes nothing.
 */
export class FileContent {
  readonly #memory: SharedMemory;
  readonly #units: UnitAllocator;
  readonly #inodes: InodeStore;
  readonly #limbo: Limbo;
  listener: ContentListener | undefined;

  constructor(memory: SharedMemory, units: UnitAllocator, inodes: InodeStore, limbo: Limbo) {
    this.#memory = memory;
    this.#units = units;
    this.#inodes = inodes;
    this.#limbo = limbo;
  }

  /** Copies shared bytes [from, from + length) to `position` of the file. Bytes written or a negative errno. */
  write(index: number, position: number, from: number, length: number): number {
    return this.#write(index, position, length, (to, count, done) =>
      this.#memory.bytes.copyWithin(to, from + done, from + done + count),
    );
  }

  /** The same with bytes of this worker. */
  put(index: number, position: number, bytes: Uint8Array): number {
    return this.#write(index, position, bytes.length, (to, count, done) =>
      this.#memory.bytes.set(bytes.subarray(done, done + count), to),
    );
  }

  #write(
    index: number,
    position: number,
    length: number,
    copy: (to: number, count: number, done: number) => void,
  ): number {
    if (length === 0) return 0;
    const end = position + length;
    if (end > SIZE_LIMIT) return Errno.EFBIG;
    const plan = this.#plan(index, Math.floor(position / UNIT_BYTES), Math.ceil(end / UNIT_BYTES), end);
    if (plan === undefined) return Errno.ENOSPC;
    // Only new extents can need a larger table.
    const table = plan.fresh.length === 0 ? 0 : this.#reserveTable(index, plan.extents);
    if (table < 0) {
      for (let at = 0; at < plan.fresh.length; at += 3) this.#units.free(plan.fresh[at + 1]!, plan.fresh[at + 2]!);
      return table;
    }
    // Before readers are sent away: nobody can see the fresh units yet.
    for (let at = 0; at < plan.fresh.length; at += 3)
      this.#zeroOutside(plan.fresh[at]!, plan.fresh[at + 1]!, plan.fresh[at + 2]!, position, end);
    this.#inodes.begin(index);
    if (plan.fresh.length > 0) this.#setExtents(index, plan.extents, table);
    const at = this.#memory.inode(index);
    const size = this.#memory.size(at);
    // What lies past the end may be old bytes: a file reads as zeros where nothing was written.
    if (position > size) this.#zero(at, size, position - size);
    eachPiece(this.#memory, at, position, length, copy);
    if (end > size) this.#memory.setSize(at, end);
    this.#inodes.end(index);
    this.listener?.written(index, position, length);
    return length;
  }

  /**
   * Growing makes a hole; what the last unit holds past
   * the old end is cleared, as it becomes visible.
   */
  truncate(index: number, size: number): number {
    if (size > SIZE_LIMIT) return Errno.EFBIG;
    const at = this.#memory.inode(index);
    const old = this.#memory.size(at);
    this.#inodes.begin(index);
    if (size > old) this.#zero(at, old, size - old);
    // The rest of the last unit keeps its bytes; whoever makes the file grow again clears them.
    else this.#cut(index, Math.ceil(size / UNIT_BYTES));
    this.#memory.setSize(at, size);
    this.#inodes.end(index);
    this.listener?.sized(index);
    return 0;
  }

  /** New content in one step: readers see the old bytes or the new ones. */
  replace(index: number, from: number, length: number): number {
    const runs = this.#units.takeRuns(Math.ceil(length / UNIT_BYTES));
    if (runs === undefined) return Errno.ENOSPC;
    const { bytes } = this.#memory;
    for (let at = 0, done = 0; at < runs.length; at += 2) {
      const count = Math.min(runs[at + 1]! * UNIT_BYTES, length - done);
      bytes.copyWithin(runs[at]! * UNIT_BYTES, from + done, from + done + count);
      done += count;
    }
    const table = this.#newTable(runs);
    if (table < 0) {
      this.#units.freeRuns(runs);
      return table;
    }
    this.#swap(index, runs, table, length);
    this.listener?.replaced(index);
    return 0;
  }

  /** Moves the content of `source` to `target`, whose own is dropped. */
  adopt(target: number, source: number): void {
    const { words } = this.#memory;
    const from = this.#memory.inode(source);
    const to = this.#memory.inode(target);
    this.#inodes.begin(target);
    this.drop(target);
    words[to + Inode.units] = words[from + Inode.units]!;
    words[to + Inode.extentCount] = words[from + Inode.extentCount]!;
    words.copyWithin(to + Inode.extents, from + Inode.extents, from + Inode.extents + INLINE_EXTENTS * 2);
    this.#memory.setSize(to, this.#memory.size(from));
    this.#inodes.end(target);
    words[from + Inode.extentCount] = 0;
    words[from + Inode.units] = 0;
    this.#memory.setSize(from, 0);
    this.listener?.replaced(target);
  }

  /** Gives a fresh inode the content of `source`, holes included. */
  copy(index: number, source: number): number {
    const extents = this.#load(source);
    const runs: number[] = [];
    for (let at = 0; at < extents.length; at += 2) {
      const own = extents[at] === 0 ? [0, extents[at + 1]!] : this.#units.takeRuns(extents[at + 1]!);
      if (own === undefined) {
        this.#units.freeRuns(runs);
        return Errno.ENOSPC;
      }
      const { bytes } = this.#memory;
      for (let run = 0, from = extents[at]! * UNIT_BYTES; run < own.length && extents[at] !== 0; run += 2) {
        const length = own[run + 1]! * UNIT_BYTES;
        bytes.copyWithin(own[run]! * UNIT_BYTES, from, from + length);
        from += length;
      }
      for (let run = 0; run < own.length; run += 2) push(runs, own[run]!, own[run + 1]!);
    }
    const table = this.#newTable(runs);
    if (table < 0) {
      this.#units.freeRuns(runs);
      return table;
    }
    this.#swap(index, runs, table, this.#memory.size(this.#memory.inode(source)));
    return 0;
  }

  /** Frees all space. The caller has the inode open for the change, or nobody can see it. */
  drop(index: number): void {
    this.#cut(index, 0);
  }

  /** Sets aside room for a file that will be filled piece by piece. */
  preallocate(index: number, length: number): number {
    const runs = this.#units.takeRuns(Math.ceil(length / UNIT_BYTES));
    if (runs === undefined) return Errno.ENOSPC;
    const table = this.#newTable(runs);
    if (table < 0) {
      this.#units.freeRuns(runs);
      return table;
    }
    this.#swap(index, runs, table, 0);
    return 0;
  }

  /** The moment of the change: between begin and end readers wait, and nothing can fail any more. */
  #swap(index: number, runs: readonly number[], table: number, size: number): void {
    this.#inodes.begin(index);
    this.drop(index);
    this.#setExtents(index, runs, table);
    this.#memory.setSize(this.#memory.inode(index), size);
    this.#inodes.end(index);
  }

  /** A copy of the extents: the table may move while they are worked on. */
  #load(index: number): number[] {
    const { at, count } = extentTable(this.#memory, this.#memory.inode(index));
    return Array.from(this.#memory.words.subarray(at, at + count * 2));
  }

  /** Extents that cover file units [from, to) with real space; `undefined` when there is none. */
  #plan(index: number, from: number, to: number, end: number): Plan | undefined {
    const old = this.#load(index);
    const extents: number[] = [];
    const fresh: number[] = [];
    let unit = 0;
    const fill = (count: number, ahead: number): boolean => {
      // Right behind what is there; else one run with some ahead; else whatever there is.
      const runs =
        this.#extend(extents, count) ??
        (ahead > 0 ? single(this.#units.take(count + ahead), count + ahead) : undefined) ??
        this.#units.takeRuns(count);
      if (runs === undefined) return false;
      for (let at = 0; at < runs.length; at += 2) {
        push(extents, runs[at]!, runs[at + 1]!);
        fresh.push(unit, runs[at]!, runs[at + 1]!);
        unit += runs[at + 1]!;
      }
      return true;
    };
    let enough = true;
    for (let at = 0; at < old.length && enough; at += 2) {
      const start = old[at]!;
      const length = old[at + 1]!;
      const first = Math.max(from, unit);
      const last = Math.min(to, unit + length);
      // Has its space already, or the write does not reach it.
      if (start !== 0 || first >= last) {
        push(extents, start, length);
        unit += length;
        continue;
      }
      const after = unit + length - last;
      if (first > unit) push(extents, 0, first - unit);
      unit = first;
      enough = fill(last - first, 0);
      if (after > 0) push(extents, 0, after);
      unit = last + after;
    }
    if (enough && to > unit) {
      const inodeAt = this.#memory.inode(index);
      // In proportion to what the file really has: holes say nothing about how it will go on.
      const appended = from <= unit && end >= this.#memory.size(inodeAt);
      if (from > unit) {
        push(extents, 0, from - unit);
        unit = from;
      }
      // Only past the end of the file may there be space that has not been cleared.
      const ahead = appended ? Math.min(this.#memory.words[inodeAt + Inode.units]! >>> 1, AHEAD_UNITS) : 0;
      enough = fill(to - unit, ahead);
    }
    if (enough) return { extents, fresh };
    for (let at = 0; at < fresh.length; at += 3) this.#units.free(fresh[at + 1]!, fresh[at + 2]!);
    return undefined;
  }

  /** The units right behind the last extent, when they are free. */
  #extend(extents: readonly number[], count: number): number[] | undefined {
    const start = extents.at(-2);
    if (start === undefined || start === 0) return undefined;
    const next = start + extents.at(-1)!;
    return this.#units.takeAt(next, count) ? [next, count] : undefined;
  }

  /** Frees everything from file unit `keep` on. */
  #cut(index: number, keep: number): void {
    const extents = this.#load(index);
    const kept: number[] = [];
    let unit = 0;
    for (let at = 0; at < extents.length; at += 2) {
      const start = extents[at]!;
      const length = extents[at + 1]!;
      const stay = Math.max(0, Math.min(length, keep - unit));
      if (stay > 0) push(kept, start, stay);
      if (stay < length && start !== 0) this.#limbo.put(LimboKind.units, start + stay, length - stay);
      unit += length;
    }
    if (unit <= keep) return;
    // Fewer extents than before: they fit where the old ones were, or inline.
    this.#setExtents(index, kept, 0);
  }

  /** Where a longer list of extents will go: 0 = where it is, a unit = there, negative = errno. */
  #reserveTable(index: number, extents: readonly number[]): number {
    const at = this.#memory.inode(index);
    const { words } = this.#memory;
    if (extents.length <= INLINE_EXTENTS * 2) return 0;
    const present = words[at + Inode.extentCount]! > INLINE_EXTENTS ? words[at + Inode.extents + 1]! : 0;
    return extents.length <= present * UNIT_WORDS ? 0 : this.#newTable(extents);
  }

  /** 0 where they fit into the inode. */
  #newTable(extents: readonly number[]): number {
    if (extents.length <= INLINE_EXTENTS * 2) return 0;
    // Twice the need: a file this fragmented will be fragmented further.
    return this.#units.take(tableUnits(extents.length)) || Errno.ENOSPC;
  }

  /** The old table, too, goes by way of limbo: a reader may be in it. */
  #setExtents(index: number, extents: readonly number[], newTable: number): void {
    const at = this.#memory.inode(index);
    const { words } = this.#memory;
    const hadTable = words[at + Inode.extentCount]! > INLINE_EXTENTS;
    const inline = extents.length <= INLINE_EXTENTS * 2;
    if (hadTable && (inline || newTable > 0))
      this.#limbo.put(LimboKind.units, words[at + Inode.extents]!, words[at + Inode.extents + 1]!);
    if (newTable > 0) {
      words[at + Inode.extents] = newTable;
      words[at + Inode.extents + 1] = tableUnits(extents.length);
    }
    words.set(extents, inline ? at + Inode.extents : words[at + Inode.extents]! * UNIT_WORDS);
    words[at + Inode.extentCount] = extents.length / 2;
    let units = 0;
    for (let pair = 0; pair < extents.length; pair += 2) if (extents[pair] !== 0) units += extents[pair + 1]!;
    words[at + Inode.units] = units;
  }

  /** Only where there are units: holes are zeros already. */
  #zero(inodeAt: number, position: number, length: number): void {
    const { bytes } = this.#memory;
    eachPiece(this.#memory, inodeAt, position, length, (from, count) => bytes.fill(0, from, from + count));
  }

  /** Clears the part of a fresh run that the write [position, end) does not cover. */
  #zeroOutside(fileUnit: number, start: number, length: number, position: number, end: number): void {
    const { bytes } = this.#memory;
    const first = fileUnit * UNIT_BYTES;
    const last = (fileUnit + length) * UNIT_BYTES;
    const shift = start * UNIT_BYTES - first;
    if (position > first) bytes.fill(0, first + shift, Math.min(position, last) + shift);
    if (end < last) bytes.fill(0, Math.max(end, first) + shift, last + shift);
  }
}

const tableUnits = (words: number): number => Math.ceil((words * 2) / UNIT_WORDS);

const single = (start: number, length: number): number[] | undefined => (start === 0 ? undefined : [start, length]);

/** Appends an extent, as one with the last where they touch. */
function push(extents: number[], start: number, length: number): void {
  const last = extents.length - 2;
  if (
    last >= 0 &&
    (start === 0 ? extents[last] === 0 : extents[last] !== 0 && extents[last]! + extents[last + 1]! === start)
  )
    extents[last + 1]! += length;
  else extents.push(start, length);
}
