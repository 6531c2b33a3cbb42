/**
 * Messages of PostgreSQL's protocol, version 3.0 ("Message Formats" in its manual): a type of one letter, a length that
 * counts itself, a body. The first message of a connection has no type.
 */

/** `body` is a view into `bytes` and no copy. */
export interface Frame {
  readonly type: string;
  /** With type and length. */
  readonly bytes: Buffer;
  readonly body: Buffer;
}

/** Longest message that is taken, as PQ_LARGE_MESSAGE_LIMIT of the server allows too. */
const FRAME_LIMIT_BYTES = 256 * 1024 * 1024;

const HEAD_BYTES = 5;

/** What is not whole is kept until more comes. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
  }

  /** The first message of a connection: its body, or undefined while it is not whole. */
  first(): Buffer | undefined {
    if (this.#rest.length < 4) return undefined;
    const length = this.#rest.readInt32BE(0);
    checkLength(length);
    if (this.#rest.length < length) return undefined;
    const body = this.#rest.subarray(4, length);
    this.#rest = this.#rest.subarray(length);
    return body;
  }

  next(): Frame | undefined {
    if (this.#rest.length < HEAD_BYTES) return undefined;
    const length = this.#rest.readInt32BE(1);
    checkLength(length);
    if (this.#rest.length < 1 + length) return undefined;
    const bytes = this.#rest.subarray(0, 1 + length);
    this.#rest = this.#rest.subarray(1 + length);
    return { type: String.fromCharCode(bytes[0] ?? 0), bytes, body: bytes.subarray(HEAD_BYTES) };
  }
}

/** For an answer that is complete: a message cut off at the end is dropped. */
export function splitFrames(bytes: Uint8Array): Frame[] {
  const reader = new FrameReader();
  reader.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const frames: Frame[] = [];
  for (let frame = reader.next(); frame !== undefined; frame = reader.next()) frames.push(frame);
  return frames;
}

/** The length counts itself, but not the byte of the type. */
export function makeFrame(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(4 + body.length, 1);
  return Buffer.concat([head, body]);
}

/** It has no byte for a type: length, version, then pairs that each end in a zero. */
export function makeStartup(parameters: Readonly<Record<string, string>>): Buffer {
  const fields = Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`);
  const body = Buffer.from(`${fields.join('')}\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + body.length, 0);
  head.writeInt32BE(PROTOCOL, 4);
  return Buffer.concat([head, body]);
}

/** Version 3.0, as a startup message has it: 3 << 16. */
export const PROTOCOL = 196_608;

/** ErrorResponse: severity twice (the second is never translated), SQLSTATE, text. */
export function makeError(severity: 'ERROR' | 'FATAL', code: string, message: string): Buffer {
  return makeFrame('E', Buffer.from(`S${severity}\0V${severity}\0C${code}\0M${message}\0\0`));
}

/** ReadyForQuery: `I` idle, `T` in a transaction, `E` in one that has failed. */
export function makeReady(status: 'I' | 'T' | 'E'): Buffer {
  return makeFrame('Z', Buffer.from(status));
}

/** Text up to the zero that ends it, and where the next field begins. */
export function readText(body: Buffer, at: number): readonly [text: string, next: number] {
  const end = body.indexOf(0, at);
  if (end === -1) throw new RangeError('Cannot read a message: a text has no end');
  return [body.toString('utf8', at, end), end + 1];
}

function checkLength(length: number): void {
  if (length < 4 || length > FRAME_LIMIT_BYTES) throw new RangeError(`Cannot read a message: its length is ${length}`);
}
