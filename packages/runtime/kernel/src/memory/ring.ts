import { Errno } from '@slipway/posix';

/**
 * A byte stream in shared memory between workers: the data path of pipes,
 * sockets and terminals.
 *
 * Layout (Int32 words), then `capacity` bytes:
 *
 *   0 HEAD        bytes consumed, modulo 2^32
 *   1 TAIL        bytes produced, modulo 2^32
 *   2 FLAGS       bit 0: no writer is left (end of file), bit 1: no reader is left (EPIPE),
 *                 bit 2: the writer broke off, always with bit 0; bits 8-15: the error that
 *                 readers get for it, 0 for ECONNRESET
 *   3 READ_LOCK   slot + 1 of the worker copying out, or 0
 *   4 WRITE_LOCK  slot + 1 of the worker copying in, or 0
 *   5 READABLE    counts events a reader waits for (data came, writers gone)
 *   6 WRITABLE    counts events a writer waits for (space came, readers gone)
 *   7 unused: the length of the memory says the capacity, which no process can change
 *   8 PASSED      descriptors sent along with the bytes so far; the kernel has them (descriptor-mail.ts)
 *
 * Data is copied first and published by one store to TAIL or HEAD, so a worker
 * that is terminated in between has changed nothing but its lock word, which
 * the kernel clears when it reaps the worker (`breakLocks`).
 *
 * Every word can be overwritten by a program that got hold of its memory. That
 * may garble the bytes of this one ring; it must neither stop the kernel nor
 * make it read or write anywhere else, so what is read from a word is clamped.
 */
const HEAD = 0;
const TAIL = 1;
const FLAGS = 2;
const READ_LOCK = 3;
const WRITE_LOCK = 4;
const READABLE = 5;
const WRITABLE = 6;
const PASSED = 8;
const HEADER_WORDS = 10;

const WRITERS_GONE = 1;
const READERS_GONE = 2;
const RESET = 4;
const ERROR_SHIFT = 8;
const ERROR_MASK = 0xff;

/** Tries of the kernel before it comes back later: a copy of 64 KiB takes far less. */
const KERNEL_SPINS = 4096;
/** When it comes back to a lock whose release nobody tells. */
const KERNEL_RETRY_MS = 20;

/** Linux's pipe capacity. */
export const DEFAULT_RING_BYTES = 64 * 1024;

/** Made once, before a program can set promise hooks: they are not to hear of it. */
const AT_ONCE = Promise.resolve();

/**
 * One worker's view of a ring. Any number of readers and writers
 * may have one on the same memory; each kind copies one at a time.
 */
export class Ring {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #capacity: number;
  readonly #owner: number;
  readonly #halted: Int32Array | undefined;

