import type { PageEntry } from './driver-protocol.ts';

/** One binding's call: large enough to be few, small enough not to hold up the output. */
const PIECE_BYTES = 512 * 1024;

/** Entries on their way to the worker, many small ones or a piece of a large one to a call. */
export class Batch {
  readonly #send: (entries: PageEntry[]) => Promise<void>;
  #waiting: PageEntry[] = [];
  #waitingBytes = 0;

  constructor(send: (entries: PageEntry[]) => Promise<void>) {
    this.#send = send;
  }

  /** An empty file is one empty piece, with `last` set. */
  async addFile(path: string, mode: number, bytes: Uint8Array): Promise<void> {
    for (let at = 0; ; at += PIECE_BYTES) {
      const piece = bytes.subarray(at, at + PIECE_BYTES);
      const last = at + PIECE_BYTES >= bytes.length;
      await this.add({ kind: 'file', path, mode, base64: toBase64(piece), last });
      if (last) return;
    }
  }

  /** Resolves when there is room for the next: a full batch is sent before. */
  async add(entry: PageEntry): Promise<void> {
    this.#waiting.push(entry);
    this.#waitingBytes += entry.path.length + (entry.kind === 'file' ? entry.base64.length : 0);
    if (this.#waitingBytes >= PIECE_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    const entries = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (entries.length > 0) await this.#send(entries);
  }
}

/** Bytes as text. */
export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  // In pieces, because each byte becomes an argument of the call.
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
