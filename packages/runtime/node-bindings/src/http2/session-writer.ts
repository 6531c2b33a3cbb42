import type { Realm } from '../realm/realm.ts';
import type { Done, StreamBase } from '../handles/stream-base.ts';
import { ErrorCode, type Sender } from '@slipway/http2';
import type { Http2StreamHandle } from './http2-stream.ts';

/** What the writer asks of its session; it knows nothing of HTTP/2 itself. */
export interface WriterHost {
  readonly isClosed: boolean;
  /** Within the Receiver: what its callbacks queue is sent together, after it. */
  readonly isReceiving: boolean;
  holds(stream: Http2StreamHandle): boolean;
  /** The socket has taken all bytes; `later` where it was not at once. */
  written(later: boolean): void;
  /** Bytes were handed to the socket, which may still hold them. */
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
  /** Within `inScope`: what is queued waits for its end. */
  #inScope = false;
  /** A task to send is on its way, which takes along all that is queued until it runs. */
  #scheduled = false;
  /** From taking bytes of the Sender until the socket is done with them: one write at a time. */
  #sending = false;
  #inProgress = false;
  /** Writes of streams that are in the bytes handed to the socket; told when it has them. */
  #finished: Done[] = [];
  /** RST_STREAM frames that must come behind what is being written. */
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

  /** How often the socket was written to: lib's timeout compares two of these numbers. */
  get writes(): number {
    return this.#writes;
  }

  /** A write of a stream whose last byte has been taken: it is done when the socket has that byte. */
  finishes(done: Done): void {
    this.#finished.push(done);
  }

  /** What is queued within goes out together, a task later. */
  inScope<T>(work: () => T): T {
    // An outer scope, or a task that comes anyway, will send it.
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
      // Somebody may have sent it all meanwhile.
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
    // All that windows allow, in one write.
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
    // A refused stream is reset before its answer could be written (SubmitRstStream).
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
    // Each in a task of its own, as C++ calls back from the socket's write.
    for (const done of finished) this.#realm.loop.enqueue(() => done(0));
    if (this.#resets.size === 0) return;
    const resets = [...this.#resets];
    this.#resets.clear();
    this.sendPending();
    for (const stream of resets) if (this.#host.holds(stream)) this.flushReset(stream);
  }
}