  /**
   * `slot` names the worker in the lock words. Once the one word of `halted` is
   * not 0, this worker's process has ended: it never comes back from here.
   */
  constructor(memory: SharedArrayBuffer, slot: number, halted?: Int32Array) {
    this.#halted = halted;
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, HEADER_WORDS);
    this.#capacity = memory.byteLength - HEADER_WORDS * 4;
    this.#bytes = new Uint8Array(memory, HEADER_WORDS * 4, this.#capacity);
    this.#owner = slot + 1;
  }

  /** `capacity` in bytes: a power of two, because the counters wrap at 2^32. */
  static allocate(capacity: number = DEFAULT_RING_BYTES): SharedArrayBuffer {
    if ((capacity & (capacity - 1)) !== 0)
      throw new RangeError(`Cannot allocate a ring of ${capacity} bytes: not a power of two`);
    return new SharedArrayBuffer(HEADER_WORDS * 4 + capacity);
  }

  /** Whether somebody else's memory can be a ring of at most `most` bytes. */
  static fits(memory: SharedArrayBuffer, most: number): boolean {
    const capacity = memory.byteLength - HEADER_WORDS * 4;
    return !memory.growable && capacity > 0 && capacity <= most && (capacity & (capacity - 1)) === 0;
  }

  /** Bytes waiting to be read. */
  get available(): number {
    return (Atomics.load(this.#words, TAIL) - Atomics.load(this.#words, HEAD)) >>> 0;
  }

  /** Below 0 where a program has overwritten the counters: compare it, do not index with it. */
  get space(): number {
    return this.#capacity - this.available;
  }

  /** True when everything written has been read and nobody can write any more. */
  get ended(): boolean {
    // Flag before data: a last write before the close must not be missed.
    const closed = (Atomics.load(this.#words, FLAGS) & WRITERS_GONE) !== 0;
    return closed && this.available === 0;
  }

  /** True when the writer broke off: what has not been read is void. */
  get wasReset(): boolean {
    return (Atomics.load(this.#words, FLAGS) & RESET) !== 0;
  }

  /** What a read fails with after a reset: a negative errno. */
  get resetError(): number {
    const number = (Atomics.load(this.#words, FLAGS) >> ERROR_SHIFT) & ERROR_MASK;
    return number === 0 ? Errno.ECONNRESET : -number;
  }

  /**
   * Nobody is left to read: a write is EPIPE (and
   * SIGPIPE, where the program has not said otherwise).
   */
  get broken(): boolean {
    return (Atomics.load(this.#words, FLAGS) & READERS_GONE) !== 0;
  }

  /** Descriptors sent along so far. Looked at after `available`, it counts all that belong to those bytes. */
  get passed(): number {
    return Atomics.load(this.#words, PASSED);
  }

  /** Kernel only: one more descriptor waits for the reader. */
  countPassed(): void {
    Atomics.add(this.#words, PASSED, 1);
  }

  /**
   * Copies out what is there, at most `into.length` bytes; never waits for data.
   * The kernel gets 0 from a `readerBusy` ring.
   */
  readSome(into: Uint8Array): number {
    if (!this.#lock(READ_LOCK)) return 0;
    const head = Atomics.load(this.#words, HEAD);
    const count = Math.min(into.length, this.#capacity, (Atomics.load(this.#words, TAIL) - head) >>> 0);
    if (count > 0) {
      // The capacity is a power of two: the place stays right when the counter wraps at 2^32.
      const start = (head >>> 0) % this.#capacity;
      const first = Math.min(count, this.#capacity - start);
      into.set(this.#bytes.subarray(start, start + first), 0);
      if (first < count) into.set(this.#bytes.subarray(0, count - first), first);
      // Compare: a worker terminated in mid-copy may outlive the breaking of its lock by a moment.
      Atomics.compareExchange(this.#words, HEAD, head, (head + count) | 0);
    }
    this.#unlock(READ_LOCK);
    if (count > 0) this.#signal(WRITABLE);
    return count;
  }

  /**
   * Copies in what fits; never waits for space. Writes up to the capacity are not
   * interleaved with others'. The kernel gets 0 from a `writerBusy` ring.
   */
  writeSome(bytes: Uint8Array): number {
    if (!this.#lock(WRITE_LOCK)) return 0;
    const tail = Atomics.load(this.#words, TAIL);
    const used = (tail - Atomics.load(this.#words, HEAD)) >>> 0;
    const count = Math.max(0, Math.min(bytes.length, this.#capacity - used));
    if (count > 0) {
      const start = (tail >>> 0) % this.#capacity;
      const first = Math.min(count, this.#capacity - start);
      this.#bytes.set(bytes.subarray(0, first), start);
      if (first < count) this.#bytes.set(bytes.subarray(first, count), 0);
      // Compared as in `readSome`. Publishes: Atomics are sequentially
      // consistent, so who sees this tail sees the bytes.
      Atomics.compareExchange(this.#words, TAIL, tail, (tail + count) | 0);
    }
    this.#unlock(WRITE_LOCK);
    if (count > 0) this.#signal(READABLE);
    return count;
  }

  /** Blocks this worker until there is data or the end. */
  waitReadable(): void {
    for (;;) {
      // Counted before looking: what comes between the look and
      // the wait changes the word, and the wait ends at once.
      const seen = Atomics.load(this.#words, READABLE);
      if (this.available > 0 || this.ended) return;
      Atomics.wait(this.#words, READABLE, seen);
    }
  }

  /** Counts what a reader may wait for; taken before looking, it closes the gap between looking and waiting. */
  get readableEvents(): number {
    return Atomics.load(this.#words, READABLE);
  }

  /** Blocks this worker until something happened after `seen`, be it only a nudge, or the time is over. */
  waitForEventAfter(seen: number, timeoutMs?: number): void {
    Atomics.wait(this.#words, READABLE, seen, timeoutMs);
  }

  /** Blocks this worker until there is space or nobody reads. */
  waitWritable(): void {
    for (;;) {
      const seen = Atomics.load(this.#words, WRITABLE);
      if (this.space > 0 || this.broken) return;
      Atomics.wait(this.#words, WRITABLE, seen);
    }
  }

  /** `undefined` when readable (or ended) now, else a promise of the next event, which may be a nudge. */
  whenReadable(): Promise<unknown> | undefined {
    const seen = Atomics.load(this.#words, READABLE);
    if (this.available > 0 || this.ended) return undefined;
    const wait = Atomics.waitAsync(this.#words, READABLE, seen);
    return wait.async ? wait.value : AT_ONCE;
  }

  /** As `whenReadable`, for space. */
  whenWritable(): Promise<unknown> | undefined {
    const seen = Atomics.load(this.#words, WRITABLE);
    if (this.space > 0 || this.broken) return undefined;
    const wait = Atomics.waitAsync(this.#words, WRITABLE, seen);
    return wait.async ? wait.value : AT_ONCE;
  }

  /** Kernel only: while somebody else copies out, a promise of another try's time. */
  readerBusy(): Promise<unknown> | undefined {
    return this.#busy(READ_LOCK);
  }

  /** Kernel only: while somebody else copies in, a promise of another try's time. */
  writerBusy(): Promise<unknown> | undefined {
    return this.#busy(WRITE_LOCK);
  }

  #busy(lock: number): Promise<unknown> | undefined {
    const holder = Atomics.load(this.#words, lock);
    if (holder === 0) return undefined;
    const wait = Atomics.waitAsync(this.#words, lock, holder, KERNEL_RETRY_MS);
    return wait.async ? wait.value : undefined;
  }

  /** Wakes a reader that waits, without data: for signals. */
  nudgeReader(): void {
    this.#signal(READABLE);
  }

  /** The connection is broken off from the writing side (a TCP reset); `errno` says why, where it is something else. */
  resetWriters(errno: number = Errno.ECONNRESET): void {
    const number = errno === Errno.ECONNRESET ? 0 : -errno & ERROR_MASK;
    Atomics.or(this.#words, FLAGS, WRITERS_GONE | RESET | (number << ERROR_SHIFT));
    this.#signal(READABLE);
  }

  /** Kernel only: the last writer is gone. */
  closeWriters(): void {
    Atomics.or(this.#words, FLAGS, WRITERS_GONE);
    this.#signal(READABLE);
  }

  /** Kernel only: the last reader is gone. */
  closeReaders(): void {
    Atomics.or(this.#words, FLAGS, READERS_GONE);
    this.#signal(WRITABLE);
  }

  /** Kernel only: frees what a reaped worker had locked. */
  breakLocks(slot: number): void {
    // Only where it is still this worker's: the lock of whoever came next must stay.
    for (const lock of [READ_LOCK, WRITE_LOCK]) {
      if (Atomics.compareExchange(this.#words, lock, slot + 1, 0) === slot + 1) Atomics.notify(this.#words, lock);
    }
  }

  /** False for the kernel where somebody holds it longer than a copy takes: it has others to serve. */
  #lock(word: number): boolean {
    // Killed, it may run on for seconds (`WorkerHandle.terminate`): nobody shall read what it writes then.
    if (this.#halted !== undefined && Atomics.load(this.#halted, 0) !== 0) park();
    // Held for one memcpy of at most `capacity` bytes. The kernel reaches for it
    // as well (terminals, outbound sockets) and may not wait: it spins.
    let spins = 0;
    for (;;) {
      const holder = Atomics.compareExchange(this.#words, word, 0, this.#owner);
      if (holder === 0) return true;
      spins++;
      if (this.#owner === KERNEL_OWNER && spins > KERNEL_SPINS) return false;
      // For 1 ms at most: a holder that was terminated
      // wakes nobody until the kernel has broken its lock.
      if (spins > 64 && this.#owner !== KERNEL_OWNER) Atomics.wait(this.#words, word, holder, 1);
    }
  }

  #unlock(word: number): void {
    // One is enough: the others would find it taken again.
    Atomics.store(this.#words, word, 0);
    Atomics.notify(this.#words, word, 1);
  }

  #signal(word: number): void {
    // All of them: a reader that only polls must not swallow the wake of one that is blocked.
    Atomics.add(this.#words, word, 1);
    Atomics.notify(this.#words, word);
  }
}

/** Until the worker is terminated. A word of its own, that nobody can wake. */
function park(): never {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) Atomics.wait(never, 0, 0);
}

/** The kernel is slot 0. */
const KERNEL_OWNER = 1;
