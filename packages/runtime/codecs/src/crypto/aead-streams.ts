/** Authenticated ciphers beside GCM: ChaCha20-Poly1305 (RFC 8439) and CCM (NIST SP 800-38C). */
import { BLOCK, type CipherLibrary, type CipherStream, CounterStream } from './aes-stream.ts';
import { concat } from './asymmetric/der.ts';

export interface AeadStream extends CipherStream {
  authenticate(bytes: Uint8Array): void;
  /** What authenticates all that went through, in full length. */
  tag(): Uint8Array;
}

const CHACHA_BLOCK = 64;

const padding = (length: number): Uint8Array => new Uint8Array((BLOCK - (length % BLOCK)) % BLOCK);

export class ChaChaPolyStream implements AeadStream {
  readonly #keyStreamOf: (blocks: number, from: number) => Uint8Array;
  readonly #mac: { update(bytes: Uint8Array): unknown; digest(): Uint8Array };
  readonly #encrypt: boolean;
  #rest: Uint8Array = new Uint8Array(0);
  /** The first block is the authenticator's key. */
  #block = 1;
  #aadLength = 0;
  #textLength = 0;

  constructor(library: CipherLibrary, key: Uint8Array, iv: Uint8Array, encrypt: boolean) {
    this.#keyStreamOf = (blocks, from) => library.chacha20(key, iv, new Uint8Array(blocks * CHACHA_BLOCK), undefined, from);
    this.#mac = library.poly1305.create(this.#keyStreamOf(1, 0).subarray(0, 32));
    this.#encrypt = encrypt;
  }

  authenticate(bytes: Uint8Array): void {
    this.#aadLength += bytes.length;
    this.#mac.update(bytes);
  }

  update(bytes: Uint8Array): Uint8Array {
    if (this.#textLength === 0 && bytes.length > 0) this.#mac.update(padding(this.#aadLength));
    const blocks = Math.max(0, Math.ceil((bytes.length - this.#rest.length) / CHACHA_BLOCK));
    const stream = blocks === 0 ? this.#rest : concat(this.#rest, this.#keyStreamOf(blocks, this.#block));
    this.#block += blocks;
    const result = bytes.map((byte, index) => byte ^ stream[index]!);
    this.#rest = stream.slice(bytes.length);
    this.#textLength += bytes.length;
    this.#mac.update(this.#encrypt ? result : bytes);
    return result;
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }

  tag(): Uint8Array {
    if (this.#textLength === 0) this.#mac.update(padding(this.#aadLength));
    const lengths = new DataView(new ArrayBuffer(16));
    lengths.setBigUint64(0, BigInt(this.#aadLength), true);
    lengths.setBigUint64(8, BigInt(this.#textLength), true);
    this.#mac.update(concat(padding(this.#textLength), new Uint8Array(lengths.buffer)));
    return this.#mac.digest();
  }
}

/** The length of the message stands in the first block: all of it must come in one piece. */
export class CcmStream implements AeadStream {
  readonly #library: CipherLibrary;
  readonly #key: Uint8Array;
  readonly #iv: Uint8Array;
  readonly #encrypt: boolean;
  readonly #tagLength: number;
  #aad: Uint8Array = new Uint8Array(0);
  #tag: Uint8Array | null = null;

  constructor(library: CipherLibrary, key: Uint8Array, iv: Uint8Array, encrypt: boolean, tagLength: number) {
    this.#library = library;
    this.#key = key;
    this.#iv = iv;
    this.#encrypt = encrypt;
    this.#tagLength = tagLength;
  }

  /** Bytes that a message with this nonce can have. */
  static mostBytes(ivLength: number): number {
    return ivLength <= 11 ? 2 ** 31 - 1 : 2 ** (8 * (15 - ivLength)) - 1;
  }

  get isDone(): boolean {
    return this.#tag !== null;
  }

  authenticate(bytes: Uint8Array): void {
    this.#aad = concat(this.#aad, bytes);
  }

  update(bytes: Uint8Array): Uint8Array {
    const counter = new CounterStream(this.#library, this.#key, this.#block(0), 8 * (15 - this.#iv.length));
    const first = counter.update(new Uint8Array(BLOCK));
    const result = counter.update(bytes);
    const mac = this.#macOf(this.#encrypt ? bytes : result);
    this.#tag = mac.map((byte, index) => byte ^ first[index]!);
    return result;
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }

  tag(): Uint8Array {
    if (this.#tag === null) this.update(new Uint8Array(0));
    return this.#tag!;
  }

  /** Flags, nonce, and a number in what is left. */
  #block(number: number, flags = 14 - this.#iv.length): Uint8Array {
    const block = new Uint8Array(BLOCK);
    block[0] = flags;
    block.set(this.#iv, 1);
    for (let at = BLOCK - 1, left = number; at > this.#iv.length; at--, left = Math.floor(left / 256)) block[at] = left % 256;
    return block;
  }

  #macOf(text: Uint8Array): Uint8Array {
    const flags = (this.#aad.length > 0 ? 0x40 : 0) | (((this.#tagLength - 2) / 2) << 3) | (14 - this.#iv.length);
    const { length } = this.#aad;
    const size = length === 0 ? [] : length < 0xff00 ? [length >> 8, length & 0xff] : [0xff, 0xfe, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
    const aad = concat(Uint8Array.from(size), this.#aad);
    const input = concat(this.#block(text.length, flags), aad, padding(aad.length), text, padding(text.length));
    return this.#library.cbc(this.#key, new Uint8Array(BLOCK), { disablePadding: true }).encrypt(input).slice(-BLOCK);
  }
}
