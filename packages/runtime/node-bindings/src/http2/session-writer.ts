import type { Realm } from '../../realm.ts';
import type { Done, StreamBase } from '../stream-base.ts';
import { ErrorCode } from './errors.ts';
import type { Http2StreamHandle } from './http2-stream.ts';
import type { Sender } from './sender.ts';

/** What the writer asks of its session. */
export interface WriterHost {
  readonly isClosed: boolean;
  /** Nothing is sent meanwhile. */
  readonly isReceiving: boolean;
  holds(stream: Http2StreamHandle): boolean;
  /** The socket has taken all bytes; `later` where it was not at once. */
  written(later: boolean): void;
  /** Bytes were handed to the socket. */
  sent(): void;
}

/**
 * Brings what the Sender has to the socket, one write at a time. Reference:
 * Http2Scope, SendPendingData, ClearOutgoing and SubmitRstStream in Node
 * src/node_http2.cc.
 */
export class SessionWriter {
  readonly #realm: Realm;
  readonly #sender: Sender;
  readonly #host: WriterHost;
  #socket: StreamBase | null = null;
  #inScope = false;
  #scheduled = false;
  #sending = false;
  #inProgress = false;
  #finished: Done[] = [];
  readonly #resets = new Set<Http2StreamHandle>();
  #writes = 0;

  constructor(realm: Realm, sender: Sender, host: WriterHost) {
    this.#realm = realm;
    this.#sender = sender;
    this.#host = host;
  }

  set socket(socket: StreamBase | null) {
    this.#socket = socket;
  }

  get isInProgress(): boolean {
    return this.#inProgress;
  }

  /** How often the socket was written to. */
  get writes(): number {
    return this.#writes;
  }

  /** A write of a stream whose last byte has been taken: it is done when the socket has that byte. */
  finishes(done: Done): void {
    this.#finished.push(done);
  }

  /** What is queued within goes out together, a task later. */
  inScope<T>(work: () => T): T {
    if (this.#inScope || this.#scheduled) return work();
    this.#inScope = true;
    try {
      return work();
    } finally {
      this.#inScope = false;
      this.schedule();
    }
  }

  schedule(): void {
    if (this.#scheduled || this.#host.isClosed || !this.#sender.wantsWrite) return;
    this.#scheduled = true;
    this.#realm.loop.enqueue(() => {
      if (this.#scheduled) this.sendPending();
    });
  }

  /** True where a write is going on already. */
  sendPending(): boolean {
    if (this.#host.isClosed) return false;
    this.#scheduled = false;
    if (this.#sending || this.#host.isReceiving) return true;
    this.#sending = true;
    const parts: Uint8Array[] = [];
    for (let pieces = this.#sender.next(); pieces !== undefined; pieces = this.#sender.next()) parts.push(...pieces);
    if (this.#socket === null || parts.length === 0) {
      this.#clearOutgoing();
      return false;
    }
    this.#writes++;
    this.#inProgress = true;
    if (this.#socket.send(parts, () => this.#written(true)) !== 'later') this.#written(false);
    this.#host.sent();
    return false;
  }

  /** RST_STREAM at once, or behind what is being read or written. */
  resetLater(stream: Http2StreamHandle, code: number): void {
    if (this.#inScope && code === ErrorCode.refusedStream) return this.flushReset(stream);
    const waits = this.#host.isReceiving || (this.#inScope && code === ErrorCode.cancel);
    if (waits || this.sendPending()) this.#resets.add(stream);
    else this.flushReset(stream);
  }

  hasWaitingReset(stream: Http2StreamHandle): boolean {
    return this.#resets.has(stream);
  }

  flushReset(stream: Http2StreamHandle): void {
    this.#resets.delete(stream);
    this.inScope(() => this.#sender.reset(stream.id(), stream.resetCode));
  }

  flushWaitingReset(stream: Http2StreamHandle): void {
    if (this.#resets.has(stream)) this.flushReset(stream);
  }

  #written(later: boolean): void {
    this.#inProgress = false;
    this.#clearOutgoing();
    this.#host.written(later);
  }

  /** Writes of streams that went out are done, resets that waited for them go. */
  #clearOutgoing(): void {
    this.#sending = false;
    const finished = this.#finished;
    this.#finished = [];
    for (const done of finished) this.#realm.loop.enqueue(() => done(0));
    if (this.#resets.size === 0) return;
    const resets = [...this.#resets];
    this.#resets.clear();
    this.sendPending();
    for (const stream of resets) if (this.#host.holds(stream)) this.flushReset(stream);
  }
}
