import { joinBytes } from '@slipway/posix';
import { HeaderCategory, type Connection, type ReceivedFrame } from './connection.ts';
import { ErrorCode, LibError, toErrorCode } from './errors.ts';
import {
  CLIENT_MAGIC,
  Flag,
  FrameType,
  FRAME_HEADER_BYTES,
  readFrameHeader,
  readUint32,
  type FrameHeader,
  type SettingEntry,
} from './frames.ts';
import { Fatal, type OpenBlock } from './open-block.ts';
import { unpad } from './unpad.ts';
import { readAltsvc, readOrigins } from './extension-frames.ts';
import { HpackError } from './hpack/hpack-decoder.ts';
import type { HeaderField } from './hpack/hpack-encoder.ts';
import { RateLimit } from './rate-limit.ts';
import type { Sender } from './sender.ts';
import { applyLocalSettings, applyRemoteSettings } from './apply-settings.ts';
import type { StreamState } from './stream-state.ts';

/** CONTINUATION frames behind one HEADERS frame (nghttp2's NGHTTP2_DEFAULT_MAX_CONTINUATIONS). */
const MOST_CONTINUATIONS = 8;

/**
 * What comes in. Reference: nghttp2_session_mem_recv; RFC 9113, 5 and 6.
 *
 * A frame may concern the program several times (headers, then the end of the stream). Each time is a step of its
 * own, so that the caller can give each callback a task of the loop.
 */
export class Receiver {
  readonly #connection: Connection;
  readonly #sender: Sender;
  readonly #resets: RateLimit;
  /** What came and is not a whole frame yet, from `#at` on. */
  #input: Uint8Array<ArrayBuffer> = new Uint8Array();
  #at = 0;
  /** Bytes of the client's preface that a server still expects. */
  #magicLeft: number;
  #sawSettings = false;
  #ignoring = false;
  /** Open from HEADERS to the last CONTINUATION: no other frame may come in between (6.10). */
  #block: OpenBlock | null = null;
  /** What the frame at hand still has to tell, each a step; before they are done no further frame is read. */
  readonly #steps: (() => void)[] = [];

  constructor(connection: Connection, sender: Sender) {
    this.#connection = connection;
    this.#sender = sender;
    this.#magicLeft = connection.isServer ? CLIENT_MAGIC.length : 0;
    this.#resets = new RateLimit(connection.options.resetBurst, connection.options.resetRate, connection.options.now);
  }

  push(bytes: Uint8Array<ArrayBuffer>): void {
    const rest = this.#input.length - this.#at;
    if (rest === 0) this.#input = bytes;
    else this.#input = joinBytes([this.#input.subarray(this.#at), bytes]);
    this.#at = 0;
  }

