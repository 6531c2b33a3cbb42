/** A WebSocket client (RFC 6455) over a connection into the container. */
import { joinBytes } from '@slipway/posix';
import type { ByteStream } from '../bytes/byte-stream.ts';
import { ByteReader } from './byte-reader.ts';
import { encodeHead, headerHas, headerValue, isToken, type HeaderList } from './headers.ts';
import { readResponseHead } from './http-client.ts';
import { HttpError } from './http-error.ts';

// RFC 6455, 5.2; from 8 on they are control frames.
const Opcode = { continuation: 0x0, text: 0x1, binary: 0x2, close: 0x8, ping: 0x9, pong: 0xa } as const;

// RFC 6455, 1.3: joined to the key, so that no server answers by accident.
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
// All parts of a message together: they are held until the last one comes.
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** What the server sends. Pings are answered here and not told. */
export type WebSocketEvent =
  | { readonly type: 'message'; readonly data: string | Uint8Array<ArrayBuffer> }
  /** The last one. `clean` as in CloseEvent. */
  | { readonly type: 'close'; readonly code: number; readonly reason: string; readonly clean: boolean };

/** An open WebSocket; its caller has to `run` it, or nothing is read. */
export interface WebSocketConnection {
  readonly protocol: string;
  /** Starts the delivery of events; once. */
  run(listener: (event: WebSocketEvent) => void | Promise<void>): void;
  /**
   * Resolves when the bytes have been handed to the connection.
   * After `close` what is sent vanishes, as in a browser.
   */
  send(data: string | Uint8Array): Promise<void>;
  /** The closing handshake; `close` follows. */
  close(code: number | undefined, reason: string): Promise<void>;
  /** Without a word to the server. */
  abort(): void;
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

/**
 * The opening handshake (section 4.1). Closes the stream when it fails. What the server answers
 * has to be right in every point the section names, since the program behind it is not ours.
 */
export async function openWebSocket(
  stream: ByteStream,
  request: {
    readonly target: string;
    readonly host: string;
    readonly origin: string;
    readonly protocols: readonly string[];
    readonly headers?: HeaderList;
  },
): Promise<WebSocketConnection> {
  try {
    if (/[\s\0]/.test(request.target) || !request.protocols.every(isToken))
      throw new HttpError('The WebSocket request cannot be written');
    // 16 random bytes, as the section says; they are no secret, only fresh.
    const key = base64(crypto.getRandomValues(new Uint8Array(16)));
    const reader = new ByteReader(stream);
    await stream.write(
      encodeHead(`GET ${request.target} HTTP/1.1`, [
        ['Host', request.host],
        ['Upgrade', 'websocket'],
        ['Connection', 'Upgrade'],
        ['Sec-WebSocket-Key', key],
        ['Sec-WebSocket-Version', '13'],
        ['Origin', request.origin],
        ...(request.protocols.length === 0 ? [] : [['Sec-WebSocket-Protocol', request.protocols.join(', ')] as const]),
        ...(request.headers ?? []),
      ]),
    );
    const { status, headers } = await readResponseHead(reader, 'GET', false);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', new TextEncoder().encode(key + ACCEPT_GUID)));
    if (
      status !== 101 ||
      headerValue(headers, 'upgrade')?.toLowerCase() !== 'websocket' ||
      !headerHas(headers, 'connection', 'upgrade')
    )
      throw new HttpError(`The server did not open a WebSocket: it answered ${status}`);
    if (headerValue(headers, 'sec-websocket-accept') !== base64(digest))
      throw new HttpError('The server did not open a WebSocket: its proof is wrong');
    // No extension was offered, so none may be in use.
    if (headerValue(headers, 'sec-websocket-extensions') !== undefined)
      throw new HttpError('The server uses a WebSocket extension that was not offered');
    const protocol = headerValue(headers, 'sec-websocket-protocol') ?? '';
    if (protocol !== '' && !request.protocols.includes(protocol))
      throw new HttpError(`The server chose the WebSocket protocol ${JSON.stringify(protocol)}, which was not offered`);
    return new Connection(stream, reader, protocol);
  } catch (error) {
    stream.close();
    throw error;
  }
}

/**
 * A frame whose header passed RFC 6455, 5.2 and 5.5; its opcode is not checked yet. `payload` is a copy and stays good
 * after the next read.
 */
interface Frame {
  readonly final: boolean;
  readonly opcode: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** The server broke the protocol: the code to close with (section 7.4.1). */
class CloseWith extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

class Connection implements WebSocketConnection {
  readonly protocol: string;
  readonly #stream: ByteStream;
  readonly #reader: ByteReader;
  /** Frames go out whole and in order. */
  #writing: Promise<void> = Promise.resolve();
  // Set before the close frame goes out: nothing may follow it (section 5.5.1).
  #closeSent = false;
  #aborted = false;

