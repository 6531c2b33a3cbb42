/** Authenticated ciphers beside GCM: ChaCha20-Poly1305 (RFC 8439) and CCM (NIST SP 800-38C). */
import { BLOCK, type CipherLibrary, type CipherStream, CounterStream } from './aes-stream.ts';
import { concat } from './asymmetric/der.ts';

/** A cipher that authenticates: data beside the text, a tag behind it. */
export interface AeadStream extends CipherStream {
  authenticate(bytes: Uint8Array): void;
  /** What authenticates all that went through, in full length. */
  tag(): Uint8Array;
}

const CHACHA_BLOCK = 64;

const padding = (length: number): Uint8Array => new Uint8Array((BLOCK - (length % BLOCK)) % BLOCK);

/** ChaCha20-Poly1305 (RFC 8439, 2.8) in pieces: the library does whole messages only, EVP_CipherUpdate does not. */
export class ChaChaPolyStream implements AeadStream {
  readonly #keyStreamOf: (blocks: number, from: number) => Uint8Array;
  readonly #mac: { update(bytes: Uint8Array): unknown; digest(): Uint8Array };
  readonly #encrypt: boolean;
  /** Key stream of the last block that was not used yet. */
  #rest: Uint8Array = new Uint8Array(0);
  /** The next block of the key stream; block 0 became the authenticator's key (RFC 8439, 2.6). */
  #block = 1;
  #aadLength = 0;
  #textLength = 0;

  constructor(library: CipherLibrary, key: Uint8Array, iv: Uint8Array, encrypt: boolean) {
    this.#keyStreamOf = (blocks, from) =>
      library.chacha20(key, iv, new Uint8Array(blocks * CHACHA_BLOCK), undefined, from);
    this.#mac = library.poly1305.create(this.#keyStreamOf(1, 0).subarray(0, 32));
    this.#encrypt = encrypt;
  }

  authenticate(bytes: Uint8Array): void {
    this.#aadLength += bytes.length;
    this.#mac.update(bytes);
  }

  update(bytes: Uint8Array): Uint8Array {
    // The data beside the text is padded before the text begins (2.8).
    if (this.#textLength === 0 && bytes.length > 0) this.#mac.update(padding(this.#aadLength));
    const blocks = Math.max(0, Math.ceil((bytes.length - this.#rest.length) / CHACHA_BLOCK));
    const stream = blocks === 0 ? this.#rest : concat(this.#rest, this.#keyStreamOf(blocks, this.#block));
    this.#block += blocks;
    const result = bytes.map((byte, index) => byte ^ stream[index]!);
    this.#rest = stream.slice(bytes.length);
    this.#textLength += bytes.length;
    // It is always the ciphertext that is authenticated.
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
    // The length field has 15 - n bytes; where that is more than Node's INT_MAX, INT_MAX is the limit.
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
    // S0 encrypts the tag, the text begins with S1 (A.3).
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

  /** Flags, nonce, and a number in what is left. For counter blocks: q - 1 alone (A.3). */
  #block(number: number, flags = 14 - this.#iv.length): Uint8Array {
    const block = new Uint8Array(BLOCK);
    block[0] = flags;
    block.set(this.#iv, 1);
    for (let at = BLOCK - 1, left = number; at > this.#iv.length; at--, left = Math.floor(left / 256))
      block[at] = left % 256;
    return block;
  }

  #macOf(text: Uint8Array): Uint8Array {
    // B0 (A.2.1): whether there is data beside the text, the tag's length, the length field's size.
    const flags = (this.#aad.length > 0 ? 0x40 : 0) | (((this.#tagLength - 2) / 2) << 3) | (14 - this.#iv.length);
    const { length } = this.#aad;
    // A.2.2: two bytes below 2^16 - 2^8, else 0xfffe and four.
    const size =
      length === 0
        ? []
        : length < 0xff00
          ? [length >> 8, length & 0xff]
          : [0xff, 0xfe, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff];
    const aad = concat(Uint8Array.from(size), this.#aad);
    const input = concat(this.#block(text.length, flags), aad, padding(aad.length), text, padding(text.length));
    // CBC-MAC: the last block of a CBC encryption with a vector of zeros.
    return this.#library.cbc(this.#key, new Uint8Array(BLOCK), { disablePadding: true }).encrypt(input).slice(-BLOCK);
  }
}