  /** Does one thing; `done` when more input is needed, or the LibError the connection dies of. */
  step(): 'more' | 'done' | number {
    try {
      const step = this.#steps.shift();
      if (step !== undefined) step();
      else if (!this.#readFrame()) return 'done';
      if (this.#sender.isFlooded) return LibError.flooded;
      return 'more';
    } catch (error) {
      if (error instanceof Fatal) return error.libError;
      throw error;
    }
  }

  #readFrame(): boolean {
    // A GOAWAY of ours is on its way: the rest is thrown away unread.
    if (this.#ignoring || this.#connection.goaway.terminating) {
      this.#at = this.#input.length;
      return false;
    }
    if (!this.#readMagic()) return false;
    const left = this.#input.length - this.#at;
    if (left < FRAME_HEADER_BYTES) return false;
    const header = readFrameHeader(this.#input, this.#at);
    // RFC 9113, 3.4: the first frame is SETTINGS; without it the other side does not speak HTTP/2.
    if (!this.#sawSettings && (header.type !== FrameType.settings || (header.flags & Flag.ack) !== 0)) {
      this.#connection.events.settingsExpected();
      this.#sender.terminate(ErrorCode.protocol);
      return true;
    }
    // Before the payload is there: a wrong length must not be waited for.
    if (header.length > this.#connection.localSettings.maxFrameSize) {
      this.#sender.terminate(ErrorCode.frameSize);
      return true;
    }
    // The rest has not arrived: the input is kept, and read again from here with the next bytes.
    if (left < FRAME_HEADER_BYTES + header.length) return false;
    const start = this.#at + FRAME_HEADER_BYTES;
    this.#at = start + header.length;
    this.#sawSettings = true;
    if (
      this.#block !== null &&
      (header.type !== FrameType.continuation || header.streamId !== this.#block.header.streamId)
    )
      this.#breach(LibError.proto);
    else this.#frame(header, this.#input.subarray(start, this.#at));
    return true;
  }

  #readMagic(): boolean {
    for (; this.#magicLeft > 0 && this.#at < this.#input.length; this.#magicLeft--) {
      if (this.#input[this.#at++] !== CLIENT_MAGIC[CLIENT_MAGIC.length - this.#magicLeft])
        throw new Fatal(LibError.badClientMagic);
    }
    return this.#magicLeft === 0;
  }

  #frame(header: FrameHeader, payload: Uint8Array<ArrayBuffer>): void {
    switch (header.type) {
      case FrameType.data:
        return this.#data(header, payload);
      case FrameType.headers:
        return this.#headers(header, payload);
      case FrameType.priority:
        return this.#priority(header, payload);
      case FrameType.rstStream:
        return this.#rstStream(header, payload);
      case FrameType.settings:
        return this.#settings(header, payload);
      case FrameType.pushPromise:
        return this.#pushPromise(header, payload);
      case FrameType.ping:
        return this.#ping(header, payload);
      case FrameType.goaway:
        return this.#goaway(header, payload);
      case FrameType.windowUpdate:
        return this.#windowUpdate(header, payload);
      case FrameType.continuation:
        return this.#continuation(header, payload);
      case FrameType.altsvc:
        return this.#altsvc(header, payload);
      case FrameType.origin:
        return this.#origin(header, payload);
      default:
      // RFC 9113, 5.5: unknown types are ignored, that is how extensions arrive.
    }
  }

  /** An error of the connection: the program is told, GOAWAY follows (session_handle_invalid_connection). */
  #breach(libError: number, code: number = toErrorCode(libError)): void {
    if (this.#connection.events.invalidFrame(libError) === 'fatal') throw new Fatal(LibError.callbackFailure);
    this.#sender.terminate(code);
  }

  /** An error of one stream (session_handle_invalid_stream). */
  #streamBreach(streamId: number, libError: number): void {
    this.#sender.reset(streamId, toErrorCode(libError));
    if (this.#connection.events.invalidFrame(libError) === 'fatal') throw new Fatal(LibError.callbackFailure);
  }

  #tell(frame: ReceivedFrame): void {
    if (this.#connection.events.frame(frame) === 'fatal') throw new Fatal(LibError.callbackFailure);
  }

  #data(header: FrameHeader, payload: Uint8Array<ArrayBuffer>): void {
    const connection = this.#connection;
    const bytes = unpad(header, payload);
    if (header.streamId === 0 || bytes === undefined || connection.isIdle(header.streamId))
      return this.#breach(LibError.proto);
    // RFC 9113, 6.1: padding counts for the window like the data.
    if (!connection.receiveWindow.take(payload.length)) return this.#sender.terminate(ErrorCode.flowControl);
    const stream = connection.streams.get(header.streamId);
    // Still on its way when the stream was reset: it only counts for the connection's window (5.1).
    if (stream === undefined || stream.phase === 'closing') return this.#consumeConnection(payload.length);
    if (stream.readEnded) return this.#breach(LibError.streamClosed);
    if (stream.phase !== 'opened') return this.#breach(LibError.proto);
    // Padding is used up at once, nobody will ever read it.
    this.#consumeConnection(payload.length - bytes.length);
    if (!stream.receiveWindow.take(payload.length)) {
      this.#consumeConnection(bytes.length);
      return this.#sender.reset(stream.id, ErrorCode.flowControl);
    }
    this.#consumeStream(stream, payload.length - bytes.length);
    if (!stream.rules.data(bytes.length)) {
      this.#consumeConnection(bytes.length);
      return this.#streamBreach(stream.id, LibError.httpMessaging);
    }
    if (bytes.length > 0) this.#steps.push(() => connection.events.dataChunk(stream.id, bytes));
    const ends = (header.flags & Flag.endStream) !== 0;
    this.#steps.push(() => {
      // RFC 9113, 8.1.1: less, or more, than `content-length` promised.
      if (ends && !stream.rules.end()) return this.#streamBreach(stream.id, LibError.httpMessaging);
      this.#tell({ kind: 'data', header });
      if (ends) this.#endReading(stream);
    });
  }

