import type { HeaderField } from './hpack/hpack-encoder.ts';
import type { Connection } from './connection.ts';
import { ErrorCode, LibError } from './errors.ts';
import {
  CLIENT_MAGIC,
  encodeFrame,
  encodeFrameHeader,
  encodeHeaderBlock,
  encodePaddedHeaders,
  encodeSettings,
  Flag,
  FrameType,
  MIN_MAX_FRAME_BYTES,
  uint32,
  type SettingEntry,
} from './frames.ts';
import { SettingId } from './settings.ts';
import type { StreamState } from './stream-state.ts';

/** Acknowledgements a peer may cause before its frames count as an attack (nghttp2's `max_outbound_ack`). */
const MOST_ACKS = 1000;

/** A frame that waits. `encode` runs when its turn has come, because header blocks depend on their order. */
interface Waiting {
  readonly type: number;
  readonly streamId: number;
  /** The frame's bytes, or why it cannot be sent (LibError). */
  encode(): Uint8Array[] | number;
  /** Runs when its bytes are taken: not earlier, as frames before it may still change the state. */
  sent?(): void;
  readonly isAck?: boolean;
}

/** Padding of a frame: the payload's length with padding. */
export type PaddingChoice = (payloadLength: number, most: number) => number;

/**
 * What goes out, in the order of nghttp2_session_mem_send: acknowledgements,
 * pings and settings, then control frames and answers, then new requests as
 * far as the peer allows them, then DATA by turns.
 */
export class Sender {
  readonly #connection: Connection;
  readonly #padding: PaddingChoice | undefined;
  readonly #urgent: Waiting[] = [];
  readonly #regular: Waiting[] = [];
  readonly #requests: Waiting[] = [];
  /** Streams with DATA to send, the next one first. */
  #turns: number[] = [];
  #acks = 0;

  constructor(connection: Connection, padding: PaddingChoice | undefined) {
    this.#connection = connection;
    this.#padding = padding;
    // The preface goes out before everything else (3.4).
    if (!connection.isServer)
      this.#urgent.push({ type: FrameType.settings, streamId: 0, encode: () => [CLIENT_MAGIC] });
  }

  get queueLength(): number {
    return this.#urgent.length + this.#regular.length + this.#requests.length;
  }

  /**
   * Whether a call would send anything now: frames held up by windows or by the peer's limit of streams do not
   * count (nghttp2_session_want_write).
   */
  get wantsWrite(): boolean {
    const connection = this.#connection;
    if (connection.goaway.terminated) return false;
    if (this.#urgent.length > 0 || this.#regular.length > 0) return true;
    if (this.#requests.length > 0 && !connection.outgoingFull) return true;
    return connection.sendWindow > 0 && this.#turns.some((id) => this.#canSend(connection.streams.get(id)));
  }

  get isFlooded(): boolean {
    return this.#acks > MOST_ACKS;
  }

  /** The next frame's bytes in pieces; `undefined` when nothing can be sent now. */
  next(): Uint8Array[] | undefined {
    for (;;) {
      const waiting =
        this.#urgent.shift() ??
        this.#regular.shift() ??
        (this.#connection.outgoingFull ? undefined : this.#requests.shift());
      if (waiting === undefined) return this.#nextData();
      // A peer that makes us acknowledge faster than it reads fills this queue (CVE-2019-9512, 9515).
      if (waiting.isAck === true) this.#acks--;
      // Nothing follows the last GOAWAY; the queues are emptied.
      if (this.#connection.goaway.terminated) continue;
      const bytes = waiting.encode();
      if (typeof bytes === 'number') {
        this.#notSent(waiting, bytes);
        continue;
      }
      waiting.sent?.();
      return bytes;
    }
  }

  settings(entries: readonly SettingEntry[]): void {
    const connection = this.#connection;
    connection.pendingSettings.push(entries);
    for (const { id, value } of entries) {
      if (id === SettingId.maxConcurrentStreams) connection.submittedMaxConcurrent = value;
      if (id === SettingId.enablePush) connection.submittedEnablePush = value;
    }
    // At the end of the urgent ones: SETTINGS and their acknowledgements keep their order.
    this.#urgent.push({
      type: FrameType.settings,
      streamId: 0,
      encode: () => [encodeFrame(FrameType.settings, 0, 0, encodeSettings(entries))],
    });
  }

  acknowledgeSettings(): void {
    this.#acks++;
    this.#urgent.push({
      type: FrameType.settings,
      streamId: 0,
      isAck: true,
      encode: () => [encodeFrame(FrameType.settings, Flag.ack, 0)],
    });
  }

