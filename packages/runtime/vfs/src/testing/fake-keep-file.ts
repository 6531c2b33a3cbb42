import type { KeepFile } from '../keep/keep-format.ts';

const SECTOR = 512;

type Pending =
  | { readonly kind: 'write'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly size: number };

/** Called before each call of a file: throws where the machine stops, or the disk is full. */
export type BeforeCall = (call: 'write' | 'truncate' | 'flush') => void;

/**
 * A file on a disk that may lose power: of what was written since the last flush any part may be there afterwards, each
 * sector for itself.
 */
export class FakeKeepFile implements KeepFile {
  #disk: Uint8Array = new Uint8Array(0);
  #now: Uint8Array = new Uint8Array(0);
  #pending: Pending[] = [];
  readonly #before: BeforeCall;
  /** True: a flush is forgotten. */
  skipFlush = (): boolean => false;
  closed = false;

  constructor(before: BeforeCall = () => undefined, bytes: Uint8Array = new Uint8Array(0)) {
    this.#before = before;
    this.#disk = bytes;
    this.#now = bytes;
  }

  read(into: Uint8Array, { at }: { at: number }): number {
    const part = this.#now.subarray(Math.min(at, this.#now.length), Math.min(at + into.length, this.#now.length));
    into.set(part);
    return part.length;
  }

  write(bytes: Uint8Array, { at }: { at: number }): number {
    this.#before('write');
    const copy = bytes.slice();
    this.#pending.push({ kind: 'write', at, bytes: copy });
    if (this.#now === this.#disk) this.#now = this.#now.slice();
    this.#now = written(this.#now, at, copy);
    return bytes.length;
  }

  truncate(size: number): void {
    this.#before('truncate');
    this.#pending.push({ kind: 'truncate', size });
    this.#now = resized(this.#now, size);
  }

  getSize(): number {
    return this.#now.length;
  }

  flush(): void {
    this.#before('flush');
    if (this.skipFlush()) return;
    this.#pending = [];
    this.#disk = this.#now;
  }

  close(): void {
    this.closed = true;
  }

  /** The file as the next one to open it finds it. */
  afterPowerLoss(random: () => number, before?: BeforeCall): FakeKeepFile {
    let bytes: Uint8Array = this.#disk.slice();
    for (const pending of this.#pending) {
      if (pending.kind === 'truncate') {
        if (random() < 0.5) bytes = resized(bytes, pending.size);
        continue;
      }
      for (let at = 0; at < pending.bytes.length;) {
        // Sectors are of the file, not of what is written into it.
        const length = Math.min(pending.bytes.length - at, SECTOR - ((pending.at + at) % SECTOR));
        if (random() < 0.6) bytes = written(bytes, pending.at + at, pending.bytes.subarray(at, at + length));
        at += length;
      }
    }
    return new FakeKeepFile(before, bytes);
  }

  /** As after the end of the tab alone. */
  afterCrash(before?: BeforeCall): FakeKeepFile {
    return new FakeKeepFile(before, this.#now);
  }
}

function resized(bytes: Uint8Array, size: number): Uint8Array {
  const next = new Uint8Array(size);
  next.set(bytes.subarray(0, size));
  return next;
}

function written(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  const end = at + part.length;
  const next = end > bytes.length ? resized(bytes, end) : bytes;
  next.set(part, at);
  return next;
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