  #consumeConnection(bytes: number): void {
    this.#sender.windowUpdate(0, this.#connection.receiveWindow.consume(bytes));
  }

  #consumeStream(stream: StreamState, bytes: number): void {
    this.#sender.windowUpdate(stream.id, stream.receiveWindow.consume(bytes));
  }

  #endReading(stream: StreamState): void {
    stream.readEnded = true;
    // After whatever else this frame tells: the program hears the end before the close.
    this.#steps.push(() => this.#connection.closeIfDone(stream));
  }

  #headers(header: FrameHeader, payload: Uint8Array<ArrayBuffer>): void {
    let bytes = unpad(header, payload);
    if (header.streamId === 0 || bytes === undefined) return this.#breach(LibError.proto);
    if ((header.flags & Flag.priority) !== 0) {
      if (bytes.length < 5) return this.#breach(LibError.frameSize);
      // The priorities themselves are obsolete (RFC 9113, 5.3.2); that a stream depends on itself is still refused.
      if ((readUint32(bytes, 0) & 0x7fffffff) === header.streamId) return this.#breach(LibError.proto);
      bytes = bytes.subarray(5);
    }
    this.#beginBlock({ header, parts: [bytes], promisedId: 0 });
  }

  /** PUSH_PROMISE (6.6): from servers, on a stream of ours, for a new stream of theirs. */
  #pushPromise(header: FrameHeader, payload: Uint8Array<ArrayBuffer>): void {
    const connection = this.#connection;
    const bytes = unpad(header, payload);
    if (
      bytes === undefined ||
      header.streamId === 0 ||
      connection.isServer ||
      connection.localSettings.enablePush === 0
    )
      return this.#breach(LibError.proto);
    if (bytes.length < 4) return this.#breach(LibError.frameSize);
    const promisedId = readUint32(bytes, 0) & 0x7fffffff;
    // A new even number, on a stream of ours that is open.
    if (
      !connection.isOurs(header.streamId) ||
      connection.isOurs(promisedId) ||
      promisedId <= connection.lastReceivedId ||
      connection.isIdle(header.streamId)
    )
      return this.#breach(LibError.proto);
    this.#beginBlock({ header, parts: [bytes.subarray(4)], promisedId });
  }

  /** CONTINUATION (6.10): of the open block only, and not without end. */
  #continuation(header: FrameHeader, payload: Uint8Array<ArrayBuffer>): void {
    const block = this.#block;
    if (block === null) return this.#breach(LibError.proto);
    // Blocks that never end cost memory and time (CVE-2024-28182).
    if (block.parts.length > MOST_CONTINUATIONS) throw new Fatal(LibError.tooManyContinuations);
    block.parts.push(payload);
    if ((header.flags & Flag.endHeaders) !== 0) this.#endBlock(block);
  }

  #beginBlock(block: OpenBlock): void {
    if ((block.header.flags & Flag.endHeaders) === 0) this.#block = block;
    else this.#endBlock(block);
  }

  #endBlock(block: OpenBlock): void {
    this.#block = null;
    let fields: HeaderField[];
    try {
      // Also for a stream nobody wants: the table must see every block (4.3).
      fields = this.#connection.decoder.decode(block.parts.length === 1 ? block.parts[0]! : joinBytes(block.parts));
    } catch (error) {
      if (!(error instanceof HpackError)) throw error;
      this.#sender.terminate(ErrorCode.compression);
      return;
    }
    if (block.promisedId !== 0) this.#promise(block, fields);
    else if (this.#connection.streams.has(block.header.streamId))
      this.#furtherHeaders(block.header, fields, this.#connection.streams.get(block.header.streamId)!);
    else this.#request(block.header, fields);
  }

  /** HEADERS that open a stream, which only a client may (nghttp2_session_on_request_headers_received). */
  #request(header: FrameHeader, fields: readonly HeaderField[]): void {
    const connection = this.#connection;
    const id = header.streamId;
    if (!connection.isServer) {
      if (connection.isIdle(id)) this.#breach(LibError.proto);
      return;
    }
    if (connection.isOurs(id)) return this.#breach(LibError.proto);
    // Of a stream that is over already; which ones those were is not remembered.
    if (id <= connection.lastReceivedId) return;
    connection.lastReceivedId = id;
    // Beyond what a GOAWAY of ours named: the peer will try elsewhere.
    if (connection.goaway.terminating || id > connection.localLastId) return;
    if (connection.countStreams(false) >= connection.localSettings.maxConcurrentStreams)
      return this.#breach(LibError.proto);
    if (connection.countStreams(false) >= connection.submittedMaxConcurrent)
      return this.#streamBreach(id, LibError.refusedStream);
    // From here on it counts as processed: GOAWAY must name it.
    const stream = connection.openStream(id, 'opened');
    connection.lastProcessedId = id;
    this.#takeFields({ header, streamId: id, stream, category: HeaderCategory.request, kind: 'request' }, fields);
  }

  #furtherHeaders(header: FrameHeader, fields: readonly HeaderField[], stream: StreamState): void {
    if (stream.readEnded && !(stream.pushed && stream.phase === 'reserved')) return this.#breach(LibError.streamClosed);
    if (stream.phase === 'closing') return;
    const answers = stream.phase === 'opening' || (stream.phase === 'reserved' && !this.#connection.isServer);
    const category =
      stream.phase === 'opening'
        ? HeaderCategory.response
        : answers
          ? HeaderCategory.pushResponse
          : HeaderCategory.headers;
    // After an informational answer another answer follows, not trailers.
    const kind = !this.#connection.isServer && (answers || stream.rules.awaitsFinal) ? 'response' : 'trailers';
    if (answers) stream.phase = 'opened';
    this.#takeFields({ header, streamId: stream.id, stream, category, kind }, fields);
  }

  #promise({ header, promisedId }: OpenBlock, fields: readonly HeaderField[]): void {
    const connection = this.#connection;
    connection.lastReceivedId = promisedId;
    const parent = connection.streams.get(header.streamId);
    if (connection.goaway.submitted) return;
    if (parent === undefined || parent.phase === 'closing') return this.#sender.reset(promisedId, ErrorCode.cancel);
    if (parent.readEnded) return this.#breach(LibError.streamClosed);
    if (connection.reservedStreams >= connection.options.maxReservedStreams)
      return this.#sender.reset(promisedId, ErrorCode.cancel);
    const stream = connection.openStream(promisedId, 'reserved', { pushed: true });
    // Only the server speaks on a promised stream: for us it is half-closed from the start (RFC 9113, 5.1).
    stream.writeEnded = true;
    connection.lastProcessedId = promisedId;
    this.#takeFields({ header, streamId: promisedId, stream, category: HeaderCategory.request, kind: 'push' }, fields);
  }

  #takeFields(
    block: {
      header: FrameHeader;
      streamId: number;
      stream: StreamState;
      category: number;
      kind: 'request' | 'push' | 'response' | 'trailers';
    },
    fields: readonly HeaderField[],
  ): void {
    const { events } = this.#connection;
    const { header, streamId, stream, kind } = block;
    const begun = events.beginHeaders(streamId, block.category);
    if (begun === 'fatal') throw new Fatal(LibError.callbackFailure);
    if (begun === 'refused') return this.#sender.reset(streamId, ErrorCode.internal);
    stream.rules.startBlock();
    // Rules first: a field that breaks them never reaches the program.
    for (const field of fields) {
      const verdict = stream.rules.field(field, kind);
      if (verdict === 'error') return this.#streamBreach(streamId, LibError.httpHeader);
      if (verdict === 'ok' && events.header(streamId, field) !== 'ok')
        return this.#sender.reset(streamId, ErrorCode.internal);
    }
    const ends = kind !== 'push' && (header.flags & Flag.endStream) !== 0;
    if (!stream.rules.endBlock(kind, ends) || (ends && !stream.rules.end()))
      return this.#streamBreach(streamId, LibError.httpMessaging);
    this.#steps.push(() => {
      this.#tell({ kind: 'headers', header, streamId });
      if (ends) this.#endReading(stream);
    });
  }

  /** PRIORITY (6.3): deprecated, but its form is checked and the program told. */
  #priority(header: FrameHeader, payload: Uint8Array): void {
    if (header.streamId === 0) return this.#breach(LibError.proto);
    if (payload.length !== 5) return this.#breach(LibError.frameSize);
    const word = readUint32(payload, 0);
    if ((word & 0x7fffffff) === header.streamId) return this.#breach(LibError.proto);
    this.#tell({
      kind: 'priority',
      streamId: header.streamId,
      parent: word & 0x7fffffff,
      weight: payload[4]! + 1,
      exclusive: word >= 0x80000000,
    });
  }

  /** RST_STREAM (6.4): not on stream 0, not on an idle stream. */
  #rstStream(header: FrameHeader, payload: Uint8Array): void {
    const connection = this.#connection;
    if (header.streamId === 0 || connection.isIdle(header.streamId)) return this.#breach(LibError.proto);
    if (payload.length !== 4) return this.#breach(LibError.frameSize);
    connection.closeStream(header.streamId, readUint32(payload, 0));
    // A client that opens streams only to reset them (CVE-2023-44487).
    if (connection.isServer && !connection.goaway.submitted && !this.#resets.take())
      this.#sender.goaway(connection.lastReceivedId, ErrorCode.internal, new Uint8Array(), false);
  }

  /** WINDOW_UPDATE (6.9): an increment of 0 or beyond the largest window is an error of what it is for. */
  #windowUpdate(header: FrameHeader, payload: Uint8Array): void {
    const connection = this.#connection;
    if (payload.length !== 4) return this.#breach(LibError.frameSize);
    const increment = readUint32(payload, 0) & 0x7fffffff;
    if (increment === 0 || connection.isIdle(header.streamId)) return this.#breach(LibError.proto);
    if (header.streamId === 0) {
      if (connection.sendWindow + increment > 0x7fffffff) return this.#breach(LibError.flowControl);
      connection.sendWindow += increment;
      return;
    }
    const stream = connection.streams.get(header.streamId);
    // The peer sent this before it knew that the stream is closed: ignored (RFC 9113, 5.1).
    if (stream === undefined) return;
    if (stream.phase === 'reserved' && !connection.isOurs(stream.id)) return this.#breach(LibError.proto);
    if (stream.sendWindow + increment > 0x7fffffff) return this.#streamBreach(stream.id, LibError.flowControl);
    stream.sendWindow += increment;
  }

  /** SETTINGS (6.5): on stream 0; an acknowledgement is empty, and for the oldest settings still under way (6.5.3). */
  #settings(header: FrameHeader, payload: Uint8Array): void {
    if (header.streamId !== 0) return this.#breach(LibError.proto);
    const ack = (header.flags & Flag.ack) !== 0;
    if (payload.length % 6 !== 0 || (ack && payload.length > 0)) return this.#breach(LibError.frameSize);
    if (payload.length / 6 > this.#connection.options.maxSettingsEntries)
      return this.#sender.terminate(ErrorCode.enhanceYourCalm);
    const entries: SettingEntry[] = [];
    for (let at = 0; at < payload.length; at += 6)
      entries.push({ id: (payload[at]! << 8) | payload[at + 1]!, value: readUint32(payload, at + 2) });
    if (ack) {
      // Ours take effect only now (6.5.3): until then the peer may go by the old ones.
      const acknowledged = this.#connection.pendingSettings.shift();
      if (acknowledged === undefined) return this.#breach(LibError.proto);
      applyLocalSettings(this.#connection, acknowledged);
    } else {
      const breach = applyRemoteSettings(this.#connection, entries);
      if (breach !== 0) return this.#breach(breach);
      this.#sender.acknowledgeSettings();
    }
    this.#tell({ kind: 'settings', ack, entries });
  }

  /** PING (6.7): eight bytes, sent back as they are. */
  #ping(header: FrameHeader, payload: Uint8Array): void {
    if (header.streamId !== 0) return this.#breach(LibError.proto);
    if (payload.length !== 8) return this.#breach(LibError.frameSize);
    const ack = (header.flags & Flag.ack) !== 0;
    // A copy: the input is memory that the next read overwrites, and the answer is sent later.
    const copy = payload.slice() as Uint8Array<ArrayBuffer>;
    if (!ack && !this.#connection.goaway.terminating) this.#sender.ping(copy, true);
    this.#tell({ kind: 'ping', ack, payload: copy });
  }

  /** GOAWAY (6.8): the last stream may only move down; streams beyond it are closed. */
  #goaway(header: FrameHeader, payload: Uint8Array): void {
    const connection = this.#connection;
    if (header.streamId !== 0) return this.#breach(LibError.proto);
    if (payload.length < 8) return this.#breach(LibError.frameSize);
    const lastStreamId = readUint32(payload, 0) & 0x7fffffff;
    if ((lastStreamId > 0 && !connection.isOurs(lastStreamId)) || lastStreamId > connection.remoteLastId)
      return this.#breach(LibError.proto);
    connection.goaway.received = true;
    connection.remoteLastId = lastStreamId;
    this.#tell({
      kind: 'goaway',
      code: readUint32(payload, 4),
      lastStreamId,
      payload: payload.slice(8) as Uint8Array<ArrayBuffer>,
    });
    // A step of its own: closing tells the program of each stream.
    this.#steps.push(() => this.#sender.closeBeyond(lastStreamId, true));
  }

  #altsvc(header: FrameHeader, payload: Uint8Array): void {
    // Clients must not send it; ignored, not an error (RFC 7838, 4).
    if (this.#connection.isServer) return;
    const service = readAltsvc(payload);
    if (service === undefined) return this.#breach(LibError.frameSize);
    // RFC 7838, 4: an origin belongs to stream 0 and only there.
    if ((header.streamId === 0) !== (service.origin !== '') || service.value === '') return;
    const stream = this.#connection.streams.get(header.streamId);
    if (header.streamId !== 0 && (stream === undefined || stream.phase === 'closing')) return;
    this.#tell({ kind: 'altsvc', streamId: header.streamId, ...service });
  }

  #origin(header: FrameHeader, payload: Uint8Array): void {
    // RFC 8336, 2.1: from servers, on stream 0, without the flags that are reserved.
    if (this.#connection.isServer || header.streamId !== 0 || (header.flags & 0x0f) !== 0) return;
    const origins = readOrigins(payload);
    if (origins === undefined) return this.#breach(LibError.frameSize);
    this.#tell({ kind: 'origin', origins });
  }
}
