/**
 * From a process's output to the client's listener.
 *
 * One call is under way at a time, and what arrives meanwhile travels in the
 * next one, so a chatty program costs few messages and a slow page slows it
 * down. A listener that fails (the user cancelled the stream) ends the
 * delivery, never the program.
 */
import { joinBytes } from '@slipway/posix';
import type { RemoteCallback } from '@slipway/wire';
import { Utf8Chunks } from './utf8-chunks.ts';

/** How much may wait here before the program has to. */
const HIGH_WATER_BYTES = 512 * 1024;
const MAX_CALL_BYTES = 256 * 1024;

/** Bytes become text on the way; a character that is cut by the end of a piece waits for its rest. */
export class OutputPump {
  #listener: RemoteCallback | undefined;
  readonly #chunks = new Utf8Chunks();
  #queue: Uint8Array<ArrayBuffer>[] = [];
  #queued = 0;
  #ending = false;
  #running: Promise<void> | undefined;

  constructor(listener: RemoteCallback | undefined) {
    this.#listener = listener;
  }

  /** Resolves when there is room for more. */
  push(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#listener === undefined || this.#ending) return undefined;
    this.#enqueue(this.#chunks.push(bytes));
    return this.#queued > HIGH_WATER_BYTES ? this.#running : undefined;
  }

  /** Resolves when everything pushed so far has been taken. Never rejects. */
  async flushed(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** The end of the stream, after what is queued. Idempotent; never rejects. */
  async end(): Promise<void> {
    if (!this.#ending) {
      this.#enqueue(this.#chunks.end());
      this.#ending = true;
    }
    await this.flushed();
    const listener = this.#listener;
    this.#listener = undefined;
    if (listener === undefined) return;
    // Rejects when the user has cancelled the stream: it is closed either way.
    await listener(null).catch(() => undefined);
    listener.release();
  }

  #enqueue(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#queued += bytes.length;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  async #run(): Promise<void> {
    // Gathers what the same turn writes.
    await Promise.resolve();
    while (this.#queue.length > 0 && this.#listener !== undefined) {
      try {
        await this.#listener(this.#take());
      } catch {
        // Cancelled or gone. Whoever writes must not notice.
        this.#listener?.release();
        this.#listener = undefined;
        this.#queue = [];
        this.#queued = 0;
      }
    }
  }

  /** One call's worth; pieces already end at characters, so joining them keeps that. */
  #take(): Uint8Array<ArrayBuffer> {
    let count = 1;
    let size = this.#queue[0]?.length ?? 0;
    for (
      let next = this.#queue[count];
      next !== undefined && size + next.length <= MAX_CALL_BYTES;
      next = this.#queue[++count]
    )
      size += next.length;
    const pieces = this.#queue.splice(0, count);
    this.#queued -= size;
    const [only] = pieces;
    if (pieces.length === 1 && only !== undefined) return only;
    return joinBytes(pieces);
  }
}
