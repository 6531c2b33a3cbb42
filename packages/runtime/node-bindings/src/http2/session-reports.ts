import type { Foreign, Realm } from '../realm/realm.ts';
import {
  type Connection,
  type ConnectionEvents,
  type ReceivedFrame,
  type Verdict,
  ErrorCode,
  LibError,
  toErrorCode,
  Flag,
  FrameType,
  type SettingEntry,
  type HeaderField,
  type Sender,
  type SessionFields,
  SettingId,
  type OutgoingData,
} from '@slipway/http2';
import type { Http2StreamHandle } from './http2-stream.ts';
import type { PendingReplies, PendingReply } from './pending-replies.ts';
import type { CallbackName, CustomSetting } from './shared-state.ts';

/** What a stream counts of `maxSessionMemory`, in bytes, roughly as in C++. */
const STREAM_MEMORY = 800;

/** What the reports ask of their session: all calls of the program go through it, so that it can count them. */
export interface ReportHost {
  readonly connection: Connection;
  readonly sender: Sender;
  readonly isClosing: boolean;
  call(name: CallbackName, ...args: readonly unknown[]): void;
  callStream(stream: Http2StreamHandle, name: CallbackName, ...args: readonly unknown[]): unknown;
  programIsCalled(): void;
  addStream(id: number, category: number, flags: number): Http2StreamHandle;
  flushReset(stream: Http2StreamHandle): void;
  takeData(stream: Http2StreamHandle, most: number): OutgoingData | undefined;
  goawaySent(): void;
}

/** What of a session its reports read; they change none of it but the listeners' flags. */
export interface ReportParts {
  readonly fields: SessionFields;
  readonly streams: ReadonlyMap<number, Http2StreamHandle>;
  readonly pings: PendingReplies;
  readonly settings: PendingReplies;
  readonly remoteCustom: readonly CustomSetting[];
  readonly maxMemory: number;
}

/** The callbacks of src/node_http2.cc: from what the connection reports to what lib is told. */
export class SessionReports implements ConnectionEvents {
  readonly #realm: Realm;
  readonly #host: ReportHost;
  readonly #fields: SessionFields;
  readonly #streams: ReadonlyMap<number, Http2StreamHandle>;
  readonly #pings: PendingReplies;
  readonly #settings: PendingReplies;
  readonly #remoteCustom: readonly CustomSetting[];
  readonly #maxMemory: number;
  /** In a row; one that is accepted begins the count anew. */
  #rejectedStreams = 0;
  #invalidFrames = 0;
  #customError: string | null = null;

  constructor(realm: Realm, host: ReportHost, parts: ReportParts) {
    this.#realm = realm;
    this.#host = host;
    this.#fields = parts.fields;
    this.#streams = parts.streams;
    this.#pings = parts.pings;
    this.#settings = parts.settings;
    this.#remoteCustom = parts.remoteCustom;
    this.#maxMemory = parts.maxMemory;
  }

  /** The code of Node's own the connection dies of, where there is one. */
  get customError(): string | null {
    return this.#customError;
  }

  settingsExpected(): void {
    this.#host.call('error', LibError.proto);
  }

  goawaySent(): void {
    this.#host.goawaySent();
  }

  takeData(streamId: number, most: number): OutgoingData | undefined {
    const stream = this.#streams.get(streamId);
    return stream === undefined ? undefined : this.#host.takeData(stream, most);
  }

