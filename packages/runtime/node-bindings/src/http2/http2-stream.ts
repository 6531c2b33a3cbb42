import { UvErrno } from '../handles/uv-errno.ts';
import { Errno, joinBytes } from '@slipway/posix';
import type { Realm } from '../realm/realm.ts';
import { StreamBase, type Done } from '../handles/stream-base.ts';
import { ErrorCode, LibError, parseHeaderList, type HeaderField, type OutgoingData } from '@slipway/http2';
import type { Http2SessionHandle } from './http2-session.ts';
import { StreamIndex } from './shared-state.ts';

/** STREAM_OPTION_EMPTY_PAYLOAD and STREAM_OPTION_GET_TRAILERS. */
const EMPTY_PAYLOAD = 1;
const GET_TRAILERS = 2;
/** What a field counts beyond its text (RFC 9113, 6.5.2). */
const FIELD_OVERHEAD = 32;
/** nghttp2_stream_proto_state: lib shows it as `stream.state.state`. */
const State = {
  idle: 1,
  open: 2,
  reservedLocal: 3,
  reservedRemote: 4,
  halfClosedLocal: 5,
  halfClosedRemote: 6,
} as const;
const DEFAULT_WEIGHT = 16;

interface QueuedWrite {
  rest: Uint8Array;
  readonly done: Done;
}

/** Headers as [text, count]: `name\0value\0flag` in a row, see header-list.ts of packages/runtime/http2. */
type HeaderList = readonly [string, number];

/** One stream of a session as lib sees it. Reference: Http2Stream in Node src/node_http2.cc. */
export class Http2StreamHandle extends StreamBase {
  #session: Http2SessionHandle | null;
  readonly #id: number;
  readonly #maxPairs: number;
  readonly #maxHeaderBytes: number;
  /** NGHTTP2_HCAT_*: request, response, push or trailers; lib emits another event for each. */
  #category: number;
  #fields: HeaderField[] = [];
  #headerBytes = 0;
  readonly #queue: QueuedWrite[] = [];
  /** Bytes in `#queue`; they count against the session's memory. */
  #queuedBytes = 0;
  #writable: boolean;
  /** lib must be asked for trailers before the last DATA frame ends the stream. */
  #wantsTrailers: boolean;
  #reading = false;
  /** Received while nobody read: not given back to the flow-control window until somebody does. */
  #heldBack = 0;
  #destroyed = false;
  /** Why the stream was closed, for the RST_STREAM that waits to be sent. */
  #code: number = ErrorCode.noError;

  constructor(
    realm: Realm,
    session: Http2SessionHandle,
    id: number,
    options: { category: number; flags: number; maxPairs: number; maxHeaderBytes: number },
  ) {
    super(realm);
    this.#session = session;
    this.#id = id;
    this.#category = options.category;
    this.#maxPairs = options.maxPairs;
    this.#maxHeaderBytes = options.maxHeaderBytes;
    this.#writable = (options.flags & EMPTY_PAYLOAD) === 0;
    this.#wantsTrailers = (options.flags & GET_TRAILERS) !== 0;
  }

  id(): number {
    return this.#id;
  }

  /** Http2Stream::Destroy: lib wants no more of this stream. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    const session = this.#session;
    if (session === null) return;
    session.whenQuiet(() => this.#leave());
  }

  /** Priorities are not signalled any more (RFC 9113, 5.3). */
  priority(): void {
    // Nothing to do, as in nghttp2 since 1.60.
  }

