import type { Foreign, Realm } from '../realm/realm.ts';
import { AsyncWrap } from '../handles/async-wrap.ts';
import { plainView, type StreamBase } from '../handles/stream-base.ts';
import {
  Connection,
  LibError,
  FrameType,
  latin1Bytes,
  parseHeaderList,
  Receiver,
  Sender,
  type PaddingChoice,
  SessionFields,
  type OutgoingData,
} from '@slipway/http2';
import { Http2StreamHandle } from './http2-stream.ts';
import { PendingReplies } from './pending-replies.ts';
import { SessionReports, type ReportHost } from './session-reports.ts';
import { SessionWriter, type WriterHost } from './session-writer.ts';
import { SessionIndex, type CallbackName, type CustomSetting, type Http2State } from './shared-state.ts';

const SERVER = 0;
/** A limit on top of the setting, whose default is "none": 2^24 - 1 bytes. */
const LARGEST_HEADER_LIST = 16_777_215;
/** `maxSessionMemory` counts in megabytes. */
const MEGABYTE = 1_000_000;

/**
 * internalBinding('http2').Http2Session: one connection. Reference: Http2Session
 * in Node src/node_http2.cc; the protocol itself is `Connection`, `Sender` and
 * `Receiver`, in place of nghttp2.
 *
 *   open ──destroy()──▶ closing ──(bytes at hand are read)──▶ closed ──(last write done)──▶ ondone
 *
 * While received bytes are being handled (`isReceiving`) nothing is sent: what
 * the program does then goes out together at the end.
 */
export class Http2SessionHandle extends AsyncWrap implements ReportHost, WriterHost {
  readonly fields: Uint8Array;
  readonly #fields: SessionFields;
  readonly #realm: Realm;
  readonly #state: Http2State;
  readonly #connection: Connection;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #writer: SessionWriter;
  readonly #reports: SessionReports;
  readonly #streams = new Map<number, Http2StreamHandle>();
  readonly #makeStream: (id: number, category: number, flags: number) => Http2StreamHandle;
  readonly #pings: PendingReplies;
  readonly #settings: PendingReplies;
  readonly #localCustom: CustomSetting[] = [];
  readonly #remoteCustom: CustomSetting[];
  #socket: StreamBase | null = null;
  /** See the drawing above: 'closing' as long as received bytes are being handled. */
  #life: 'open' | 'closing' | 'closed' = 'open';
  /** What `destroy` was called with in the middle of a batch. */
  #pendingClose: { code: number; socketClosed: boolean } | null = null;
  #receiving = false;
  /** A callback of the program has run since the task began: the next one needs a task of its own. */
  #calledProgram = false;
  /** Chunks that came while another was being handled. */
  readonly #incoming: Uint8Array<ArrayBuffer>[] = [];
  /** What waits for the end of the running batch, each in a task of its own. */
  readonly #afterBatch: (() => void)[] = [];
  #gracefulClose = false;
  #goawayByProgram = false;
  /** Sent by the Receiver for a fault of the peer; lib is told once it is out. */
  #goawayUnasked = false;