  beginHeaders(streamId: number, category: number): Verdict {
    // lib has called destroy: nothing more is told.
    if (this.#host.isClosing) return 'refused';
    const stream = this.#streams.get(streamId);
    if (stream !== undefined) {
      // Trailers, or the answer on a stream of ours.
      if (!stream.isDestroyed) stream.startHeaders(category);
      return 'ok';
    }
    if (
      this.#streams.size < this.#host.connection.localSettings.maxConcurrentStreams &&
      this.#memory + STREAM_MEMORY <= this.#maxMemory
    ) {
      this.#host.addStream(streamId, category, 0);
      this.#rejectedStreams = 0;
      return 'ok';
    }
    // A peer that goes on opening streams in spite of all refusals loses the connection.
    if (this.#rejectedStreams++ > this.#fields.maxRejectedStreams) return 'fatal';
    this.#host.sender.reset(streamId, ErrorCode.enhanceYourCalm);
    return 'refused';
  }

  /** What counts against maxSessionMemory: streams, and what waits in them to be sent. */
  get #memory(): number {
    let sum = this.#streams.size * STREAM_MEMORY;
    for (const stream of this.#streams.values()) sum += stream.queuedBytes;
    return sum;
  }

  header(streamId: number, field: HeaderField): Verdict {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return 'refused';
    // False where the block has more pairs or bytes than maxHeaderListPairs and its kin allow.
    if (stream.isDestroyed || stream.addHeader(field)) return 'ok';
    stream.closedWith(ErrorCode.enhanceYourCalm);
    this.#host.flushReset(stream);
    return 'refused';
  }

  dataChunk(streamId: number, bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#host.isClosing) return;
    // The connection's window is not held back by one slow stream, its own window is.
    this.#host.sender.windowUpdate(0, this.#host.connection.receiveWindow.consume(bytes.length));
    const stream = this.#streams.get(streamId);
    if (stream === undefined || stream.isDestroyed) return;
    this.#host.programIsCalled();
    try {
      stream.receiveData(bytes);
    } finally {
      stream.settleData(bytes.length);
    }
  }

  frame(frame: ReceivedFrame): Verdict {
    if (this.#host.isClosing) return 'ok';
    switch (frame.kind) {
      case 'data':
        return this.#dataFrame(frame.header.streamId, frame.header.flags, frame.header.length);
      case 'headers':
        this.#headersFrame(frame.streamId, frame.header.flags);
        return 'ok';
      case 'priority':
        if (this.#fields.priorityListeners > 0)
          this.#host.call('priority', frame.streamId, frame.parent, frame.weight, frame.exclusive);
        return 'ok';
      case 'settings':
        this.#settingsFrame(frame.ack, frame.entries);
        return 'ok';
      case 'ping':
        this.#pingFrame(frame.ack, frame.payload);
        return 'ok';
      case 'goaway':
        this.#host.call(
          'goaway',
          frame.code,
          frame.lastStreamId,
          frame.payload.length > 0 ? this.#buffer(frame.payload) : undefined,
        );
        return 'ok';
      case 'altsvc':
        if (this.#fields.hasAltsvcListeners) this.#host.call('altsvc', frame.streamId, frame.origin, frame.value);
        return 'ok';
      case 'origin':
        this.#host.call('origin', [...frame.origins]);
        return 'ok';
    }
  }

  #dataFrame(streamId: number, flags: number, length: number): Verdict {
    const stream = this.#streams.get(streamId);
    if (stream !== undefined && !stream.isDestroyed && (flags & Flag.endStream) !== 0) {
      this.#host.programIsCalled();
      stream.receiveEnd();
      // An empty DATA frame that ends nothing is legal and useless: too many of them are an attack (CVE-2019-9518).
    } else if (length === 0) return this.#countInvalidFrame();
    return 'ok';
  }

  /** Http2Session::HandleHeadersFrame: the whole block at once, sensitive names apart. */
  #headersFrame(streamId: number, flags: number): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined || stream.isDestroyed) return;
    const { category, headers, sensitive } = stream.takeHeaders();
    this.#host.call('headers', stream, streamId, category, flags, headers, sensitive);
  }

  /** Http2Session::HandleSettingsFrame. An ACK answers the oldest settings that were sent. */
  #settingsFrame(ack: boolean, entries: readonly SettingEntry[]): void {
    if (ack) {
      const reply = this.#settings.take();
      if (reply === undefined) this.#host.call('error', LibError.proto);
      else this.#settle(reply);
      return;
    }
    this.#fields.forgetRemoteSettings();
    for (const { id, value } of entries) {
      const custom = this.#remoteCustom.find((setting) => setting.id === id);
      // Ids up to maxHeaderListSize are the standard's own.
      if (custom !== undefined && id > SettingId.maxHeaderListSize) Object.assign(custom, { value, known: true });
    }
    if (this.#fields.hasRemoteSettingsListeners) this.#host.call('settings');
  }

  /** Http2Session::HandlePingFrame. Answers come in the order of the questions. */
  #pingFrame(ack: boolean, payload: Uint8Array<ArrayBuffer>): void {
    if (!ack) {
      if (this.#fields.hasPingListeners) this.#host.call('ping', this.#buffer(payload));
      return;
    }
    const reply = this.#pings.take();
    // An answer to nothing breaks the rules.
    if (reply === undefined) this.#host.call('error', LibError.proto);
    else this.#settle(reply, this.#buffer(payload));
  }

  #settle(reply: PendingReply, ...more: readonly unknown[]): void {
    this.#host.programIsCalled();
    reply.settle(true, ...more);
  }

  invalidFrame(libError: number): Verdict {
    if (this.#countInvalidFrame() === 'fatal') return 'fatal';
    // The others are ignored, as OnInvalidFrame does.
    const told: readonly number[] = [LibError.streamClosed, LibError.flowControl, LibError.proto];
    if (told.includes(libError)) this.#host.call('error', libError);
    return 'ok';
  }

  /** Over the session's whole life; maxSessionInvalidFrames is where Node gives up. */
  #countInvalidFrame(): Verdict {
    if (this.#invalidFrames++ <= this.#fields.maxInvalidFrames) return 'ok';
    this.#customError = 'ERR_HTTP2_TOO_MANY_INVALID_FRAMES';
    return 'fatal';
  }

  streamClosed(streamId: number, code: number): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined || stream.isDestroyed) return;
    stream.closedWith(code);
    // lib says false where it knows the stream no more.
    if (this.#host.callStream(stream, 'streamClose', code) === false) stream.destroy();
  }

  frameNotSent(streamId: number, type: number, libError: number): void {
    // Frames that became pointless because their stream or session ends are nobody's concern; a lost GOAWAY is.
    const expected: readonly number[] = [LibError.sessionClosing, LibError.streamClosed, LibError.streamClosing];
    if (expected.includes(libError) && type !== FrameType.goaway) return;
    this.#host.call('frameError', streamId, type, toErrorCode(libError));
  }

  #buffer(bytes: Uint8Array<ArrayBuffer>): Foreign {
    return this.#realm.requireBuiltin('buffer').Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}
