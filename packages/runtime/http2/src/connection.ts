import { HpackDecoder } from './hpack/hpack-decoder.ts';
import { HpackEncoder, type HeaderField } from './hpack/hpack-encoder.ts';
import { ReceiveWindow } from './flow-window.ts';
import type { FrameHeader, SettingEntry } from './frames.ts';
import { MessageRules } from './message-rules.ts';
import { defaultSettings, DEFAULT_WINDOW, UNLIMITED, type Settings } from './settings.ts';
import { StreamState, type OutgoingData } from './stream-state.ts';

/** Which message a block of headers is (`NGHTTP2_HCAT_*`). */
export const HeaderCategory = { request: 0, response: 1, pushResponse: 2, headers: 3 } as const;

/** A frame as it is told to the program, after the connection has taken note of it. */
export type ReceivedFrame =
  | { kind: 'data'; header: FrameHeader }
  | { kind: 'headers'; header: FrameHeader; streamId: number }
  | { kind: 'priority'; streamId: number; parent: number; weight: number; exclusive: boolean }
  | { kind: 'settings'; ack: boolean; entries: readonly SettingEntry[] }
  | { kind: 'ping'; ack: boolean; payload: Uint8Array<ArrayBuffer> }
  | { kind: 'goaway'; code: number; lastStreamId: number; payload: Uint8Array<ArrayBuffer> }
  | { kind: 'altsvc'; streamId: number; origin: string; value: string }
  | { kind: 'origin'; origins: readonly string[] };

/**
 * What the program makes of what it is told: go on, leave this stream alone (it is reset), or `fatal`, which ends
 * the connection at once, without GOAWAY.
 */
export type Verdict = 'ok' | 'refused' | 'fatal';

/**
 * The callbacks src/node_http2.cc registers with nghttp2. Those that reach the program come one per `Receiver.step`.
 */
export interface ConnectionEvents {
  beginHeaders(streamId: number, category: number): Verdict;
  header(streamId: number, field: HeaderField): Verdict;
  dataChunk(streamId: number, bytes: Uint8Array<ArrayBuffer>): void;
  frame(frame: ReceivedFrame): Verdict;
  /** A frame that breaks the rules; `libError` is one of LibError. */
  invalidFrame(libError: number): Verdict;
  settingsExpected(): void;
  streamClosed(streamId: number, code: number): void;
  /** A frame that was queued and cannot go out any more; `libError` says why. */
  frameNotSent(streamId: number, type: number, libError: number): void;
  goawaySent(): void;
  /** Up to `most` bytes of a stream's writes; `undefined` where it has none yet. */
  takeData(streamId: number, most: number): OutgoingData | undefined;
}

/** Fixed when the session is made, from what lib wrote into its option buffer. */
export interface ConnectionOptions {
  readonly isServer: boolean;
  /** Bytes; a limit of our own on the HPACK table we keep for sending. */
  readonly maxEncoderTable: number | undefined;
  /** Pushed streams whose answer has not begun; more are cancelled. */
  readonly maxReservedStreams: number;
  /** Bytes of one header block, as far as they can be told before it is compressed. */
  readonly maxSendHeaderBytes: number;
  /** Streams we open before the peer's first SETTINGS. */
  readonly peerMaxConcurrentStreams: number;
  /** Whether blanks around a field's value make the message wrong (RFC 9113, 8.2.1). */
  readonly strictSpace: boolean;
  /** In one SETTINGS frame; more end the connection with ENHANCE_YOUR_CALM. */
  readonly maxSettingsEntries: number;
  /** Resets a client may cause at once, and per second after that. */
  readonly resetBurst: number;
  readonly resetRate: number;
  /** Milliseconds of any origin; only differences count (the allowance of resets grows with time). */
  readonly now: () => number;
}

