/**
 * Cuts a byte stream where characters end.
 *
 * The client decodes every chunk by itself, so half a character at the end of
 * one becomes two replacement characters. The bytes of an unfinished character
 * are held back until the rest or the end comes. A byte order mark is eaten by
 * the client at the start of any chunk; a chunk never starts with one of the
 * program's unless the stream does: it is joined to what came before it.
 */
export class Utf8Chunks {
  #held: Uint8Array = new Uint8Array();

  /** The part of everything so far that can be handed over; may be empty. */
  push(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#held.length + bytes.length);
    all.set(this.#held, 0);
    all.set(bytes, this.#held.length);
    const keep = unfinishedLength(all);
    this.#held = all.slice(all.length - keep);
    return all.subarray(0, all.length - keep).slice();
  }

  /** What was never finished: broken input, passed on as it is. */
  end(): Uint8Array<ArrayBuffer> {
    const rest = this.#held.slice();
    this.#held = new Uint8Array();
    return rest;
  }
}

/** How many bytes at the end begin a character that is not complete. */
function unfinishedLength(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const length = byte >= 0xf0 && byte <= 0xf4 ? 4 : byte >= 0xe0 ? (byte < 0xf0 ? 3 : 1) : byte >= 0xc2 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}
