import { FREE_MAP_AT, Super, UNIT_BYTES, firstDataUnit } from '../memory/layout.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';

/** 16 MiB at least, since every growth makes all workers take their views anew. */
const GROW_UNITS = 16 * 1024;

/**
 * Hands out runs of units by next fit over the free map: what is written
 * together lies together, so files tend to be one run. Grows the buffer when
 * nothing fits, up to its maximum.
 */
export class UnitAllocator {
  readonly #memory: SharedMemory;
  readonly #first: number;
  #cursor: number;
  /** Runs of this length or more were not found since the last free: do not search in vain. */
  #missing = Infinity;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
    this.#first = firstDataUnit(memory.words[Super.maxUnits]!);
    this.#cursor = this.#first;
  }

  /** One run of `count` units, or 0. */
  take(count: number): number {
    const committed = this.#committed();
    if (count < this.#missing) {
      const start = this.#find(count, this.#cursor, committed) || this.#find(count, this.#first, committed);
      if (start !== 0) return this.#claim(start, count);
      this.#missing = count;
    }
    if (!this.#grow(count)) return 0;
    // The new run may begin in free units at the old end.
    let start = committed;
    while (start > this.#first && !this.#isUsed(start - 1)) start--;
    return this.#claim(start, count);
  }

  /** Runs that add up to `count`, as (start, length) pairs; `undefined` when there is not enough. */
  takeRuns(count: number): number[] | undefined {
    const runs: number[] = [];
    let missing = count;
    // The longest run that is tried; halved whenever there is none.
    let size = count;
    while (missing > 0) {
      const part = Math.min(size, missing);
      const start = this.take(part);
      if (start !== 0) {
        runs.push(start, part);
        missing -= part;
      } else if (part === 1) {
        this.freeRuns(runs);
        return undefined;
      } else {
        size = part >>> 1;
      }
    }
    return runs;
  }

  /** Takes exactly these units if all of them are free. */
  takeAt(start: number, count: number): boolean {
    if (start + count > this.#committed()) return false;
    for (let unit = start; unit < start + count; unit++) if (this.#isUsed(unit)) return false;
    this.#claim(start, count);
    return true;
  }

  free(start: number, count: number): void {
    this.#mark(start, count, false);
    this.#memory.words[Super.usedUnits]! -= count;
    this.#missing = Infinity;
  }

  freeRuns(runs: readonly number[]): void {
    for (let index = 0; index < runs.length; index += 2)
      if (runs[index] !== 0) this.free(runs[index]!, runs[index + 1]!);
  }

  #committed(): number {
    return this.#memory.words[Super.committedUnits]!;
  }

  #claim(start: number, count: number): number {
    this.#mark(start, count, true);
    this.#memory.words[Super.usedUnits]! += count;
    this.#cursor = start + count;
    return start;
  }

  #isUsed(unit: number): boolean {
    return (this.#memory.words[FREE_MAP_AT + (unit >>> 5)]! & (1 << (unit & 31))) !== 0;
  }

  /** Throws where the map says otherwise: a unit with two owners must not get so far. */
  #mark(start: number, count: number, used: boolean): void {
    const { words } = this.#memory;
    for (let unit = start; unit < start + count;) {
      const at = FREE_MAP_AT + (unit >>> 5);
      const bits = Math.min(32 - (unit & 31), start + count - unit);
      const mask = bits === 32 ? -1 : ((1 << bits) - 1) << (unit & 31);
      const busy = words[at]! & mask;
      if (used ? busy !== 0 : busy !== mask)
        throw new Error(`Cannot ${used ? 'take' : 'free'} units ${start}+${count}: the free map says otherwise`);
      words[at] = used ? words[at]! | mask : words[at]! & ~mask;
      unit += bits;
    }
  }

  /** 32 units at a time where they are all taken or all free. */
  #find(count: number, from: number, to: number): number {
    const { words } = this.#memory;
    let run = 0;
    for (let unit = from; unit < to;) {
      const word = words[FREE_MAP_AT + (unit >>> 5)]!;
      const whole = (unit & 31) === 0;
      if (whole && word === -1) {
        run = 0;
        unit += 32;
      } else if (whole && word === 0 && unit + 32 <= to) {
        run += 32;
        unit += 32;
        if (run >= count) return unit - run;
      } else {
        run = (word & (1 << (unit & 31))) === 0 ? run + 1 : 0;
        unit++;
        if (run >= count) return unit - run;
      }
    }
    return 0;
  }

  #grow(count: number): boolean {
    const { words, buffer } = this.#memory;
    const committed = this.#committed();
    const max = words[Super.maxUnits]!;
    const wanted = committed + Math.max(count, GROW_UNITS, committed >>> 3);
    const target = Math.min(max, Math.ceil(wanted / 1024) * 1024);
    if (target - committed < count) {
      // The last free units before the end may still complete the run.
      let tail = committed;
      while (tail > this.#first && !this.#isUsed(tail - 1)) tail--;
      if (target - tail < count) return false;
    }
    try {
      buffer.grow(target * UNIT_BYTES);
    } catch (error) {
      // The browser is out of memory: to programs that is a full disk.
      if (error instanceof RangeError) return false;
      throw error;
    }
    this.#memory.retake();
    Atomics.store(this.#memory.words, Super.committedUnits, target);
    this.#missing = Infinity;
    return true;
  }
}
