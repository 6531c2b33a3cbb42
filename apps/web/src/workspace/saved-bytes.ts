/** Of one page; what is beyond is sent whole the next time. */
const MOST_BYTES = 32 * 1024 * 1024;
/** A file above this is put as a blob whenever it changes. */
const LARGEST_BYTES = 4 * 1024 * 1024;

/** Bytes of files as the server has them: what an edit is told as a difference to. The oldest make room. */
export class SavedBytes {
  readonly #kept = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  get(path: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#kept.get(path);
  }

  set(path: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.delete(path);
    if (bytes.length > LARGEST_BYTES) return;
    this.#kept.set(path, bytes);
    this.#bytes += bytes.length;
    for (const [oldest] of this.#kept) {
      if (this.#bytes <= this.#mostBytes) return;
      this.delete(oldest);
    }
  }

  delete(path: string): void {
    const known = this.#kept.get(path);
    if (known === undefined) return;
    this.#bytes -= known.length;
    this.#kept.delete(path);
  }
}
