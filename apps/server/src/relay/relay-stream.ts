import type { Socket } from 'node:net';
import { EgressError } from '@slipway/egress';
import { RELAY_PIECE_BYTES, RELAY_WINDOW, RelayCloseReason, type RelayFrame } from '@slipway/wire';
import type { ByteRate } from '../http/byte-rate.ts';

/** Credit is given back in such pieces: a frame for every frame would double them. */
const GRANT_FRAMES = RELAY_WINDOW / 4;
/** A connection on which nothing moves for so long is closed; programs keep theirs alive more often. */
const IDLE_MS = 10 * 60_000;

/** `rate` is one for all lines of the owner. */
export interface RelayStreamEnd {
  readonly rate: ByteRate;
  send(frame: RelayFrame): void;
  /** It is over; its number is free. */
  gone(): void;
}

/**
 * One connection of a program's, and the socket to its host.
 *
 *   opening ──socket is open──▶ open ──both ways ended, CLOSE, an error, idle──▶ closed
 *      └──────────not allowed, not there, too slow, CLOSE──────────────────────────▲
 */
export class RelayStream {
  readonly #id: number;
  readonly #end: RelayStreamEnd;
  readonly #abort = new AbortController();
  #socket: Socket | undefined;
  #isClosed = false;
  /** Frames that may still be sent to the tab. */
  #credit = RELAY_WINDOW;
  #wake: (() => void) | undefined;
  /** Frames that the tab may still send, and those that were written since it was last told. */
  #allowed = 0;
  #written = 0;
  /** What the program sent is written in its order, at the rate. */
  #upload: Promise<void> = Promise.resolve();
  #hasEnded = false;

  constructor(id: number, end: RelayStreamEnd) {
    this.#id = id;
    this.#end = end;
  }

  /** `open` gives the socket; it is told when nobody wants it any more. Never rejects. */
  async start(open: (signal: AbortSignal) => Promise<Socket>): Promise<void> {
    let socket: Socket;
    try {
      socket = await open(this.#abort.signal);
    } catch (error) {
      this.close(reasonOf(error));
      return;
    }
    if (this.#isClosed) return void socket.destroy();
    this.#socket = socket;
    socket.setTimeout(IDLE_MS, () => this.close(RelayCloseReason.idle));
    socket.on('error', (error) => this.close(reasonOf(error)));
    socket.once('close', () => this.close(RelayCloseReason.voluntary));
    this.#allowed = RELAY_WINDOW;
    this.#end.send({ type: 'continue', stream: this.#id, frames: RELAY_WINDOW });
    await this.#download(socket);
  }

  /** Bytes of the program; none of them: it says no more. False when it sends more than it may: the line is to end. */
  receive(bytes: Uint8Array): boolean {
    const socket = this.#socket;
    if (socket === undefined || this.#allowed === 0 || this.#hasEnded) return this.#isClosed;
    this.#hasEnded = bytes.length === 0;
    if (!this.#hasEnded) this.#allowed--;
    this.#upload = this.#upload
      .then(() => this.#end.rate.take(bytes.length))
      .then(() => (bytes.length === 0 ? void socket.end() : this.#write(socket, bytes)));
    return true;
  }

  /** The tab takes so many frames more. */
  grant(frames: number): void {
    this.#credit = Math.min(this.#credit + frames, RELAY_WINDOW);
    this.#wake?.();
  }

  /** Ends both ways, for `reason`; says so once. */
  close(reason: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#end.send({ type: 'close', stream: this.#id, reason });
    this.#abort.abort();
    this.#socket?.destroy();
    this.#wake?.();
    this.#end.gone();
  }

  #write(socket: Socket, bytes: Uint8Array): void {
    if (this.#isClosed) return;
    socket.write(bytes, () => {
      if (this.#isClosed || ++this.#written < GRANT_FRAMES) return;
      this.#allowed += this.#written;
      this.#end.send({ type: 'continue', stream: this.#id, frames: this.#written });
      this.#written = 0;
    });
  }

  /** Reads no more from the host than the tab takes. */
  async #download(socket: Socket): Promise<void> {
    try {
      for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        for (let at = 0; at < chunk.length; at += RELAY_PIECE_BYTES) {
          const bytes = chunk.subarray(at, at + RELAY_PIECE_BYTES);
          while (this.#credit === 0 && !this.#isClosed) await new Promise<void>((resolve) => (this.#wake = resolve));
          await this.#end.rate.take(bytes.length);
          if (this.#isClosed) return;
          this.#credit--;
          this.#end.send({ type: 'data', stream: this.#id, bytes });
        }
      }
    } catch (error) {
      return this.close(reasonOf(error));
    }
    // The host says no more; the program may.
    if (!this.#isClosed) this.#end.send({ type: 'data', stream: this.#id, bytes: new Uint8Array() });
    return undefined;
  }
}

/** What became of a connection, in Wisp's numbers: no text of an error leaves the server. */
function reasonOf(error: unknown): number {
  if (error instanceof EgressError) {
    if (error.problem === 'refused') return RelayCloseReason.blocked;
    if (error.problem === 'too-slow') return RelayCloseReason.timeout;
    if (error.problem === 'unresolved') return RelayCloseReason.unreachable;
    return codeOf(error.cause) === 'ECONNREFUSED' ? RelayCloseReason.refused : RelayCloseReason.network;
  }
  return RelayCloseReason.network;
}

function codeOf(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  // Where a name has several addresses, Node says what became of each.
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return 'code' in error ? error.code : undefined;
}
