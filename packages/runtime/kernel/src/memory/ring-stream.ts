import { Ring } from './ring.ts';

/** A byte stream of the kernel's own: never blocks, both directions optional. */
export interface ByteStream {
  /** The next bytes, or `null` at the end. */
  read(): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Resolves when all is in the ring; rejects with a BrokenPipe when nobody reads. */
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}

export class BrokenPipe extends Error {
  constructor() {
    super('Cannot write to the stream: the reader is gone');
    this.name = 'BrokenPipe';
  }
}

const CHUNK = 64 * 1024;

/** The kernel's end of a channel. `onClose` gives the end back to the channel table. */
export class RingStream implements ByteStream {
  readonly #input: Ring | null;
  readonly #output: Ring | null;
  readonly #onClose: () => void;
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
    for (;;) {
      if (this.#closed) return null;
      const count = ring.readSome(this.#scratch);
      if (count > 0) return this.#scratch.slice(0, count);
      if (ring.ended) return null;
      await ring.whenReadable();
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
      if (rest.length > 0) await ring.whenWritable();
      if (this.#closed) throw new BrokenPipe();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // A reader of ours may be parked on the ring.
    this.#input?.nudgeReader();
    this.#onClose();
  }
}
