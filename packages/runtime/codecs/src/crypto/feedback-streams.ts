/** Modes that make a stream of a block cipher by feeding it back (NIST SP 800-38A, 6.3 and 6.4), and ChaCha20 alone. */
import { BLOCK, type CipherLibrary, type CipherStream } from './aes-stream.ts';

/** ChaCha20's own. */
const CHACHA_BLOCK = 64;
const NOTHING = new Uint8Array(0);

/** CFB, in pieces of 128, 8 or 1 bits. */
export class CfbStream implements CipherStream {
  readonly #encipher: (block: Uint8Array) => Uint8Array;
  readonly #encrypt: boolean;
  readonly #bits: 1 | 8 | 128;
  #register: Uint8Array;
  /** Of 128 bits: what the register was enciphered to, and how much of it was used. */
  #mask: Uint8Array = NOTHING;
  #used = BLOCK;

  constructor(library: CipherLibrary, key: Uint8Array, iv: Uint8Array, encrypt: boolean, bits: 1 | 8 | 128) {
    // The library makes one for each use.
    this.#encipher = (block) => library.ecb(key, { disablePadding: true }).encrypt(block);
    this.#register = iv.slice();
    this.#encrypt = encrypt;
    this.#bits = bits;
  }

  update(bytes: Uint8Array): Uint8Array {
    return bytes.map((byte) =>
      this.#bits === 128 ? this.#whole(byte) : this.#bits === 8 ? this.#byte(byte) : this.#bitwise(byte),
    );
  }

  finish(): Uint8Array {
    return NOTHING;
  }

  #whole(byte: number): number {
    if (this.#used === BLOCK) {
      this.#mask = this.#encipher(this.#register);
      this.#register = this.#register.slice();
      this.#used = 0;
    }
    const result = byte ^ this.#mask[this.#used]!;
    // It is always the ciphertext that goes back.
    this.#register[this.#used++] = this.#encrypt ? result : byte;
    return result;
  }

  #byte(byte: number): number {
    const result = byte ^ this.#encipher(this.#register)[0]!;
    this.#register.copyWithin(0, 1);
    this.#register[BLOCK - 1] = this.#encrypt ? result : byte;
    return result;
  }

  #bitwise(byte: number): number {
    let result = 0;
    for (let bit = 7; bit >= 0; bit--) {
      const input = (byte >> bit) & 1;
      const output = input ^ (this.#encipher(this.#register)[0]! >> 7);
      result |= output << bit;
      const back = this.#encrypt ? output : input;
      this.#register = this.#register.map(
        (each, index) => ((each << 1) | (index === BLOCK - 1 ? back : this.#register[index + 1]! >> 7)) & 0xff,
      );
    }
    return result;
  }
}

/** OFB: the cipher's own output goes back, so both directions are the same. */
export class OfbStream implements CipherStream {
  readonly #encipher: (block: Uint8Array) => Uint8Array;
  #mask: Uint8Array;
  #used = BLOCK;

  constructor(library: CipherLibrary, key: Uint8Array, iv: Uint8Array) {
    // The library makes one for each use.
    this.#encipher = (block) => library.ecb(key, { disablePadding: true }).encrypt(block);
    this.#mask = iv.slice();
  }

  update(bytes: Uint8Array): Uint8Array {
    return bytes.map((byte) => {
      if (this.#used === BLOCK) {
        this.#mask = this.#encipher(this.#mask);
        this.#used = 0;
      }
      return byte ^ this.#mask[this.#used++]!;
    });
  }

  finish(): Uint8Array {
    return NOTHING;
  }
}

/** OpenSSL's chacha20: of its vector of 16 bytes the first four are the number of the first block. */
export class ChaChaStream implements CipherStream {
  readonly #keyStreamOf: (blocks: number) => Uint8Array;
  #block: number;
  #rest: Uint8Array = NOTHING;

  constructor(library: CipherLibrary, key: Uint8Array, iv: Uint8Array) {
    this.#block = new DataView(iv.buffer, iv.byteOffset, BLOCK).getUint32(0, true);
    const nonce = iv.slice(4);
    this.#keyStreamOf = (blocks) =>
      library.chacha20(key, nonce, new Uint8Array(blocks * CHACHA_BLOCK), undefined, this.#block);
  }

  update(bytes: Uint8Array): Uint8Array {
    const blocks = Math.max(0, Math.ceil((bytes.length - this.#rest.length) / CHACHA_BLOCK));
    const stream = new Uint8Array(this.#rest.length + blocks * CHACHA_BLOCK);
    stream.set(this.#rest);
    if (blocks > 0) stream.set(this.#keyStreamOf(blocks), this.#rest.length);
    this.#block += blocks;
    this.#rest = stream.slice(bytes.length);
    return bytes.map((byte, index) => byte ^ stream[index]!);
  }

  finish(): Uint8Array {
    return NOTHING;
  }
}
