/** Bytes by key, the least recently asked for forgotten first when there are more than `limitBytes`. */
export class ByteCache<Key> {
  readonly #limitBytes: number;
  readonly #kept = new Map<Key, Uint8Array>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get(key: Key): Uint8Array | undefined {
    const bytes = this.#kept.get(key);
    if (bytes) {
      this.#kept.delete(key);
      this.#kept.set(key, bytes);
    }
    return bytes;
  }

  /** What alone exceeds the limit is kept until the next comes. */
  put(key: Key, bytes: Uint8Array): void {
    const before = this.#kept.get(key);
    if (before) this.#bytes -= before.length;
    this.#kept.delete(key);
    this.#kept.set(key, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#bytes <= this.#limitBytes || oldest === key) break;
      this.#kept.delete(oldest);
      this.#bytes -= length;
    }
  }
}
