import { Inode, InodeFlag, RETAINED_LIMIT, SLOTS_AT, SLOT_COUNT, SLOT_WORDS, Slot, Super } from '../memory/layout.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';
import type { FileContent } from './file-content.ts';
import type { InodeStore } from './inode-store.ts';

/** Inodes without a name: each lives until no slot retains it. */
export class Orphans {
  readonly #memory: SharedMemory;
  readonly #inodes: InodeStore;
  readonly #content: FileContent;
  readonly #waiting = new Set<number>();
  /** Something was added since the last sweep. */
  #fresh = false;

  constructor(memory: SharedMemory, inodes: InodeStore, content: FileContent) {
    this.#memory = memory;
    this.#inodes = inodes;
    this.#content = content;
  }

  add(index: number): void {
    this.#waiting.add(index);
    this.#fresh = true;
  }

  /** A name came back (linkat of an open file has no caller yet, but costs nothing to be right about). */
  rescue(index: number): void {
    this.#waiting.delete(index);
  }

  /** Runs with every request, so it has to be cheap when nothing has changed. */
  sweep(): void {
    const { words } = this.#memory;
    if (this.#waiting.size === 0) {
      // The flag must not stay up with nothing to do: the writer would never sleep again.
      if (Atomics.load(words, Super.sweep) !== 0) Atomics.store(words, Super.sweep, 0);
      return;
    }
    if (!this.#fresh && Atomics.load(words, Super.sweep) === 0) return;
    Atomics.store(words, Super.sweep, 0);
    this.#fresh = false;
    // Mark, then look at the tables: see RetainedTable.retain for the other half.
    for (const index of this.#waiting) Atomics.or(words, this.#memory.inode(index) + Inode.flags, InodeFlag.dying);
    const retained = this.#retained();
    for (const index of this.#waiting) {
      if (retained.has(index)) {
        Atomics.and(words, this.#memory.inode(index) + Inode.flags, ~InodeFlag.dying);
        continue;
      }
      this.#waiting.delete(index);
      this.#inodes.begin(index);
      this.#content.drop(index);
      this.#inodes.end(index);
      this.#inodes.free(index);
    }
  }

  #retained(): Set<number> {
    const { words } = this.#memory;
    const retained = new Set<number>();
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const at = SLOTS_AT + slot * SLOT_WORDS;
      const top = Math.min(Atomics.load(words, at + Slot.retainedTop), RETAINED_LIMIT);
      for (let position = 0; position < top; position++) {
        const index = Atomics.load(words, at + Slot.retained + position);
        if (index !== 0) retained.add(index);
      }
    }
    return retained;
  }
}