/** What sender and receiver of one connection share. Reference: nghttp2_session of nghttp2_session.h. */
export class Connection {
  readonly options: ConnectionOptions;
  readonly events: ConnectionEvents;
  readonly encoder: HpackEncoder;
  readonly decoder = new HpackDecoder();
  readonly streams = new Map<number, StreamState>();
  /** What the peer has acknowledged; what was submitted and waits for that. */
  readonly localSettings: Settings = defaultSettings();
  /** Sent and not acknowledged; the acknowledgements come in this order. */
  readonly pendingSettings: (readonly SettingEntry[])[] = [];
  // Already asked of the peer though not acknowledged: more are refused, but are no breach yet.
  submittedMaxConcurrent = UNLIMITED;
  submittedEnablePush = 1;
  readonly remoteSettings: Settings = defaultSettings();
  remoteSettingsReceived = false;
  // Bytes of DATA that may be sent on the whole connection.
  sendWindow = DEFAULT_WINDOW;
  readonly receiveWindow = new ReceiveWindow(DEFAULT_WINDOW);
  nextStreamId: number;
  // The highest id the peer has opened: a lower one that is not in `streams` is closed, a higher one idle (5.1.1).
  lastReceivedId = 0;
  lastProcessedId = 0;
  /** The highest stream the peer will still serve, and we will (GOAWAY). */
  remoteLastId = 0x7fffffff;
  localLastId = 0x7fffffff;
  // `terminating`: nothing more is read; `terminated`: the last frame is out.
  goaway = { sent: false, received: false, submitted: false, terminating: false, terminated: false };

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.options = options;
    this.events = events;
    this.encoder = new HpackEncoder(options.maxEncoderTable);
    this.nextStreamId = options.isServer ? 2 : 1;
    this.remoteSettings.maxConcurrentStreams = options.peerMaxConcurrentStreams;
  }

  get isServer(): boolean {
    return this.options.isServer;
  }

  /** Streams this side started have odd numbers on a client, even ones on a server. */
  isOurs(streamId: number): boolean {
    return streamId !== 0 && (streamId % 2 === 0) === this.isServer;
  }

  /** A stream nobody has opened yet (RFC 9113, 5.1). */
  isIdle(streamId: number): boolean {
    return this.isOurs(streamId) ? streamId >= this.nextStreamId : streamId > this.lastReceivedId;
  }

  countStreams(ours: boolean): number {
    let count = 0;
    for (const stream of this.streams.values())
      if (this.isOurs(stream.id) === ours && stream.phase !== 'reserved') count++;
    return count;
  }

  get reservedStreams(): number {
    let count = 0;
    for (const stream of this.streams.values()) if (!this.isOurs(stream.id) && stream.phase === 'reserved') count++;
    return count;
  }

  openStream(
    id: number,
    phase: StreamState['phase'],
    options: { pushed?: boolean; requestMethod?: string | undefined } = {},
  ): StreamState {
    const rules = new MessageRules({
      strictSpace: this.options.strictSpace,
      // From when it was announced: a client may use it before its acknowledgement has come.
      extendedConnect: () =>
        this.localSettings.enableConnectProtocol === 1 ||
        this.pendingSettings.some((entries) => entries.some((entry) => entry.id === 8 && entry.value === 1)),
      requestMethod: options.requestMethod,
    });
    const stream = new StreamState(id, {
      phase,
      pushed: options.pushed ?? false,
      rules,
      sendWindow: this.remoteSettings.initialWindowSize,
      receiveWindow: this.localSettings.initialWindowSize,
    });
    this.streams.set(id, stream);
    return stream;
  }

  /**
   * Forgets the stream, then tells the program once: a code of 0 is a normal end. Unknown ids are passed over, as
   * both sides may close the same stream.
   */
  closeStream(streamId: number, code: number): void {
    if (this.streams.delete(streamId)) this.events.streamClosed(streamId, code);
  }

  /**
   * Closes without an error once both directions have ended; half-closed streams stay
   * (nghttp2_session_close_stream_if_shut_rdwr).
   */
  closeIfDone(stream: StreamState): void {
    if (stream.readEnded && stream.writeEnded) this.closeStream(stream.id, 0);
  }

  /**
   * False, with `wantsWrite` false too: the session is over, and lib closes the socket (nghttp2_session_want_read).
   */
  get wantsRead(): boolean {
    if (this.goaway.terminated) return false;
    // After GOAWAY only streams that are open keep the connection reading.
    return this.streams.size > 0 || !(this.goaway.sent || this.goaway.received);
  }

  get outgoingFull(): boolean {
    return this.countStreams(true) >= this.remoteSettings.maxConcurrentStreams;
  }
}
