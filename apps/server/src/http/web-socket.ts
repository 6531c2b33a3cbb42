/** The server's end of a WebSocket (RFC 6455), as far as tunnels and relay need it: no extensions. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Section 1.3: joined to the key, so that no server answers by accident. */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Section 5.2; from 8 on they are control frames. */
const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
/** Of one message, all its frames together. */
const MAX_MESSAGE_BYTES = 1024 * 1024;
/** How long the other side may take to close, too. */
const CLOSE_MS = 3000;
const PING_MS = 20_000;
/** Pings without any frame in between: the tab is gone, or asleep. */
const MAX_SILENT_PINGS = 3;
/** What a tab may leave unread; the credit of its streams keeps it below. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024;

/** What happens on it. `closed` comes once, last. */
export interface WebSocketEvents {
  binary(bytes: Buffer): void;
  text(text: string): void;
  closed(): void;
}

/** The answer to an upgrade that was accepted (section 4.2.2); undefined where the request is none. */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex, protocol: string): boolean {
  const key = request.headers['sec-websocket-key'];
  if (key === undefined || request.headers['sec-websocket-version'] !== '13') return false;
  const accept = createHash('sha1')
    .update(key + ACCEPT_GUID)
    .digest('base64');
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${accept}`,
    `Sec-WebSocket-Protocol: ${protocol}`,
  ];
  socket.write([...lines, '', ''].join('\r\n'));
  return true;
}

/** The answer to an upgrade that is refused; `status` is code and phrase. */
export function refuseUpgrade(socket: Duplex, status: string): void {
  if (!socket.destroyed) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** The server's end: it pings, so that a dead line is noticed. */
export class WebSocketEnd {
  readonly #socket: Duplex;
  readonly #events: WebSocketEvents;
  readonly #pinging: NodeJS.Timeout;
  #buffered: Buffer = Buffer.alloc(0);
  #parts: Buffer[] = [];
  #partsBytes = 0;
  #type: number | undefined;
  #silent = 0;

  constructor(socket: Duplex, head: Buffer, events: WebSocketEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#pinging = setInterval(() => {
      if (++this.#silent > MAX_SILENT_PINGS) socket.destroy();
      else this.#send(OPCODE.ping, Buffer.alloc(0));
    }, PING_MS);
    socket.on('data', (bytes: Buffer) => this.#receive(bytes));
    // A connection that breaks is closed next.
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.destroy());
    socket.once('close', () => {
      clearInterval(this.#pinging);
      events.closed();
    });
    if (head.length > 0) this.#receive(head);
  }

  sendBinary(bytes: Uint8Array): void {
    this.#send(OPCODE.binary, bytes);
  }

  sendText(text: string): void {
    this.#send(OPCODE.text, Buffer.from(text));
  }

  /** Section 7.4: 1000 for an end as planned, from 4000 on our own. */
  close(code: number, reason: string): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    const payload = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
    this.#send(OPCODE.close, payload);
    this.#socket.end();
    // The other side may never answer.
    setTimeout(() => this.#socket.destroy(), CLOSE_MS).unref();
  }

  /** One frame, whole and unmasked, as a server's are (5.1). A side that leaves too much unread is cut off. */
  #send(opcode: number, payload: Uint8Array): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    const { length } = payload;
    const head =
      length < 126
        ? Buffer.from([0x80 | opcode, length])
        : length < 65_536
          ? Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff])
          : Buffer.concat([Buffer.from([0x80 | opcode, 127]), longLength(length)]);
    this.#socket.write(Buffer.concat([head, payload]));
    if (this.#socket.writableLength > MAX_UNREAD_BYTES) this.#socket.destroy();
  }

  /** Anything at all counts as a sign of life. */
  #receive(bytes: Buffer): void {
    this.#silent = 0;
    this.#buffered = this.#buffered.length === 0 ? bytes : Buffer.concat([this.#buffered, bytes]);
    for (let frame = this.#takeFrame(); frame !== undefined; frame = this.#takeFrame())
      if (!this.#take(frame)) return this.close(1002, 'No frame that makes sense');
  }

  /** The next whole frame, without its mask; the socket is closed for one that may not be. */
  #takeFrame(): { opcode: number; final: boolean; payload: Buffer } | undefined {
    const bytes = this.#buffered;
    if (bytes.length < 2) return undefined;
    const [first = 0, second = 0] = bytes;
    // A client's frame is masked (section 5.1); reserved bits are of extensions, and none was agreed on.
    if ((second & 0x80) === 0 || (first & 0x70) !== 0) return this.#refuse(1002);
    const short = second & 0x7f;
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const begin = 2 + extended + 4;
    if (bytes.length < begin) return undefined;
    const length = extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    if (length > MAX_MESSAGE_BYTES) return this.#refuse(1009);
    if (bytes.length < begin + length) return undefined;
    const mask = bytes.subarray(begin - 4, begin);
    const payload = Buffer.from(bytes.subarray(begin, begin + length));
    for (let at = 0; at < length; at++) payload[at] = payload[at]! ^ mask[at & 3]!;
    this.#buffered = bytes.subarray(begin + length);
    return { opcode: first & 0x0f, final: (first & 0x80) !== 0, payload };
  }

  /** What is left in the buffer has no meaning behind a broken frame. */
  #refuse(code: number): undefined {
    this.#buffered = Buffer.alloc(0);
    this.close(code, 'No frame that is taken');
  }

  /**
   * False for what breaks section 5.4 or 5.5: a control frame in pieces or longer than 125 bytes, a
   * continuation of nothing, a message begun within another.
   */
  #take({ opcode, final, payload }: { opcode: number; final: boolean; payload: Buffer }): boolean {
    if (opcode >= OPCODE.close) {
      if (!final || payload.length > 125) return false;
      if (opcode === OPCODE.close) this.close(1000, '');
      else if (opcode === OPCODE.ping) this.#send(OPCODE.pong, payload);
      return true;
    }
    if ((opcode === OPCODE.continuation) === (this.#type === undefined) || opcode > OPCODE.binary) return false;
    this.#type ??= opcode;
    this.#parts.push(payload);
    this.#partsBytes += payload.length;
    if (this.#partsBytes > MAX_MESSAGE_BYTES) return false;
    if (!final) return true;
    const whole = Buffer.concat(this.#parts);
    const type = this.#type;
    this.#parts = [];
    this.#partsBytes = 0;
    this.#type = undefined;
    if (type === OPCODE.binary) this.#events.binary(whole);
    else this.#events.text(whole.toString());
    return true;
  }
}

/** Eight bytes, big-endian (5.2). */
function longLength(length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}
