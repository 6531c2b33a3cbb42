/**
 * A text that all threads of a process read and replace: its working directory,
 * an environment they share.
 *
 *   word 0  lock: 0 = free
 *   word 1  version, counts the changes
 *   word 2  length of the text in bytes
 *   then    the text as UTF-8
 *
 * A thread can be terminated while it holds the lock: who waits longer than
 * anybody needs takes it over.
 */
const LOCK = 0;
const VERSION = 1;
const LENGTH = 2;
const HEADER_WORDS = 4;
const HEADER_BYTES = HEADER_WORDS * 4;
/** The memory grows in place, under all who have it. */
const FIRST_BYTES = 4096;
/** Linux keeps argv and environment of a program below 2 MB. */
const MOST_BYTES = 4 * 1024 * 1024;
const LOCK_LIMIT_MS = 200;

/** One thread's view of the text; several on one memory see each other's changes. */
export class SharedText {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  /** The version this object knows; -1 is none, so the first look always reads. */
  #seen = -1;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, HEADER_WORDS);
  }

  static create(text: string): SharedText {
    const shared = new SharedText(new SharedArrayBuffer(FIRST_BYTES, { maxByteLength: MOST_BYTES }));
    shared.update(() => text);
    return shared;
  }

  /** The text, where somebody has changed it since this object last saw it. */
  changed(): string | undefined {
    if (Atomics.load(this.#words, VERSION) === this.#seen) return undefined;
    return this.#locked(() => this.#read());
  }

  /** Replaces the text by what `change` makes of it. Throws a RangeError where that is too long. */
  update(change: (text: string) => string): void {
    this.#locked(() => {
      const bytes = new TextEncoder().encode(change(this.#read()));
      const size = HEADER_BYTES + bytes.length;
      if (size > this.memory.byteLength) (this.memory as SharedArrayBuffer & { grow(size: number): void }).grow(size);
      new Uint8Array(this.memory, HEADER_BYTES, bytes.length).set(bytes);
      Atomics.store(this.#words, LENGTH, bytes.length);
      this.#seen = Atomics.add(this.#words, VERSION, 1) + 1;
    });
  }

  #read(): string {
    this.#seen = Atomics.load(this.#words, VERSION);
    // TextDecoder refuses shared memory: copy first.
    return new TextDecoder().decode(
      new Uint8Array(this.memory, HEADER_BYTES, Atomics.load(this.#words, LENGTH)).slice(),
    );
  }

  #locked<Result>(work: () => Result): Result {
    while (Atomics.compareExchange(this.#words, LOCK, 0, 1) !== 0) {
      // Over the limit: its holder was terminated, as nobody works here for so long.
      if (Atomics.wait(this.#words, LOCK, 1, LOCK_LIMIT_MS) === 'timed-out') break;
    }
    try {
      return work();
    } finally {
      Atomics.store(this.#words, LOCK, 0);
      Atomics.notify(this.#words, LOCK, 1);
    }
  }
}
