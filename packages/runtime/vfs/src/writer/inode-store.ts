import {
  CHUNK_BITS,
  INODE_CHUNKS_AT,
  INODE_CHUNK_UNITS,
  INODE_LIMIT,
  Inode,
  InodeFlag,
  Super,
  UNIT_WORDS,
} from '../memory/layout.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';
import { type Limbo, LimboKind } from './limbo.ts';
import type { UnitAllocator } from './unit-allocator.ts';

/** Only the writer has one; everybody else reads the same words. */
export class InodeStore {
  readonly #memory: SharedMemory;
  readonly #units: UnitAllocator;
  readonly #limbo: Limbo;
  readonly #free: number[] = [];
  /** Hears of each inode before it goes. */
  onFree: ((index: number) => void) | undefined;

  constructor(memory: SharedMemory, units: UnitAllocator, limbo: Limbo) {
    this.#memory = memory;
    this.#units = units;
    this.#limbo = limbo;
    // Downwards, so that the lowest index is given out first.
    for (let index = memory.words[Super.inodeTop]! - 1; index > 0; index--) {
      if (memory.words[memory.inode(index) + Inode.mode] === 0) this.#free.push(index);
    }
  }

  /** A fresh inode without names and content, or 0 when there is no room. */
  create(mode: number, now: number): number {
    const index = this.#free.pop() ?? this.#fresh();
    if (index === 0) return 0;
    const { words, floats } = this.#memory;
    const at = this.#memory.inode(index);
    this.begin(index);
    // Sequence and generation stay: they tell this inode from the one before it.
    words.fill(0, at + Inode.nlink, at + Inode.keep + 1);
    words[at + Inode.uid] = words[Super.ownerUid]!;
    words[at + Inode.gid] = words[Super.ownerGid]!;
    floats.fill(now, (at + Inode.times) / 2, (at + Inode.times) / 2 + 4);
    Atomics.store(words, at + Inode.mode, mode);
    this.end(index);
    words[Super.inodesUsed]!++;
    return index;
  }

  /** Between `begin` and `end` readers of this inode look again. */
  begin(index: number): void {
    Atomics.add(this.#memory.words, this.#memory.inode(index) + Inode.sequence, 1);
  }

  /** Now what readers copied since `begin` is thrown away. */
  end(index: number): void {
    Atomics.add(this.#memory.words, this.#memory.inode(index) + Inode.sequence, 1);
  }

  /** Its content must be gone already. */
  free(index: number): void {
    this.onFree?.(index);
    const { words } = this.#memory;
    const at = this.#memory.inode(index);
    this.begin(index);
    // Mode first: a reader that sees the new generation must not see a mode.
    Atomics.store(words, at + Inode.mode, 0);
    Atomics.add(words, at + Inode.generation, 1);
    Atomics.store(words, at + Inode.flags, InodeFlag.limbo);
    this.end(index);
    words[Super.inodesUsed]!--;
    this.#limbo.put(LimboKind.inode, index);
  }

  /** Out of limbo: no reader has it in sight. */
  reuse(index: number): void {
    this.#memory.words[this.#memory.inode(index) + Inode.flags] = 0;
    this.#free.push(index);
  }

  #fresh(): number {
    const index = this.#memory.words[Super.inodeTop]!;
    if (index >= INODE_LIMIT) return 0;
    if (this.#memory.words[INODE_CHUNKS_AT + (index >>> CHUNK_BITS)] === 0) {
      const unit = this.#units.take(INODE_CHUNK_UNITS);
      if (unit === 0) return 0;
      const { words } = this.#memory;
      // Memory that was just grown is zero, a unit that had an owner is not.
      words.fill(0, unit * UNIT_WORDS, (unit + INODE_CHUNK_UNITS) * UNIT_WORDS);
      Atomics.store(words, INODE_CHUNKS_AT + (index >>> CHUNK_BITS), unit);
      words[Super.inodeChunks]!++;
    }
    this.#memory.words[Super.inodeTop] = index + 1;
    return index;
  }
}
