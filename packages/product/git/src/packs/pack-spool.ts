/**
 * Where a pack lies while it is looked at: its deltas may lead to anything before or behind them. In memory here; who
 * has a disk gives one that is a file.
 */
export interface PackSpool {
  readonly size: number;
  /** Settles when there is room for more. */
  append(bytes: Uint8Array): Promise<void>;
  /** Bytes that nobody changes; fewer only at the end. */
  read(at: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const PAGE_BYTES = 256 * 1024;

/** A spool of pages: growing copies nothing. */
export class MemorySpool implements PackSpool {
  size = 0;
  #pages: Buffer[] = [];

  append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const within = this.size % PAGE_BYTES;
      if (within === 0) this.#pages.push(Buffer.allocUnsafeSlow(PAGE_BYTES));
      const part = bytes.subarray(done, done + PAGE_BYTES - within);
      this.#pages.at(-1)?.set(part, within);
      this.size += part.length;
      done += part.length;
    }
    return Promise.resolve();
  }

  read(at: number, length: number): Promise<Uint8Array> {
    const end = Math.min(this.size, at + length);
    const parts: Buffer[] = [];
    for (let from = at; from < end;) {
      const within = from % PAGE_BYTES;
      const part = this.#pages[Math.floor(from / PAGE_BYTES)]?.subarray(
        within,
        Math.min(PAGE_BYTES, within + end - from),
      );
      if (!part) break;
      parts.push(part);
      from += part.length;
    }
    return Promise.resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts));
  }

  close(): Promise<void> {
    this.#pages = [];
    this.size = 0;
    return Promise.resolve();
  }
}

/** Of one reading: far more than the header and data of a usual entry. */
const WINDOW_BYTES = 64 * 1024;

/** Reads a spool in large pieces, because a pack has many small entries. */
export class SpoolWindow {
  readonly #spool: PackSpool;
  #at = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(spool: PackSpool) {
    this.#spool = spool;
  }

  get size(): number {
    return this.#spool.size;
  }

  /** At least `length` bytes from `at` on, or all there are. */
  async read(at: number, length: number): Promise<Uint8Array> {
    const end = Math.min(this.#spool.size, at + length);
    if (at < this.#at || end > this.#at + this.#bytes.length) {
      this.#bytes = await this.#spool.read(at, Math.max(length, WINDOW_BYTES));
      this.#at = at;
    }
    return this.#bytes.subarray(at - this.#at, end - this.#at);
  }
}
