import {
  encodeRelayFrame,
  parseRelayFrame,
  RELAY_PIECE_BYTES,
  RELAY_WINDOW,
  RelayCloseReason,
  type RelayFrame,
} from '@slipway/wire';

/** The WebSocket under a line, as far as it is used: binary messages, whole. */
export interface RelaySocket {
  send(message: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** Bytes in order, as TCP gives them; the relay holds the far end. */
export interface RelayConnection {
  /** The next bytes, `null` at the end. Rejects with a `RelayClosed` when it broke. */
  read(): Promise<Uint8Array | null>;
  /** Resolves when more may be written; rejects as `read` does. */
  write(bytes: Uint8Array): Promise<void>;
  end(): void;
  close(): void;
}

/** Why a connection is not, or no longer; one of `RelayCloseReason`. */
export class RelayClosed extends Error {
  readonly reason: number;

  constructor(reason: number) {
    super(`The relay closed the connection: ${reason}`);
    this.reason = reason;
  }
}

/** Credit is given back in such pieces: a frame for every frame would double them. */
const GRANT_FRAMES = RELAY_WINDOW / 4;

/** One line to the relay, and the connections on it. Whoever has the WebSocket hands in what comes. */
export class RelayLine {
  readonly #socket: RelaySocket;
  readonly #connections = new Map<number, Connection>();
  #lastId = 0;
  #isOver = false;

  constructor(socket: RelaySocket) {
    this.#socket = socket;
  }

  /** Rejects with a `RelayClosed`. */
  connect(host: string, port: number, tls: boolean): Promise<RelayConnection> {
    if (this.#isOver) return Promise.reject(new RelayClosed(RelayCloseReason.network));
    const id = ++this.#lastId;
    const connection = new Connection(
      id,
      (frame) => this.#send(frame),
      () => this.#connections.delete(id),
    );
    this.#connections.set(id, connection);
    this.#send({ type: 'connect', stream: id, host, port, tls });
    return connection.opened;
  }

  /** A binary message of the relay. One that is no frame ends the line. */
  receive(message: Uint8Array): void {
    const frame = parseRelayFrame(message);
    if (frame === undefined || frame.type === 'connect') {
      this.#socket.close();
      this.end();
      return;
    }
    this.#connections.get(frame.stream)?.receive(frame);
  }

  /** The WebSocket is gone: every connection is broken. */
  end(): void {
    this.#isOver = true;
    for (const connection of [...this.#connections.values()]) connection.break(RelayCloseReason.network);
  }

  #send(frame: RelayFrame): void {
    if (!this.#isOver) this.#socket.send(encodeRelayFrame(frame));
  }
}

class Connection implements RelayConnection {
  readonly #id: number;
  readonly #send: (frame: RelayFrame) => void;
  readonly #gone: () => void;
  readonly opened: Promise<RelayConnection>;
  #settle: { resolve(connection: RelayConnection): void; reject(error: Error): void } | undefined;
  readonly #pieces: (Uint8Array | null)[] = [];
  #credit = 0;
  /** Frames read since the relay was last told. */
  #taken = 0;
  #closed: RelayClosed | undefined;
  /** Whoever waits for bytes or for credit; they look again. */
  #waiting: (() => void)[] = [];

  constructor(id: number, send: (frame: RelayFrame) => void, gone: () => void) {
    this.#id = id;
    this.#send = send;
    this.#gone = gone;
    this.opened = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
  }

  receive(frame: RelayFrame): void {
    if (frame.type === 'close') return this.#over(frame.reason);
    if (frame.type === 'continue') {
      this.#credit += frame.frames;
      this.#settle?.resolve(this);
      this.#settle = undefined;
    } else if (frame.type === 'data') {
      // More than the window: the other end keeps no rules, and is not ours then.
      if (this.#pieces.length > RELAY_WINDOW) return this.close();
      // A copy: the message belongs to whoever handed it in.
      this.#pieces.push(frame.bytes.length === 0 ? null : frame.bytes.slice());
    }
    this.#wake();
    return undefined;
  }

  /** Ended from below: the relay is not told. */
  break(reason: number): void {
    this.#over(reason);
  }

  async read(): Promise<Uint8Array | null> {
    for (;;) {
      const [piece] = this.#pieces;
      if (piece !== undefined) {
        // The end stays: it is read again and again.
        if (piece === null) return null;
        this.#pieces.shift();
        this.#grant();
        return piece;
      }
      if (this.#closed?.reason === RelayCloseReason.voluntary) return null;
      if (this.#closed !== undefined) throw this.#closed;
      await this.#change();
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += RELAY_PIECE_BYTES) {
      while (this.#credit === 0 && this.#closed === undefined) await this.#change();
      if (this.#closed !== undefined) throw this.#closed;
      this.#credit--;
      this.#send({ type: 'data', stream: this.#id, bytes: bytes.subarray(at, at + RELAY_PIECE_BYTES) });
    }
  }

  end(): void {
    if (this.#closed === undefined) this.#send({ type: 'data', stream: this.#id, bytes: new Uint8Array() });
  }

  close(): void {
    if (this.#closed !== undefined) return;
    this.#send({ type: 'close', stream: this.#id, reason: RelayCloseReason.voluntary });
    this.#over(RelayCloseReason.voluntary);
  }

  #grant(): void {
    if (++this.#taken < GRANT_FRAMES || this.#closed !== undefined) return;
    this.#send({ type: 'continue', stream: this.#id, frames: this.#taken });
    this.#taken = 0;
  }

  #over(reason: number): void {
    this.#closed ??= new RelayClosed(reason);
    this.#settle?.reject(this.#closed);
    this.#settle = undefined;
    this.#gone();
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
