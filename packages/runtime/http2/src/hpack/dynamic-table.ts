import type { HeaderEntry } from './static-table.ts';

/** What every entry costs beyond its text (RFC 7541, 4.1). */
export const ENTRY_OVERHEAD = 32;

/** The dynamic table of one direction of a connection. Reference: RFC 7541, 2.3.2 and 4. */
export class DynamicTable {
  /** Newest last, against the order of the indexes: adding is a `push` that moves nothing. */
  readonly #entries: HeaderEntry[] = [];
  #size = 0;
  #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Octets of names and values and 32 more for each entry (RFC 7541, 4.1). */
  get size(): number {
    return this.#size;
  }

  get limit(): number {
    return this.#limit;
  }

  get length(): number {
    return this.#entries.length;
  }

  setLimit(limit: number): void {
    this.#limit = limit;
    // Before anything is read or written with the new limit (RFC 7541, 4.3).
    this.#evict(0);
  }

  add(name: string, value: string): void {
    const size = name.length + value.length + ENTRY_OVERHEAD;
    this.#evict(size);
    // An entry larger than the table empties it and is not an error (4.4).
    if (size > this.#limit) return;
    this.#entries.push({ name, value });
    this.#size += size;
  }

  /** `0` is the newest, index 62 on the wire (RFC 7541, 2.3.3); `undefined` beyond the oldest. */
  get(at: number): HeaderEntry | undefined {
    return this.#entries[this.#entries.length - 1 - at];
  }

  /**
   * Positions of an equal entry and of one with the same name, -1 where there is none. A linear search, newest
   * first: the table holds some hundred entries at most.
   */
  find(name: string, value: string): { exact: number; named: number } {
    let named = -1;
    for (let at = 0; at < this.#entries.length; at++) {
      const entry = this.get(at)!;
      if (entry.name !== name) continue;
      if (entry.value === value) return { exact: at, named: at };
      if (named < 0) named = at;
    }
    return { exact: -1, named };
  }

  #evict(room: number): void {
    while (this.#size + room > this.#limit) {
      const oldest = this.#entries.shift();
      if (oldest === undefined) return;
      this.#size -= oldest.name.length + oldest.value.length + ENTRY_OVERHEAD;
    }
  }
}
