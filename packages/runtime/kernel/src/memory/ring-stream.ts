import { Ring } from './ring.ts';

/** A byte stream of the kernel's own: never blocks, both directions optional. */
export interface ByteStream {
  /** The next bytes, or `null` at the end. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Resolves when all is in the ring; rejects with a BrokenPipe when nobody reads. */
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
  /** Ends it by an error, a negative errno, that the other side's next read gets. */
  breakOff(errno: number): void;
}

/** The write end of EPIPE, for code that has no errno to give. */
export class BrokenPipe extends Error {
  constructor() {
    super('Cannot write to the stream: the reader is gone');
    this.name = 'BrokenPipe';
  }
}

const CHUNK = 64 * 1024;

/**
 * A turn of the event loop: words that say there is something where nothing can
 * be had (a program wrote them itself) must not keep the kernel in microtasks.
 */
function nextTurn(): Promise<unknown> {
  const wait = Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4), 0, 1), 0, 0, 1);
  return wait.async ? wait.value : Promise.resolve();
}

/** The kernel's end of a channel. `onClose` gives the end back to the channel table. */
export class RingStream implements ByteStream {
  readonly #input: Ring | null;
  readonly #output: Ring | null;
  readonly #onClose: () => void;
  // A copy: the scratch is filled again by the next read.
  readonly #scratch = new Uint8Array(CHUNK);
  #closed = false;

  constructor(input: Ring | null, output: Ring | null, onClose: () => void) {
    this.#input = input;
    this.#output = output;
    this.#onClose = onClose;
  }

  async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    const ring = this.#input;
    if (ring === null) return null;
    for (let empty = 0; ; empty++) {
      if (this.#closed) return null;
      const count = ring.readSome(this.#scratch);
      if (count > 0) return this.#scratch.slice(0, count);
      if (ring.ended) return null;
      // Nothing went in though there seemed to be space: a turn, so that others run.
      await (ring.readerBusy() ?? ring.whenReadable() ?? (empty > 0 ? nextTurn() : undefined));
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    const ring = this.#output;
    if (ring === null || this.#closed) throw new BrokenPipe();
    let rest = bytes;
    while (rest.length > 0) {
      if (ring.broken) throw new BrokenPipe();
      const count = ring.writeSome(rest);
      rest = rest.subarray(count);
      if (rest.length > 0) await (ring.writerBusy() ?? ring.whenWritable() ?? (count === 0 ? nextTurn() : undefined));
      if (this.#closed) throw new BrokenPipe();
    }
  }

  breakOff(errno: number): void {
    if (!this.#closed) this.#output?.resetWriters(errno);
    this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // A reader of ours may be parked on the ring.
    this.#input?.nudgeReader();
    this.#onClose();
  }
}
