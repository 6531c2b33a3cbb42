import { Errno } from '@slipway/posix';
import {
  Inode,
  InodeFlag,
  RETAINED_LIMIT,
  SLOTS_AT,
  SLOT_WORDS,
  Slot,
  Super,
  generationOf,
  indexOf,
} from '../memory/layout.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';

/**
 * The inodes this worker keeps alive, as a table in its slot that the writer
 * looks into before it frees an inode without names. Counts stay private: the
 * table only says "at least once".
 */
export class RetainedTable {
  readonly #memory: SharedMemory;
  readonly #slotAt: number;
  /** By ino: its place in the table, and how often this worker holds it. */
  readonly #held = new Map<number, { position: number; count: number }>();
  /** Places below `#top` that are empty again. */
  readonly #free: number[] = [];
  #top = 0;

  constructor(memory: SharedMemory, slot: number) {
    this.#memory = memory;
    this.#slotAt = SLOTS_AT + slot * SLOT_WORDS;
  }

  /** A place the next reference can be written to, or -1 when the table is full. Not yet taken. */
  place(): number {
    const free = this.#free.at(-1);
    if (free !== undefined) return free;
    return this.#top < RETAINED_LIMIT ? this.#top : -1;
  }

  /** The writer filled the place itself (open with O_CREAT): count it. */
  filled(position: number, ino: number): void {
    const held = this.#held.get(ino);
    this.#occupy(position);
    if (held === undefined) {
      this.#held.set(ino, { position, count: 1 });
    } else {
      held.count++;
      this.#clear(position);
    }
  }

  /**
   * Publishes first and looks afterwards; the writer marks the inode first and
   * looks at the tables afterwards. So at least one of the two sees the other.
   */
  retain(ino: number): number {
    const held = this.#held.get(ino);
    if (held !== undefined) {
      held.count++;
      return 0;
    }
    if (this.#memory.live(ino) === 0) return Errno.ESTALE;
    const position = this.place();
    if (position < 0) return Errno.EMFILE;
    this.#occupy(position);
    Atomics.store(this.#memory.words, this.#slotAt + Slot.retained + position, indexOf(ino));
    const at = this.#memory.inode(indexOf(ino));
    const { words } = this.#memory;
    // The writer decides within microseconds, and is never killed.
    while (Atomics.load(words, at + Inode.generation) === generationOf(ino)) {
      if ((Atomics.load(words, at + Inode.flags) & InodeFlag.dying) !== 0) continue;
      if (words[at + Inode.mode] === 0) break;
      this.#held.set(ino, { position, count: 1 });
      return 0;
    }
    this.#clear(position);
    return Errno.ESTALE;
  }

  /**
   * The last reference to an inode without a name wakes
   * the writer: nobody else notices that it can go.
   */
  release(ino: number): void {
    const held = this.#held.get(ino);
    if (held === undefined) throw new Error(`Cannot release inode ${ino}: it is not retained`);
    if (--held.count > 0) return;
    this.#held.delete(ino);
    this.#clear(held.position);
    const { words } = this.#memory;
    if (words[this.#memory.inode(indexOf(ino)) + Inode.nlink] !== 0) return;
    Atomics.store(words, Super.sweep, 1);
    Atomics.add(words, Super.doorbell, 1);
    Atomics.notify(words, Super.doorbell, 1);
  }

  #occupy(position: number): void {
    // A place is either the last one freed or the first never used: see `place`.
    if (position === this.#free.at(-1)) {
      this.#free.pop();
      return;
    }
    this.#top = position + 1;
    // Before the place is filled: the writer looks no higher than this.
    Atomics.store(this.#memory.words, this.#slotAt + Slot.retainedTop, this.#top);
  }

  #clear(position: number): void {
    Atomics.store(this.#memory.words, this.#slotAt + Slot.retained + position, 0);
    this.#free.push(position);
  }
}
