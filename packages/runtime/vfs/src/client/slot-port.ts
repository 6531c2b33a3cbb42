import { SLOTS_AT, SLOT_WORDS, Slot, SlotState, Super } from '../memory/layout.ts';
import type { SharedMemory } from '../memory/shared-memory.ts';
import { decodeText } from '../memory/text.ts';
import type { Argument, ArgumentsOf, OperationName } from '../protocol/operations.ts';
import { RequestPacker } from '../protocol/request.ts';

/**
 * One request after another over a slot, as a generator: it fills the slot in
 * and yields; whoever drives it makes the writer act and resumes it. So each
 * call exists once, for callers that block and for those that must not.
 */
export type Exchange<T> = Generator<void, T, void>;

/** A worker's end of its slot: pack, send, wait at `stateWord`, look at the result. */
export class SlotPort {
  readonly #memory: SharedMemory;
  readonly #slot: number;
  readonly #at: number;
  readonly #generation: number;
  readonly #packer: RequestPacker;

  constructor(memory: SharedMemory, slot: number) {
    this.#memory = memory;
    this.#slot = slot;
    this.#at = SLOTS_AT + slot * SLOT_WORDS;
    // Of the time this worker got the slot. The writer ignores what is sent with an older one.
    this.#generation = Atomics.load(memory.words, this.#at + Slot.generation);
    this.#packer = new RequestPacker(memory, slot);
  }

  /** The word a caller waits on while it is `SlotState.requested`. */
  get stateWord(): number {
    return this.#at + Slot.state;
  }

  request<Name extends OperationName>(name: Name, args: ArgumentsOf<Name> & readonly Argument[]): Exchange<number> {
    return this.exchange(name, args);
  }

  /** `request` for who knows the name at run time only. */
  *exchange(name: OperationName, args: readonly Argument[]): Exchange<number> {
    const errno = this.pack(name, args);
    if (errno < 0) return errno;
    yield;
    return this.result();
  }

  /** Fills the slot in: 0, or the errno that is the answer already. */
  pack(name: OperationName, args: readonly Argument[]): number {
    Atomics.store(this.#memory.words, this.#at + Slot.requestGeneration, this.#generation);
    return this.#packer.pack(name, args);
  }

  /** Hands the filled slot over. A caller that dies anywhere before this has asked for nothing. */
  send(): void {
    const { words } = this.#memory;
    // The state before the bit: a writer that sees the bit finds the request.
    Atomics.store(words, this.#at + Slot.state, SlotState.requested);
    Atomics.or(words, Super.pending + (this.#slot >>> 5), 1 << (this.#slot & 31));
    // Counted, not set: the writer compares it with what it was before it looked.
    Atomics.add(words, Super.doorbell, 1);
    Atomics.notify(words, Super.doorbell, 1);
  }

  result(): number {
    return this.#memory.floats[(this.#at + Slot.result) / 2]!;
  }

  /** Text that came with the last result. */
  replyText(): string {
    const length = this.#memory.words[this.#at + Slot.replyLength]!;
    const from = (this.#at + Slot.payload) * 4;
    return decodeText(this.#memory.bytes.slice(from, from + length));
  }
}