  constructor(realm: Realm, state: Http2State, StreamClass: typeof Http2StreamHandle, type: number) {
    super(realm);
    this.#realm = realm;
    this.#state = state;
    this.#fields = new SessionFields();
    this.fields = this.#fields.bytes;
    this.#pings = new PendingReplies(realm, 'HTTP2PING', state.option('maxPings', 10));
    this.#settings = new PendingReplies(realm, 'HTTP2SETTINGS', state.option('maxSettings', 10));
    // Only custom settings that were announced in the options are remembered.
    this.#remoteCustom = state.customEntries().map(({ id }) => ({ id, value: 0, known: false }));
    this.#reports = new SessionReports(realm, this, {
      fields: this.#fields,
      streams: this.#streams,
      pings: this.#pings,
      settings: this.#settings,
      remoteCustom: this.#remoteCustom,
      maxMemory: state.option('maxSessionMemory', 10) * MEGABYTE,
    });
    const isServer = type === SERVER;
    const now = (): number => realm.loop.now();
    this.#connection = new Connection(
      {
        isServer,
        maxEncoderTable: state.option('maxEncoderTable', 4096),
        maxReservedStreams: state.option('maxReservedStreams', 200),
        maxSendHeaderBytes: state.option('maxSendHeaderBytes', 65_536),
        peerMaxConcurrentStreams: state.option('peerMaxConcurrentStreams', 100),
        strictSpace: state.option('laxSpace', 0) === 0,
        maxSettingsEntries: state.option('maxSettingsEntries', 32),
        resetBurst: state.option('resetBurst', 1000),
        resetRate: state.option('resetRate', 33),
        now,
      },
      this.#reports,
    );
    this.#sender = new Sender(this.#connection, paddingChoice(state.option('padding', 0)));
    this.#writer = new SessionWriter(realm, this.#sender, this);
    this.#receiver = new Receiver(this.#connection, this.#sender);
    // At least the pseudo-headers of a request or response.
    const maxPairs = Math.max(isServer ? 4 : 1, state.option('maxHeaderPairs', 128));
    this.#makeStream = (id, category, flags) =>
      new StreamClass(realm, this, id, {
        category,
        flags,
        maxPairs,
        maxHeaderBytes: Math.min(LARGEST_HEADER_LIST, this.#connection.localSettings.maxHeaderListSize),
      });
  }

  /** Http2Session::Consume: from here on the session reads the socket. */
  consume(socket: StreamBase): void {
    this.#socket = socket;
    this.#writer.socket = socket;
    socket.setListener({
      onData: (bytes) => this.#receive(bytes),
      // Errors and the end are for the socket itself, once what came before them is handled.
      onEnd: (status) => this.#atEnd(() => socket.passEnd(status)),
    });
  }

  /** Http2Session::Receive: bytes the socket had read before the session took it over; they come first. */
  receive(bytes: Uint8Array<ArrayBuffer>): void {
    this.#receive(plainView(bytes).slice());
  }

  destroy(code: number, socketClosed: boolean): void {
    if (this.#life !== 'open') return;
    this.#life = 'closing';
    // The Receiver is on the stack: its connection must not go under it.
    if (this.#receiving) this.#pendingClose = { code, socketClosed };
    else this.#finishClose(code, socketClosed);
  }

  hasPendingData(): boolean {
    return this.#sender.wantsWrite || this.#connection.wantsRead;
  }

  /** False where too many wait for their acknowledgement. */
  settings(callback: Foreign): boolean {
    if (this.isClosed) return false;
    const entries = this.#state.readSettings();
    const custom = this.#state.customEntries();
    return this.#settings.begin(callback, () =>
      this.inScope(() => {
        for (const { id, value } of custom) setCustom(this.#localCustom, id, value);
        this.#sender.settings(entries);
      }),
    );
  }

  /** Http2Session::Request: the new stream, or a negative nghttp2 error that lib turns into an exception. */
  request(list: readonly [string, number], flags: number): Http2StreamHandle | number {
    if (this.isClosed) return LibError.invalidState;
    return this.inScope(() => {
      const id = this.#sender.request(parseHeaderList(list), (flags & 1) === 0);
      return id > 0 ? this.addStream(id, 0, flags) : id;
    });
  }

  /** False for a number that was used, is too large or belongs to the other side. */
  setNextStreamID(id: number): boolean {
    if (id > 0x7fffffff || id < this.#connection.nextStreamId || !this.#connection.isOurs(id)) return false;
    this.#connection.nextStreamId = id;
    return true;
  }

  /** The connection's window (stream 0), in bytes; growing it sends WINDOW_UPDATE, shrinking takes effect by use. */
  setLocalWindowSize(size: number): number {
    this.inScope(() => this.#sender.windowUpdate(0, this.#connection.receiveWindow.resize(size)));
    return 0;
  }

  goaway(code: number, lastStreamId: number, data: Uint8Array | undefined): void {
    if (this.isClosed) return;
    this.#goawayByProgram = true;
    const last = lastStreamId <= 0 ? this.#connection.lastProcessedId : lastStreamId;
    this.inScope(() =>
      this.#sender.goaway(last, code, data === undefined ? new Uint8Array() : plainView(data).slice(), false),
    );
  }

  /** False where too many are out already; the callback has been told then. */
  ping(payload: Uint8Array | undefined, callback: Foreign): boolean {
    if (this.isClosed) return false;
    const bytes =
      payload === undefined || payload === null
        ? // Node puts uv_hrtime in there; any eight bytes will do, they only come back.
          new Uint8Array(Float64Array.of(this.#realm.host.performanceNow()).buffer)
        : plainView(payload).slice();
    return this.#pings.begin(callback, () => this.inScope(() => this.#sender.ping(bytes, false)));
  }

  /** ALTSVC (RFC 7838, 4) and below ORIGIN (RFC 8336, 2): lengths are two bytes, big endian. */
  altsvc(streamId: number, origin: string, value: string): void {
    // RFC 7838, 4: an origin with stream 0 and only there.
    if ((streamId === 0) !== origin.length > 0) return;
    const name = latin1Bytes(origin);
    this.inScope(() =>
      this.#sender.extension(
        FrameType.altsvc,
        streamId,
        Uint8Array.of(name.length >> 8, name.length & 255, ...name, ...latin1Bytes(value)),
      ),
    );
  }

  origin(list: string, count: number): void {
    const origins = list.split('\0').slice(0, count).map(latin1Bytes);
    this.inScope(() =>
      this.#sender.extension(
        FrameType.origin,
        0,
        Uint8Array.from(origins.flatMap((name) => [name.length >> 8, name.length & 255, ...name])),
      ),
    );
  }

  /** Http2Session::UpdateChunksSent: lib tells by it whether a write timed out or only waits. */
  updateChunksSent(): number {
    Reflect.set(this, 'chunksSentSinceLastWrite', this.#writer.writes);
    return this.#writer.writes;
  }

  /** Fills `sessionState`, which lib reads right after. */
  refreshState(): void {
    const connection = this.#connection;
    const out = this.#state.sessionState;
    const { size, received } = connection.receiveWindow;
    out[SessionIndex.effectiveLocalWindow] = size;
    out[SessionIndex.effectiveReceived] = Math.max(0, received);
    out[SessionIndex.nextStreamId] = connection.nextStreamId;
    out[SessionIndex.localWindow] = size - received;
    out[SessionIndex.lastProcessedId] = connection.lastProcessedId;
    out[SessionIndex.remoteWindow] = connection.sendWindow;
    out[SessionIndex.queueLength] = this.#sender.queueLength;
    out[SessionIndex.encoderTable] = connection.encoder.tableSize;
    out[SessionIndex.decoderTable] = connection.decoder.tableSize;
  }

  localSettings(): void {
    this.#state.writeSettings(this.#connection.localSettings, this.#localCustom);
  }

  remoteSettings(): void {
    this.#state.writeSettings(this.#connection.remoteSettings, this.#remoteCustom);
  }

  setGracefulClose(): void {
    this.#gracefulClose = true;
  }

  get state(): Http2State {
    return this.#state;
  }

  get connection(): Connection {
    return this.#connection;
  }

  get sender(): Sender {
    return this.#sender;
  }

  get isReceiving(): boolean {
    return this.#receiving;
  }

  /** Now, or a task after the received bytes at hand are handled. */
  whenQuiet(work: () => void): void {
    if (this.#receiving) this.#afterBatch.push(work);
    else work();
  }

  inScope<T>(work: () => T): T {
    return this.#writer.inScope(work);
  }

  addStream(id: number, category: number, flags: number): Http2StreamHandle {
    const stream = this.#makeStream(id, category, flags);
    this.#streams.set(id, stream);
    return stream;
  }

  removeStream(stream: Http2StreamHandle): boolean {
    return this.#streams.get(stream.id()) === stream && this.#streams.delete(stream.id());
  }

  /** The program has taken `bytes`: the peer may send as many again. */
  consumeStream(id: number, bytes: number): void {
    const stream = this.#connection.streams.get(id);
    if (stream !== undefined) this.#sender.windowUpdate(id, stream.receiveWindow.consume(bytes));
  }

  callStream(stream: Http2StreamHandle, name: CallbackName, ...args: readonly unknown[]): unknown {
    this.#calledProgram = true;
    return AsyncWrap.call(stream, this.#state.callback(name), stream, ...args);
  }

  resetLater(stream: Http2StreamHandle, code: number): void {
    this.#writer.resetLater(stream, code);
  }

  flushReset(stream: Http2StreamHandle): void {
    this.#writer.flushReset(stream);
  }

  flushWaitingReset(stream: Http2StreamHandle): void {
    this.#writer.flushWaitingReset(stream);
  }

  #receive(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length === 0) return;
    this.#incoming.push(bytes);
    if (!this.#receiving) this.#startBatch();
  }

  #startBatch(): void {
    const bytes = this.#incoming.shift();
    if (bytes === undefined) return;
    this.#receiving = true;
    this.#receiver.push(bytes);
    this.#pump();
  }

  /**
   * Goes on until the program was called once: ticks and microtasks run before the next
   * callback, as between callbacks in C++.
   */
  #pump(): void {
    let finished = false;
    this.#calledProgram = false;
    try {
      while (!this.#calledProgram && !finished) {
        const result = this.#receiver.step();
        // The Receiver stops after each frame: that is where the program may have been called.
        if (result === 'more') continue;
        finished = true;
        this.#endBatch(result === 'done' ? 0 : result);
      }
    } finally {
      // Also when a callback threw: the rest of the bytes is still to be handled.
      if (!finished) this.#realm.loop.enqueue(() => this.#pump());
    }
  }

  #endBatch(libError: number): void {
    this.#receiving = false;
    try {
      const closing = this.#pendingClose;
      this.#pendingClose = null;
      if (closing !== null) this.#finishClose(closing.code, closing.socketClosed);
      else if (libError < 0) this.call('error', libError, this.#reports.customError);
      else this.#writer.sendPending();
      this.#writer.schedule();
    } finally {
      // After the loop has reported whatever was thrown.
      for (const work of this.#afterBatch.splice(0)) this.#realm.loop.enqueue(work);
      if (this.#incoming.length > 0) this.#realm.loop.enqueue(() => this.#startNext());
    }
  }

  #startNext(): void {
    if (!this.#receiving) this.#startBatch();
  }

  #atEnd(tell: () => void): void {
    // Bytes that came before the end are handled before it.
    if (this.#receiving || this.#incoming.length > 0) this.#afterBatch.push(() => this.#atEnd(tell));
    else tell();
  }

  get isClosed(): boolean {
    return this.#life === 'closed';
  }

  #tellGracefulClose(): void {
    if (this.#gracefulClose && !this.hasPendingData()) AsyncWrap.callMethod(this, 'ongracefulclosecomplete');
  }

  /**
   * Http2Session::FinishClose: GOAWAY while there is a socket; pings that wait fail, streams are lib's to destroy.
   */
  #finishClose(code: number, socketClosed: boolean): void {
    this.#socket?.readStop();
    if (!socketClosed) {
      // GOAWAY, best effort: the socket may be gone in a moment.
      this.#sender.terminate(code);
      this.#writer.sendPending();
    } else {
      this.#socket?.setListener(null);
      this.#socket = null;
      this.#writer.socket = null;
    }
    this.#life = 'closed';
    // Else `written` calls it: lib destroys the socket in `ondone`.
    if (!this.#writer.isInProgress || this.#socket === null) this.#done();
    for (const reply of this.#pings.takeAll()) this.#realm.loop.enqueue(() => reply.settle(false));
  }

  #done(): void {
    AsyncWrap.callMethod(this, 'ondone');
    // The socket reads on by itself, so that its end is seen.
    this.#socket?.readStart();
  }

  get isClosing(): boolean {
    return this.#pendingClose !== null;
  }

  hasWaitingReset(stream: Http2StreamHandle): boolean {
    return this.#writer.hasWaitingReset(stream);
  }

  holds(stream: Http2StreamHandle): boolean {
    return this.#streams.get(stream.id()) === stream;
  }

  programIsCalled(): void {
    this.#calledProgram = true;
  }

  call(name: CallbackName, ...args: readonly unknown[]): void {
    this.#calledProgram = true;
    AsyncWrap.call(this, this.#state.callback(name), this, ...args);
  }

  takeData(stream: Http2StreamHandle, most: number): OutgoingData | undefined {
    return stream.takeData(most, (done) => this.#writer.finishes(done));
  }

  /** A GOAWAY nobody here asked for says that the peer broke the rules. */
  goawaySent(): void {
    if (this.#life === 'open' && !this.#gracefulClose && !this.#goawayByProgram) this.#goawayUnasked = true;
  }

  sent(): void {
    if (!this.#goawayUnasked) return;
    this.#goawayUnasked = false;
    if (this.#life === 'open') this.call('error', LibError.proto);
  }

  /** Http2Session::OnStreamAfterWrite; the last write of a closing session ends it. */
  written(later: boolean): void {
    this.#tellGracefulClose();
    if (!later) return;
    if (this.isClosed) this.#done();
    else this.#writer.schedule();
  }
}

/** Http2Session::OnDWordAlignedPadding, OnMaxFrameSizePadding */
function paddingChoice(strategy: number): PaddingChoice | undefined {
  if (strategy === 2) return (_, most) => most;
  // The frame with its header of nine bytes becomes a multiple of eight.
  if (strategy === 1) return (length, most) => Math.min(most, length + ((8 - ((length + 9) % 8)) % 8));
  return undefined;
}

function setCustom(settings: CustomSetting[], id: number, value: number): void {
  const known = settings.find((setting) => setting.id === id);
  if (known === undefined) settings.push({ id, value, known: true });
  else known.value = value;
}