  constructor(stream: ByteStream, reader: ByteReader, protocol: string) {
    this.#stream = stream;
    this.#reader = reader;
    this.protocol = protocol;
  }

  run(listener: (event: WebSocketEvent) => void | Promise<void>): void {
    // A listener that fails has nobody to tell: the connection ends.
    this.#receive(listener).catch(() => this.abort());
  }

  send(data: string | Uint8Array): Promise<void> {
    if (this.#closeSent) return Promise.resolve();
    return typeof data === 'string'
      ? this.#write(Opcode.text, new TextEncoder().encode(data))
      : this.#write(Opcode.binary, data);
  }

  async close(code: number | undefined, reason: string): Promise<void> {
    if (this.#closeSent) return;
    this.#closeSent = true;
    await this.#write(Opcode.close, closePayload(code, reason));
  }

  abort(): void {
    this.#aborted = true;
    this.#stream.close();
  }

  async #receive(listener: (event: WebSocketEvent) => void | Promise<void>): Promise<void> {
    // 1006 is never on the wire (section 7.4.1): it is what a page is told when no close frame came.
    let end: Extract<WebSocketEvent, { type: 'close' }> = { type: 'close', code: 1006, reason: '', clean: false };
    try {
      end = await this.#readUntilClose(listener);
    } catch (error) {
      // A broken server is told so (section 7.1.7); a broken connection cannot be.
      if (error instanceof CloseWith) {
        end = { type: 'close', code: 1006, reason: error.message, clean: false };
        await this.close(error.code, '').catch(() => undefined);
      }
    }
    this.#stream.close();
    if (!this.#aborted) await listener(end);
  }

  async #readUntilClose(
    listener: (event: WebSocketEvent) => void | Promise<void>,
  ): Promise<Extract<WebSocketEvent, { type: 'close' }>> {
    let parts: Uint8Array<ArrayBuffer>[] = [];
    let type: number | undefined;
    let size = 0;
    for (;;) {
      const frame = await this.#readFrame();
      switch (frame.opcode) {
        case Opcode.ping:
          if (!this.#closeSent) await this.#write(Opcode.pong, frame.payload);
          continue;
        case Opcode.pong:
          continue;
        case Opcode.close: {
          const { code, reason } = readClose(frame.payload);
          // Answered with what came (section 5.5.1), unless this is the answer.
          if (!this.#closeSent) await this.close(code === 1005 ? undefined : code, reason).catch(() => undefined);
          return { type: 'close', code, reason, clean: true };
        }
        case Opcode.text:
        case Opcode.binary:
          if (type !== undefined) throw new CloseWith(1002, 'a new message began inside another');
          type = frame.opcode;
          break;
        case Opcode.continuation:
          if (type === undefined) throw new CloseWith(1002, 'a continuation without a beginning');
          break;
        default:
          throw new CloseWith(1002, `opcode ${frame.opcode}`);
      }
      size += frame.payload.length;
      if (size > MAX_MESSAGE_BYTES) throw new CloseWith(1009, `a message of more than ${MAX_MESSAGE_BYTES} bytes`);
      parts.push(frame.payload);
      if (!frame.final) continue;
      const payload = joinParts(parts);
      // Awaited: while the page's side is slow nothing more is read, and the server is held back.
      await listener({ type: 'message', data: type === Opcode.text ? decodeText(payload) : payload });
      parts = [];
      type = undefined;
      size = 0;
    }
  }

  /** Section 5.2. A server's frame is never masked. */
  async #readFrame(): Promise<Frame> {
    const [first = 0, second = 0] = await this.#reader.readExactly(2);
    const opcode = first & 0x0f;
    const final = (first & 0x80) !== 0;
    if ((first & 0x70) !== 0) throw new CloseWith(1002, 'a reserved bit is set');
    if ((second & 0x80) !== 0) throw new CloseWith(1002, 'a frame from the server is masked');
    let length = second & 0x7f;
    // Section 5.5: control frames fit in one frame of 125 bytes,
    // so that they can come between the parts of a message.
    if (opcode >= 0x8 && (length > 125 || !final)) throw new CloseWith(1002, 'a control frame is long or in parts');
    if (length === 126) {
      const [high = 0, low = 0] = await this.#reader.readExactly(2);
      length = high * 256 + low;
    } else if (length === 127) {
      const bytes = await this.#reader.readExactly(8);
      // Refused before memory is asked for: the length is only a claim.
      const long = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
      if (long > BigInt(MAX_MESSAGE_BYTES)) throw new CloseWith(1009, `a frame of ${long} bytes`);
      length = Number(long);
    }
    // A copy: the reader's buffer is written to again.
    return { final, opcode, payload: (await this.#reader.readExactly(length)).slice() };
  }

  #write(opcode: number, payload: Uint8Array): Promise<void> {
    const frame = encodeFrame(opcode, payload);
    this.#writing = this.#writing.then(() => this.#stream.write(frame));
    // The caller sees a failure once; later writes must not fail for it again.
    const written = this.#writing;
    this.#writing = written.catch(() => undefined);
    return written;
  }
}

/** A masked frame (section 5.3), whole message in one. */
function encodeFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const extended = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
  const frame = new Uint8Array(2 + extended + 4 + payload.length);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extended === 0 ? payload.length : extended === 2 ? 126 : 127);
  if (extended === 2) view.setUint16(2, payload.length);
  if (extended === 8) view.setBigUint64(2, BigInt(payload.length));
  const mask = frame.subarray(2 + extended, 6 + extended);
  // Section 5.3: a key nobody can foresee, so that no
  // page can write what a proxy takes for a request.
  crypto.getRandomValues(mask);
  const body = frame.subarray(6 + extended);
  for (let at = 0; at < payload.length; at++) body[at] = (payload[at] ?? 0) ^ (mask[at & 3] ?? 0);
  return frame;
}

function closePayload(code: number | undefined, reason: string): Uint8Array {
  if (code === undefined) return new Uint8Array();
  // A control frame's payload is 125 bytes at most, two of which are the code.
  const text = new TextEncoder().encode(reason).subarray(0, 123);
  const payload = new Uint8Array(2 + text.length);
  new DataView(payload.buffer).setUint16(0, code);
  payload.set(text, 2);
  return payload;
}

function readClose(payload: Uint8Array): { code: number; reason: string } {
  if (payload.length === 0) return { code: 1005, reason: '' };
  if (payload.length === 1) throw new CloseWith(1002, 'half a close code');
  const code = new DataView(payload.buffer, payload.byteOffset).getUint16(0);
  return { code, reason: decodeText(payload.subarray(2)) };
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes as Uint8Array<ArrayBuffer>);
  } catch {
    throw new CloseWith(1007, 'text that is not UTF-8');
  }
}

function joinParts(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return joinBytes(parts);
}