  ping(payload: Uint8Array, ack: boolean): void {
    if (ack) this.#acks++;
    this.#urgent.push({
      type: FrameType.ping,
      streamId: 0,
      isAck: ack,
      encode: () => [encodeFrame(FrameType.ping, ack ? Flag.ack : 0, 0, payload)],
    });
  }

  /** `final`: nothing is read or written after it (nghttp2_session_terminate_session). */
  goaway(lastStreamId: number, code: number, payload: Uint8Array, final: boolean): void {
    const { goaway, events } = this.#connection;
    // What was refused before stays refused (RFC 9113, 6.8).
    const last = Math.min(lastStreamId, this.#connection.localLastId);
    this.#connection.localLastId = last;
    goaway.submitted = true;
    this.#regular.push({
      type: FrameType.goaway,
      streamId: 0,
      encode: () => [encodeFrame(FrameType.goaway, 0, 0, Uint8Array.of(...uint32(last), ...uint32(code), ...payload))],
      sent: () => {
        events.goawaySent();
        goaway.sent = true;
        if (final) goaway.terminated = true;
        this.closeBeyond(last, false);
      },
    });
  }

  terminate(code: number): void {
    const connection = this.#connection;
    if (connection.goaway.terminating) return;
    connection.goaway.terminating = true;
    this.goaway(connection.lastProcessedId, code, new Uint8Array(), true);
  }

  /** Streams above the last one a GOAWAY names will not be served. */
  closeBeyond(lastStreamId: number, ours: boolean): void {
    for (const id of [...this.#connection.streams.keys()]) {
      if (id > lastStreamId && this.#connection.isOurs(id) === ours)
        this.#connection.closeStream(id, ErrorCode.refusedStream);
    }
  }

  windowUpdate(streamId: number, increment: number): void {
    // `ReceiveWindow.consume` says so for "not yet".
    if (increment === 0) return;
    this.#regular.push({
      type: FrameType.windowUpdate,
      streamId,
      encode: () =>
        streamId === 0 || this.#connection.streams.has(streamId)
          ? [encodeFrame(FrameType.windowUpdate, 0, streamId, Uint8Array.from(uint32(increment)))]
          : LibError.streamClosed,
    });
  }

  extension(type: number, streamId: number, payload: Uint8Array): void {
    this.#regular.push({ type, streamId, encode: () => [encodeFrame(type, 0, streamId, payload)] });
  }

  /** The new stream's id, or a negative LibError. Only queued: the stream exists once its HEADERS are sent. */
  request(fields: readonly HeaderField[], hasBody: boolean): number {
    const connection = this.#connection;
    const id = connection.nextStreamId;
    if (id > 0x7fffffff) return LibError.streamIdNotAvailable;
    connection.nextStreamId += 2;
    // Waits its turn where the peer's limit is reached; the id is given all the same.
    this.#requests.push({
      type: FrameType.headers,
      streamId: id,
      encode: () => {
        if (connection.goaway.received || connection.goaway.terminating) return LibError.sessionClosing;
        if (id > connection.remoteLastId) return LibError.sessionClosing;
        const block = this.#encodeBlock(fields);
        if (typeof block === 'number') return block;
        // Only now: before, the stream does not exist for anybody else.
        const stream = connection.openStream(id, 'opening', {
          requestMethod: fields.find((field) => field.name === ':method')?.value,
        });
        if (hasBody) this.#startData(stream);
        else stream.writeEnded = true;
        return this.#headersFrames(hasBody ? 0 : Flag.endStream, id, block);
      },
    });
    return id;
  }

  /**
   * The promised stream's id, or a negative LibError. Unlike `request`, the stream is there (reserved) before its
   * frame is sent; its HEADERS come by `headers`.
   */
  push(parentId: number, fields: readonly HeaderField[]): number {
    const connection = this.#connection;
    const parent = connection.streams.get(parentId);
    if (parent === undefined || parent.phase === 'closing') return LibError.streamClosed;
    if (connection.remoteSettings.enablePush === 0) return LibError.pushDisabled;
    const id = connection.nextStreamId;
    if (id > 0x7fffffff) return LibError.streamIdNotAvailable;
    connection.nextStreamId += 2;
    const promised = connection.openStream(id, 'reserved', { pushed: true });
    promised.readEnded = true;
    this.#regular.push({
      type: FrameType.pushPromise,
      streamId: parentId,
      encode: () => {
        if (!connection.streams.has(parentId)) return LibError.streamClosed;
        const block = this.#encodeBlock(fields);
        return typeof block === 'number'
          ? block
          : encodeHeaderBlock(FrameType.pushPromise, 0, parentId, block, Uint8Array.from(uint32(id)));
      },
    });
    return id;
  }

  /** Headers on a stream there is: an answer with or without a body, an informational answer, or trailers. */
  headers(
    streamId: number,
    fields: readonly HeaderField[],
    kind: 'answer' | 'answer-with-body' | 'information' | 'trailers',
  ): number {
    const connection = this.#connection;
    const ends = kind === 'answer' || kind === 'trailers';
    // A body is being sent on it already (nghttp2's DATA_EXIST).
    if (
      kind === 'answer-with-body' &&
      connection.streams.get(streamId)?.data !== 'none' &&
      connection.streams.has(streamId)
    )
      return LibError.dataExist;
    this.#regular.push({
      type: FrameType.headers,
      streamId,
      encode: () => {
        const stream = connection.streams.get(streamId);
        if (stream === undefined || stream.writeEnded) return LibError.streamClosed;
        if (stream.phase === 'closing') return LibError.streamClosing;
        const block = this.#encodeBlock(fields);
        if (typeof block === 'number') return block;
        if (stream.phase === 'reserved') stream.phase = 'opened';
        if (kind === 'answer-with-body') this.#startData(stream);
        return this.#headersFrames(ends ? Flag.endStream : 0, streamId, block);
      },
      sent: () => {
        const stream = connection.streams.get(streamId);
        if (stream === undefined || !ends) return;
        stream.writeEnded = true;
        connection.closeIfDone(stream);
      },
    });
    return 0;
  }

  /** More DATA after a body that was kept open for trailers which turned out empty. */
  data(streamId: number): number {
    const stream = this.#connection.streams.get(streamId);
    if (stream === undefined) return LibError.streamClosed;
    if (stream.data !== 'none') return LibError.dataExist;
    this.#startData(stream);
    return 0;
  }

  /** The program has written to a stream whose body ran dry: it takes its turn again. Without effect on others. */
  resume(streamId: number): void {
    const stream = this.#connection.streams.get(streamId);
    if (stream?.data === 'waiting') this.#startData(stream);
  }

  reset(streamId: number, code: number): void {
    const connection = this.#connection;
    const request = this.#requests.find((waiting) => waiting.streamId === streamId);
    if (request !== undefined) {
      // Its HEADERS are still queued: the peer never learns of the stream, so there is nothing to reset.
      this.#requests.splice(this.#requests.indexOf(request), 1);
      connection.events.streamClosed(streamId, code);
      return;
    }
    if (connection.isIdle(streamId)) return;
    const stream = connection.streams.get(streamId);
    if (stream?.phase === 'closing') return;
    if (stream !== undefined) {
      // What still arrives on it is dropped; it is gone when the frame is out.
      stream.phase = 'closing';
      stream.data = 'none';
    }
    this.#regular.push({
      type: FrameType.rstStream,
      streamId,
      encode: () => [encodeFrame(FrameType.rstStream, 0, streamId, Uint8Array.from(uint32(code)))],
      sent: () => connection.closeStream(streamId, code),
    });
  }

  #canSend(stream: StreamState | undefined): boolean {
    return stream !== undefined && stream.data === 'ready' && stream.sendWindow > 0;
  }

  #startData(stream: StreamState): void {
    stream.data = 'ready';
    if (!this.#turns.includes(stream.id)) this.#turns.push(stream.id);
  }

  #encodeBlock(fields: readonly HeaderField[]): Uint8Array | number {
    // nghttp2_hd_deflate_bound: table size updates, and per field two lengths.
    // As nghttp2 estimates it, so that the same requests fail.
    const bound = fields.reduce((sum, { name, value }) => sum + 12 + name.length + value.length, 12);
    return bound > this.#connection.options.maxSendHeaderBytes
      ? LibError.frameSize
      : this.#connection.encoder.encode(fields);
  }

  #headersFrames(flags: number, streamId: number, block: Uint8Array): Uint8Array[] {
    const padding = this.#paddingOf(block.length, MIN_MAX_FRAME_BYTES);
    return padding > 0
      ? [encodePaddedHeaders(flags, streamId, block, padding)]
      : encodeHeaderBlock(FrameType.headers, flags, streamId, block);
  }

  /** Bytes of padding with their length byte, at most 256. */
  #paddingOf(length: number, most: number): number {
    // One length byte, so 255 of padding and itself.
    const limit = Math.min(most, length + 256);
    return Math.max(0, Math.min(this.#padding?.(length, limit) ?? 0, limit) - length);
  }

  #notSent({ type, streamId }: Waiting, libError: number): void {
    const { events } = this.#connection;
    events.frameNotSent(streamId, type, libError);
    // A request or promise that failed leaves a stream nobody else would close.
    if (
      type === FrameType.headers &&
      !this.#connection.streams.has(streamId) &&
      this.#connection.isOurs(streamId) &&
      !this.#connection.isServer
    ) {
      events.streamClosed(streamId, ErrorCode.refusedStream);
    }
  }

  /** One DATA frame of the stream whose turn it is. */
  #nextData(): Uint8Array[] | undefined {
    const connection = this.#connection;
    if (connection.goaway.terminated) return undefined;
    // Each stream once; those that still have data go to the end.
    for (let tries = this.#turns.length; tries > 0; tries--) {
      const id = this.#turns.shift()!;
      const stream = connection.streams.get(id);
      if (stream === undefined || stream.data !== 'ready') continue;
      const most = Math.min(
        MIN_MAX_FRAME_BYTES,
        connection.remoteSettings.maxFrameSize,
        connection.sendWindow,
        stream.sendWindow,
      );
      // Not even the end can be said where the window is overdrawn; an empty frame needs no window.
      const room = Math.max(0, most);
      const data = connection.events.takeData(id, room);
      if (data === undefined || (data.bytes.length === 0 && !data.last)) {
        if (room > 0 || data === undefined) stream.data = 'waiting';
        else this.#turns.push(id);
        continue;
      }
      if (data.last) stream.data = 'none';
      else this.#turns.push(id);
      // The trailers' callback ran and may have queued a frame: that goes first.
      if (data.last && data.keepOpen && data.bytes.length === 0) {
        tries++;
        if (this.#regular.length > 0) return this.next();
        continue;
      }
      return this.#dataFrame(stream, data.bytes, data.last && !data.keepOpen, room);
    }
    return undefined;
  }

  #dataFrame(stream: StreamState, bytes: Uint8Array, ends: boolean, most: number): Uint8Array[] {
    const connection = this.#connection;
    const padding = this.#paddingOf(bytes.length, most);
    const padded = bytes.length + padding;
    // RFC 9113, 6.9.1: windows of stream and connection both pay, padding included.
    stream.sendWindow -= padded;
    connection.sendWindow -= padded;
    const flags = (ends ? Flag.endStream : 0) | (padding > 0 ? Flag.padded : 0);
    const frame = [encodeFrameHeader(FrameType.data, flags, stream.id, padded)];
    if (padding > 0) frame.push(Uint8Array.of(padding - 1));
    frame.push(bytes);
    if (padding > 1) frame.push(new Uint8Array(padding - 1));
    if (ends) {
      stream.writeEnded = true;
      connection.closeIfDone(stream);
    }
    return frame;
  }
}
