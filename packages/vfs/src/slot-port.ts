import { Errno } from './errno.ts';
import { PATH_LIMIT, PAYLOAD_BYTES, SLOTS_AT, SLOT_WORDS, Slot, SlotState, Super } from './layout.ts';
import type { SharedMemory } from './shared-memory.ts';
import { decodeText, encodeText } from './text.ts';

/**
 * One request after another over a slot, as a generator: it fills the slot in
 * and yields; whoever drives it makes the writer act and resumes it. So each
 * call exists once, for callers that block and for those that must not.
 */
export type Exchange<T> = Generator<void, T, void>;

export interface RequestBody {
  readonly numbers?: readonly number[];
  readonly first?: string;
  readonly second?: string;
  readonly data?: Uint8Array;
}

export class SlotPort {
  readonly #memory: SharedMemory;
  readonly #slot: number;
  readonly #at: number;
  readonly #generation: number;

  constructor(memory: SharedMemory, slot: number) {
    this.#memory = memory;
    this.#slot = slot;
    this.#at = SLOTS_AT + slot * SLOT_WORDS;
    this.#generation = Atomics.load(memory.words, this.#at + Slot.generation);
  }

  /** The word a caller waits on while it is `SlotState.requested`. */
  get stateWord(): number {
    return this.#at + Slot.state;
  }

  *request(op: number, body: RequestBody): Exchange<number> {
    const first = encodeText(body.first ?? '');
    const second = encodeText(body.second ?? '');
    if (first.length > PATH_LIMIT || second.length > PATH_LIMIT) return -Errno.ENAMETOOLONG;
    this.#fill(op, first, second, body);
    yield;
    return this.#memory.floats[(this.#at + Slot.result) / 2]!;
  }

  /** Text that came with the last result. */
  replyText(): string {
    const length = this.#memory.words[this.#at + Slot.replyLength]!;
    const from = (this.#at + Slot.payload) * 4;
    return decodeText(this.#memory.bytes.slice(from, from + length));
  }

  /** Hands the filled slot over. A caller that dies anywhere before this has asked for nothing. */
  send(): void {
    const { words } = this.#memory;
    Atomics.store(words, this.#at + Slot.state, SlotState.requested);
    Atomics.or(words, Super.pending + (this.#slot >>> 5), 1 << (this.#slot & 31));
    Atomics.add(words, Super.doorbell, 1);
    Atomics.notify(words, Super.doorbell, 1);
  }

  #fill(op: number, first: Uint8Array, second: Uint8Array, body: RequestBody): void {
    const { words, bytes, floats } = this.#memory;
    const data = body.data?.length ?? 0;
    if (first.length + second.length + data > PAYLOAD_BYTES) throw new Error(`Cannot send request ${op}: ${data} bytes do not fit the slot`);
    Atomics.store(words, this.#at + Slot.op, op);
    Atomics.store(words, this.#at + Slot.requestGeneration, this.#generation);
    Atomics.store(words, this.#at + Slot.firstLength, first.length);
    Atomics.store(words, this.#at + Slot.secondLength, second.length);
    Atomics.store(words, this.#at + Slot.dataLength, data);
    if (body.numbers !== undefined) floats.set(body.numbers, (this.#at + Slot.numbers) / 2);
    const payload = (this.#at + Slot.payload) * 4;
    bytes.set(first, payload);
    bytes.set(second, payload + first.length);
    if (body.data !== undefined) bytes.set(body.data, payload + first.length + second.length);
  }
}
