/**
 * Messages of one direction of a channel in shared memory, for a receiver that
 * does not listen: `receiveMessageOnPort` must find a message while its worker
 * never returns to the browser's event loop, and a native port cannot be read so.
 *
 * Layout (Int32 words), then records of [number, length, bytes padded to 4]:
 *
 *   0 LOCK     1 = somebody reads or writes
 *   1 LISTENS  1 = the receiver listens; everything goes through the native port
 *   2 HEAD     where the next record to read begins, in bytes of the data part
 *   3 TAIL     where the next record is written
 *   4 RECEIVER thread id + 1 of whoever reads, 0 = not known
 *
 * Records are numbered together with what goes through the native port, so the
 * receiver puts both into one order.
 */
const LOCK = 0;
const LISTENS = 1;
const HEAD = 2;
const TAIL = 3;
const RECEIVER = 4;
/** Words 5 to 7 are free. */
const HEADER_WORDS = 8;
const HEADER_BYTES = HEADER_WORDS * 4;
const RECORD_BYTES = 8;

/**
 * Small at first, as most channels carry little; grows in place (a growable SharedArrayBuffer), so both sides keep
 * their views of the header. What does not fit into the most goes through the native port.
 */
const FIRST_BYTES = 4 * 1024;
const MOST_BYTES = 16 * 1024 * 1024;
/** Longer than anybody holds the lock: its holder was terminated. */
const STALE_LOCK_MS = 1_000;

/** One message, with its place in the order of all. */
export interface Mail {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Messages in shared memory; see the head of this file. */
export class Mailbox {
  readonly memory: SharedArrayBuffer;
  /** Over the header only: a view of everything would have to be made anew after each growth of the other side. */
  readonly #words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.memory = memory;
    this.#words = new Int32Array(memory, 0, HEADER_WORDS);
  }

  static allocate(): SharedArrayBuffer {
    return new SharedArrayBuffer(FIRST_BYTES, { maxByteLength: MOST_BYTES });
  }

  /** The thread that reads this box; its end is the end of the channel. */
  get receiver(): number | undefined {
    const known = Atomics.load(this.#words, RECEIVER);
    return known === 0 ? undefined : known - 1;
  }

  set receiver(threadId: number) {
    Atomics.store(this.#words, RECEIVER, threadId + 1);
  }

  /** Sender: true where a message put here would be looked for. */
  get wanted(): boolean {
    // Without the lock: a hint. `put` asks again under it.
    return Atomics.load(this.#words, LISTENS) === 0;
  }

  /** Sender: false when the receiver listens, or the message is too long. */
  put(number: number, bytes: Uint8Array): boolean {
    return this.#locked(() => {
      if (!this.wanted) return false;
      const size = RECORD_BYTES + padded(bytes.length);
      if (!this.#makeRoom(size)) return false;
      const tail = Atomics.load(this.#words, TAIL);
      const at = HEADER_BYTES + tail;
      // Plain writes: the lock orders them before the other side's reads.
      new Int32Array(this.memory, at, 2).set([number, bytes.length]);
      new Uint8Array(this.memory, at + RECORD_BYTES, bytes.length).set(bytes);
      Atomics.store(this.#words, TAIL, tail + size);
      return true;
    });
  }

  /** Receiver: the next record if it has this number. */
  take(number: number): Mail | undefined {
    // The usual case costs two loads and no lock; a record that comes right after will be announced.
    if (Atomics.load(this.#words, HEAD) === Atomics.load(this.#words, TAIL)) return undefined;
    return this.#locked(() => {
      const head = Atomics.load(this.#words, HEAD);
      const tail = Atomics.load(this.#words, TAIL);
      if (head === tail) return undefined;
      const at = HEADER_BYTES + head;
      const [found, length] = new Int32Array(this.memory, at, 2) as unknown as [number, number];
      // Its predecessor came through the native port and is still on its way.
      if (found !== number) return undefined;
      const bytes = new Uint8Array(this.memory, at + RECORD_BYTES, length).slice() as Uint8Array<ArrayBuffer>;
      const next = head + RECORD_BYTES + padded(length);
      // Empty: both begin anew, so a box that is read stays small.
      Atomics.store(this.#words, HEAD, next === tail ? 0 : next);
      if (next === tail) Atomics.store(this.#words, TAIL, 0);
      return { number: found, bytes };
    });
  }

  /** Receiver: from now on the native port is used, or the box again. */
  setListens(listens: boolean): void {
    this.#locked(() => Atomics.store(this.#words, LISTENS, listens ? 1 : 0));
  }

  #makeRoom(size: number): boolean {
    const needed = HEADER_BYTES + Atomics.load(this.#words, TAIL) + size;
    if (needed <= this.memory.byteLength) return true;
    if (needed > MOST_BYTES) return false;
    this.memory.grow(Math.min(MOST_BYTES, Math.max(needed, this.memory.byteLength * 2)));
    return true;
  }

  #locked<T>(work: () => T): T {
    while (Atomics.compareExchange(this.#words, LOCK, 0, 1) !== 0) {
      // A holder that was terminated never unlocks: then the lock is broken. What it was writing has no TAIL yet.
      if (Atomics.wait(this.#words, LOCK, 1, STALE_LOCK_MS) === 'timed-out') break;
    }
    try {
      return work();
    } finally {
      Atomics.store(this.#words, LOCK, 0);
      // One sleeper is enough: each unlocks and wakes the next.
      Atomics.notify(this.#words, LOCK, 1);
    }
  }
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
