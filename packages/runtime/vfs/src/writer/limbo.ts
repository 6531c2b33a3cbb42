import { SLOTS_AT, SLOT_COUNT, SLOT_WORDS, Slot, Super } from '../memory/layout.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';

/** What waits for its readers to leave. */
export const LimboKind = { units: 0, entry: 1, inode: 2 } as const;

/**
 * What has been freed but may still be under a reader's eyes: it waits here
 * until every reader that was under way has come out (its slot shows a later
 * epoch, or none).
 */
export class Limbo {
  readonly #memory: SharedMemory;
  /** Quadruples (epoch, kind, first, second), oldest first. */
  #queue: number[] = [];
  #head = 0;
  #opened = false;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
  }

  get empty(): boolean {
    return this.#head === this.#queue.length;
  }

  /** `second` is the number of units, where these are. */
  put(kind: number, first: number, second = 0): void {
    if (kind === LimboKind.units) this.#memory.words[Super.limboUnits]! += second;
    this.#queue.push(Atomics.load(this.#memory.words, Super.epoch), kind, first, second);
    this.#opened = true;
  }

  /** Ends the epoch if something was freed in it. After names have been published: see `Store.finish`. */
  closeEpoch(): void {
    if (!this.#opened) return;
    this.#opened = false;
    // 0 means "not reading" in a slot.
    if (Atomics.add(this.#memory.words, Super.epoch, 1) === -1) Atomics.add(this.#memory.words, Super.epoch, 1);
  }

  /** Gives back what nobody can be reading any more. */
  reclaim(giveBack: (kind: number, first: number, second: number) => void): void {
    if (this.empty) return;
    const oldest = this.#oldestReader();
    const queue = this.#queue;
    // By difference, as epochs wrap.
    while (this.#head < queue.length && ((queue[this.#head]! - oldest) | 0) < 0) {
      const kind = queue[this.#head + 1]!;
      if (kind === LimboKind.units) this.#memory.words[Super.limboUnits]! -= queue[this.#head + 3]!;
      giveBack(kind, queue[this.#head + 2]!, queue[this.#head + 3]!);
      this.#head += 4;
    }
    if (this.#head === queue.length) {
      this.#queue = [];
      this.#head = 0;
    } else if (this.#head > 65_536) {
      this.#queue = queue.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Where the reader that has been longest at it began; now, when nobody reads. */
  #oldestReader(): number {
    const { words } = this.#memory;
    let oldest = Atomics.load(words, Super.epoch);
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const epoch = Atomics.load(words, SLOTS_AT + slot * SLOT_WORDS + Slot.epoch);
      if (epoch !== 0 && ((epoch - oldest) | 0) < 0) oldest = epoch;
    }
    return oldest;
  }
}
