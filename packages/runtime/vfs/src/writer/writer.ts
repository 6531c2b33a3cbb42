import { Errno } from '@slipway/posix';
import { SLOTS_AT, SLOT_COUNT, SLOT_WORDS, Slot, SlotState, Super, indexOf } from '../memory/layout.ts';
import { SharedMemory } from '../memory/shared-memory.ts';
import { type Request, unpackRequest } from '../protocol/request.ts';
import { type HandlerByName, createHandlers } from './handlers.ts';
import { Kept, type KeepOptions } from './kept.ts';
import { Store } from './store.ts';

/** The writer's clock, and who hears of a bug in it. */
export interface VfsWriterOptions {
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** A request ended in an exception: a bug. Its caller got EIO. */
  readonly onFault?: (error: unknown) => void;
  readonly keep?: KeepOptions;
}

/** How long a full disk waits for readers before it says so. */
const RECLAIM_ATTEMPTS = 50;

/**
 * The only one who changes the file system. Runs in a worker of its own that
 * is never killed and runs no user code; takes requests from the slots one at a
 * time, so each is atomic, also towards a caller that dies while it waits.
 */
export class VfsWriter {
  readonly #memory: SharedMemory;
  readonly #store: Store;
  readonly #handlers: HandlerByName;
  readonly #kept: Kept;
  readonly #onFault: (error: unknown) => void;

  constructor(buffer: SharedArrayBuffer, options: VfsWriterOptions = {}) {
    this.#memory = new SharedMemory(buffer);
    this.#store = new Store(this.#memory, options.now ?? Date.now);
    this.#kept = new Kept(this.#store, options.keep);
    this.#handlers = createHandlers(this.#store, this.#kept);
    this.#onFault = options.onFault ?? (() => undefined);
  }

  /** Never returns. */
  serve(): never {
    for (;;) {
      const { words } = this.#memory;
      // Read before looking: what comes while it looks changes the word, and the wait ends at once.
      const bell = Atomics.load(words, Super.doorbell);
      if (Atomics.load(words, Super.closing) !== 0) this.#kept.letGo();
      if (!this.turn()) Atomics.wait(words, Super.doorbell, bell, this.rest());
    }
  }

  /** What is due while nobody asks for anything; the milliseconds until something is. */
  rest(): number {
    return this.#kept.rest();
  }

  /** Makes the log of what is kept short now. */
  compactKept(): void {
    this.#kept.compact();
  }

  /** Does what is pending; false when there was nothing. */
  turn(): boolean {
    let worked = false;
    this.#store.reclaim();
    for (let group = 0; group < SLOT_COUNT / 32; group++) {
      // Taken and cleared in one step: a bit set from here on is for the next turn.
      let bits = Atomics.exchange(this.#memory.words, Super.pending + group, 0);
      while (bits !== 0) {
        const bit = 31 - Math.clz32(bits);
        bits &= ~(1 << bit);
        this.#answer(group * 32 + bit);
        worked = true;
      }
    }
    // Nobody asks, but an inode without a name has been released.
    if (!worked && Atomics.load(this.#memory.words, Super.sweep) !== 0) {
      this.#store.finish();
      worked = true;
    }
    return worked;
  }

  #answer(slot: number): void {
    const at = SLOTS_AT + slot * SLOT_WORDS;
    const { words } = this.#memory;
    if (Atomics.load(words, at + Slot.state) !== SlotState.requested) return;
    // The slot has a new owner since this was sent: nobody waits for it.
    if (words[at + Slot.requestGeneration] !== words[at + Slot.generation]) return;
    words[at + Slot.replyLength] = 0;
    const request = unpackRequest(this.#memory, slot);
    this.#store.bound = words[at + Slot.bound] !== 0;
    let result = typeof request === 'number' ? request : this.#try(request);
    // Room may be there but under the eyes of a reader.
    if (typeof request !== 'number' && result === Errno.ENOSPC && this.#store.reclaimAll(RECLAIM_ATTEMPTS))
      result = this.#try(request);
    this.#store.finish();
    // The number before the state: the caller reads it once it sees `done`.
    this.#memory.floats[(at + Slot.result) / 2] = result;
    Atomics.store(this.#memory.words, at + Slot.state, SlotState.done);
    Atomics.notify(this.#memory.words, at + Slot.state);
  }

  #try(request: Request): number {
    try {
      return this.#execute(request);
    } catch (error) {
      // Everybody would hang without an answer, for good.
      this.#onFault(error);
      return Errno.EIO;
    }
  }

  #execute({ name, ino, args }: Request): number {
    if (ino !== undefined) {
      if (this.#memory.live(ino) === 0) return Errno.ESTALE;
      args[0] = indexOf(ino);
    }
    return this.#handlers[name](...args);
  }
}
