import { LazySet } from './lazy-set.ts';

/** Far above what any set has; address space only, until it is filled. */
const MOST_BYTES = 16 << 20;
/** The first word is the length of the set, or one of the states below; the set follows. */
const HEAD_BYTES = 8;
const ON_ITS_WAY = 0;
const LOST = -1;

/**
 * A late set in memory that every process can read and that is handed out before
 * the set has arrived: processes are prepared while it is still on its way.
 */
export class LateMemory {
  readonly memory: SharedArrayBuffer;

  constructor(memory = new SharedArrayBuffer(HEAD_BYTES, { maxByteLength: MOST_BYTES })) {
    this.memory = memory;
  }

  /** Once, by whoever fetched the set. */
  fill(set: Uint8Array): void {
    this.memory.grow(HEAD_BYTES + set.length);
    new Uint8Array(this.memory, HEAD_BYTES, set.length).set(set);
    this.#settle(set.length);
  }

  /** It will not come: whoever waits has to look elsewhere. */
  giveUp(): void {
    this.#settle(LOST);
  }

  /** The set, waited for if need be; `undefined` when it was given up. Blocks, so only where a thread may. */
  read(): LazySet | undefined {
    // Returns at once when it has been settled already, before or after the wait began.
    Atomics.wait(this.#state, 0, ON_ITS_WAY);
    const length = Atomics.load(this.#state, 0);
    return length === LOST ? undefined : new LazySet(new Uint8Array(this.memory, HEAD_BYTES, length));
  }

  #settle(state: number): void {
    Atomics.store(this.#state, 0, state);
    Atomics.notify(this.#state, 0);
  }

  get #state(): Int32Array {
    return new Int32Array(this.memory, 0, 1);
  }
}
