import { GitError } from '../objects/git-error.ts';

/** What stands between the lines of a request or answer (gitprotocol-common(5), gitprotocol-v2(5)). */
export type Packet = { kind: 'data'; bytes: Uint8Array } | { kind: 'flush' } | { kind: 'delim' } | { kind: 'end' };

/** The longest packet, its four digits included. */
const PACKET_LIMIT = 65_520;
const MARKS: Readonly<Record<string, 'flush' | 'delim' | 'end'>> = { '0000': 'flush', '0001': 'delim', '0002': 'end' };

/** Ends a request or a section; its four digits are no length but a mark. */
export const FLUSH: Uint8Array = Buffer.from('0000', 'latin1');
/** Between the sections of one request of protocol 2. */
export const DELIMITER: Uint8Array = Buffer.from('0001', 'latin1');

/** Four hexadecimal digits of length in front, which count themselves. */
export function encodePacket(payload: string | Uint8Array): Uint8Array {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'utf8') : payload;
  const length = bytes.length + 4;
  if (length > PACKET_LIMIT) throw new Error(`Cannot write packet: ${bytes.length} bytes are too many`);
  return Buffer.concat([Buffer.from(length.toString(16).padStart(4, '0'), 'latin1'), bytes]);
}

/** Whose bytes a packet of a side band are: the pack's, words for people, or an error that ends it. */
export const BANDS = { data: 1, progress: 2, error: 3 } as const;

/** Bytes of one band, in as many packets as they need. */
export function encodeBand(band: number, bytes: Uint8Array): Uint8Array {
  const most = PACKET_LIMIT - 5;
  const packets: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += most)
    packets.push(encodePacket(Buffer.concat([Buffer.of(band), bytes.subarray(at, at + most)])));
  return packets.length === 1 && packets[0] ? packets[0] : Buffer.concat(packets);
}

/** Text of a data packet without the newline that may end it. */
export function packetText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/** Takes a stream apart into packets; what follows them (a pack) can be had as it comes. */
export class PacketReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #held: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next packet; `undefined` at the end of the stream. */
  async read(): Promise<Packet | undefined> {
    if (!(await this.#fill(4))) {
      if (this.#held.length === 0) return undefined;
      throw new GitError('bad-packet', 'the remote end hung up unexpectedly');
    }
    const digits = this.#held.toString('latin1', 0, 4);
    const mark = MARKS[digits];
    if (mark !== undefined) {
      this.#held = this.#held.subarray(4);
      return { kind: mark };
    }
    const length = /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : 0;
    if (length < 4 || length > PACKET_LIMIT)
      throw new GitError('bad-packet', `protocol error: bad line length ${JSON.stringify(digits)}`);
    if (!(await this.#fill(length))) throw new GitError('bad-packet', 'the remote end hung up unexpectedly');
    const bytes = this.#held.subarray(4, length);
    this.#held = this.#held.subarray(length);
    return { kind: 'data', bytes };
  }

  /** Everything that has not been read. */
  async *rest(): AsyncGenerator<Uint8Array> {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    if (held.length > 0) yield held;
    for (let next = await this.#source.next(); next.done !== true; next = await this.#source.next()) yield next.value;
  }

  /** Tells the sender that nobody reads on. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async #fill(length: number): Promise<boolean> {
    if (this.#held.length >= length) return true;
    const parts: Uint8Array[] = [this.#held];
    let have = this.#held.length;
    while (have < length) {
      const next = await this.#source.next();
      if (next.done === true) break;
      parts.push(next.value);
      have += next.value.length;
    }
    this.#held = Buffer.concat(parts);
    return have >= length;
  }
}