  /** Http2Stream::SubmitResponse: 0 or a negative nghttp2 error, like the three below. */
  respond(list: HeaderList, flags: number): number {
    const session = this.#session;
    if (session === null || this.#destroyed) return LibError.invalidState;
    if ((flags & GET_TRAILERS) !== 0) this.#wantsTrailers = true;
    const bodiless = !this.#writable || (flags & EMPTY_PAYLOAD) !== 0;
    return session.inScope(() =>
      session.sender.headers(this.#id, parseHeaderList(list), bodiless ? 'answer' : 'answer-with-body'),
    );
  }

  info(list: HeaderList): number {
    const session = this.#session;
    if (session === null || this.#destroyed) return LibError.invalidState;
    return session.inScope(() => session.sender.headers(this.#id, parseHeaderList(list), 'information'));
  }

  trailers(list: HeaderList): number {
    const session = this.#session;
    if (session === null || this.#destroyed) return LibError.invalidState;
    // Without fields an empty DATA frame ends the stream.
    return session.inScope(() =>
      list[1] === 0
        ? session.sender.data(this.#id)
        : session.sender.headers(this.#id, parseHeaderList(list), 'trailers'),
    );
  }

  pushPromise(list: HeaderList, flags: number): Http2StreamHandle | number {
    const session = this.#session;
    if (session === null || this.#destroyed) return LibError.invalidState;
    return session.inScope(() => {
      const id = session.sender.push(this.#id, parseHeaderList(list));
      return id > 0 ? session.addStream(id, 0, flags) : id;
    });
  }

  rstStream(code: number): void {
    if (this.#destroyed) return;
    this.#code = code;
    this.#session?.resetLater(this, code);
  }

  refreshState(): void {
    const session = this.#session;
    if (session === null) return;
    const state = session.connection.streams.get(this.#id);
    const out = session.state.streamState;
    out.fill(0);
    // What lib shows of a stream the connection has forgotten.
    out[StreamIndex.state] = State.idle;
    if (state === undefined) return;
    if (state.pushed && state.phase === 'reserved')
      out[StreamIndex.state] = state.readEnded ? State.reservedLocal : State.reservedRemote;
    else if (state.readEnded) out[StreamIndex.state] = State.halfClosedRemote;
    else out[StreamIndex.state] = state.writeEnded ? State.halfClosedLocal : State.open;
    out[StreamIndex.weight] = DEFAULT_WEIGHT;
    out[StreamIndex.localClose] = Number(state.writeEnded);
    out[StreamIndex.remoteClose] = Number(state.readEnded);
    out[StreamIndex.localWindow] = state.receiveWindow.size - state.receiveWindow.received;
  }

  get fd(): number {
    return -1;
  }

  /** Http2Stream::ReadStart: what was held back goes into the window now. */
  startReading(): number {
    const session = this.#session;
    if (this.#destroyed || session === null) return 0;
    this.#reading = true;
    const bytes = this.#heldBack;
    this.#heldBack = 0;
    session.inScope(() => session.consumeStream(this.#id, bytes));
    return 0;
  }

  stopReading(): number {
    this.#reading = false;
    return 0;
  }

  protected override get queuesOnly(): boolean {
    return true;
  }

  /** Nothing goes out at once: the Sender takes it when window and socket allow. UV_EOF once it cannot any more. */
  tryWrite(): number {
    return this.#session === null || !this.#writable || this.#destroyed ? UvErrno.EOF : 0;
  }

  /** Http2Stream::DoWrite: queued; `done` when the socket has the last byte, or fails with the stream. */
  writeLater(bytes: Uint8Array, done: Done): void {
    this.#queue.push({ rest: bytes, done });
    this.#queuedBytes += bytes.length;
    const session = this.#session;
    session?.inScope(() => session.sender.resume(this.#id));
  }

  /** Http2Stream::DoShutdown: finished at once, so `done` is not called. */
  shutdownLater(): number {
    const session = this.#session;
    if (this.#destroyed || session === null) return Errno.EPIPE;
    // A stream that is about to be reset for an error must not seem to end well.
    if (this.#code !== ErrorCode.noError && session.hasWaitingReset(this)) return 1;
    this.#writable = false;
    session.inScope(() => session.sender.resume(this.#id));
    return 1;
  }

  protected override onClose(): void {
    this.destroy();
  }

  get isDestroyed(): boolean {
    return this.#destroyed;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  startHeaders(category: number): void {
    this.#category = category;
    this.#fields = [];
    this.#headerBytes = 0;
  }

  /** False where the block is larger than this side accepts. */
  addHeader(field: HeaderField): boolean {
    // nghttp2 leaves out fields without a name.
    if (field.name === '') return true;
    const bytes = field.name.length + field.value.length + FIELD_OVERHEAD;
    if (this.#fields.length === this.#maxPairs || this.#headerBytes + bytes > this.#maxHeaderBytes) return false;
    this.#fields.push(field);
    this.#headerBytes += bytes;
    return true;
  }

  /** Category, names and values in turn, and the names that are never to be indexed. */
  takeHeaders(): { category: number; headers: string[]; sensitive: string[] } {
    const fields = this.#fields;
    this.#fields = [];
    return {
      category: this.#category,
      headers: fields.flatMap(({ name, value }) => [name, value]),
      sensitive: fields.filter((field) => field.sensitive).map((field) => field.name),
    };
  }

  receiveData(bytes: Uint8Array<ArrayBuffer>): void {
    this.emitData(bytes);
  }

  receiveEnd(): void {
    this.emitEnd(UvErrno.EOF);
  }

  /** After `receiveData`: what the program has taken goes back into the window, the rest when it reads on. */
  settleData(bytes: number): void {
    if (this.#destroyed) return;
    if (this.#reading) this.#session?.consumeStream(this.#id, bytes);
    else this.#heldBack += bytes;
  }

  /** Http2Stream::Provider::Stream::OnRead. `finishes` gets the writes that were taken whole. */
  takeData(most: number, finishes: (done: Done) => void): OutgoingData | undefined {
    // Empty writes are done as soon as their turn comes.
    while (this.#queue[0]?.rest.length === 0) finishes(this.#queue.shift()!.done);
    const bytes = this.#take(most, finishes);
    if (bytes.length === 0 && this.#writable)
      // `undefined` defers: the Sender asks again after `resume`. Bytes there but no window: an empty answer.
      return this.#queuedBytes > 0 ? { bytes, last: false, keepOpen: false } : undefined;
    const last = !this.#writable && this.#queuedBytes === 0;
    // NGHTTP2_DATA_FLAG_NO_END_STREAM: trailers will end the stream.
    const keepOpen = last && this.#wantsTrailers && !this.#destroyed;
    if (keepOpen) {
      this.#wantsTrailers = false;
      this.#session?.callStream(this, 'trailers');
    }
    return { bytes, last, keepOpen };
  }

  get resetCode(): number {
    return this.#code;
  }

  /** The connection has ended the stream with this code (RFC 9113, 7); lib reads it when it destroys the stream. */
  closedWith(code: number): void {
    this.#code = code;
  }

  detach(): void {
    this.#session = null;
  }

  #take(most: number, finishes: (done: Done) => void): Uint8Array {
    const parts: Uint8Array[] = [];
    let left = most;
    while (left > 0 && this.#queue.length > 0) {
      const write = this.#queue[0]!;
      const part = write.rest.subarray(0, left);
      write.rest = write.rest.subarray(part.length);
      left -= part.length;
      parts.push(part);
      if (write.rest.length > 0) break;
      finishes(write.done);
      this.#queue.shift();
    }
    const size = most - left;
    this.#queuedBytes -= size;
    return parts.length === 1 ? parts[0]! : joinBytes(parts);
  }

  /** The second half of `destroy`: out of the session, waiting writes fail a task later. */
  #leave(): void {
    const session = this.#session;
    if (session === null) return;
    session.flushWaitingReset(this);
    if (!session.removeStream(this)) return;
    // A task later, as C++ deletes the stream in SetImmediate: callbacks on the stack may still use it.
    this.realm.loop.enqueue(() => {
      const abandoned = this.#queue.splice(0);
      this.#queuedBytes = 0;
      this.detach();
      for (const { done } of abandoned) done(Errno.ECANCELED);
    });
  }
}
