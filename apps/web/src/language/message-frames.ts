/**
 * The base protocol of LSP (specification 3.17, "Base Protocol"): a header of ASCII
 * lines, of which `Content-Length` counts the bytes of the JSON that follows.
 */

/** More than any answer to an editor; a server that says so is no server of ours. */
export const MOST_MESSAGE_BYTES = 32 * 1024 * 1024;
const MOST_HEADER_BYTES = 4096;

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();
const HEADER_END = [13, 10, 13, 10];

/** `Content-Length` counts bytes of UTF-8, not characters (LSP 3.17, base protocol). */
export function encodeFrame(message: string): Uint8Array<ArrayBuffer> {
  const body = ENCODER.encode(message);
  const header = ENCODER.encode(`Content-Length: ${body.length}\r\n\r\n`);
  const frame = new Uint8Array(header.length + body.length);
  frame.set(header);
  frame.set(body, header.length);
  return frame;
}

/** Cuts what a program writes into messages, however the pipe has cut it. */
export class FrameReader {
  /**
   * What came and was not given out yet is at `#from..#to`; doubled when it is full, so that no byte is often moved.
   */
  #bytes = new Uint8Array(64 * 1024);
  #from = 0;
  #to = 0;
  #length: number | undefined;

  /** The messages that are whole now. Throws where the bytes are no message. */
  push(chunk: Uint8Array): string[] {
    this.#append(chunk);
    const messages: string[] = [];
    for (;;) {
      this.#length ??= this.#takeHeader();
      if (this.#length === undefined || this.#to - this.#from < this.#length) return messages;
      messages.push(DECODER.decode(this.#bytes.subarray(this.#from, this.#from + this.#length)));
      this.#from += this.#length;
      this.#length = undefined;
    }
  }

  #append(chunk: Uint8Array): void {
    const held = this.#to - this.#from;
    if (this.#to + chunk.length > this.#bytes.length) {
      const size = Math.max(this.#bytes.length, 64 * 1024);
      const bytes = held + chunk.length > size ? new Uint8Array(2 * (held + chunk.length)) : this.#bytes;
      bytes.set(this.#bytes.subarray(this.#from, this.#to));
      this.#bytes = bytes;
      this.#from = 0;
      this.#to = held;
    }
    this.#bytes.set(chunk, this.#to);
    this.#to += chunk.length;
  }

  #takeHeader(): number | undefined {
    const end = this.#headerEnd();
    if (end === undefined) {
      if (this.#to - this.#from > MOST_HEADER_BYTES) throw new Error('Cannot read a message: its header does not end');
      return undefined;
    }
    const header = DECODER.decode(this.#bytes.subarray(this.#from, end));
    const length = Number(/^content-length:\s*(\d{1,10})\s*$/im.exec(header)?.[1] ?? NaN);
    if (Number.isNaN(length)) throw new Error('Cannot read a message: its header has no length');
    if (length > MOST_MESSAGE_BYTES) throw new Error(`Cannot read a message of ${length} bytes: it is too large`);
    this.#from = end + HEADER_END.length;
    return length;
  }

  #headerEnd(): number | undefined {
    const last = Math.min(this.#to, this.#from + MOST_HEADER_BYTES) - HEADER_END.length;
    for (let at = this.#from; at <= last; at++)
      if (HEADER_END.every((byte, offset) => this.#bytes[at + offset] === byte)) return at;
    return undefined;
  }
}
