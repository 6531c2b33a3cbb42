/** AES-OCB (RFC 7253), which no package has: the mode alone, over the block cipher of @noble/ciphers. */
import type { AeadStream } from './aead-streams.ts';
import { BLOCK, type CipherLibrary } from './aes-stream.ts';
import { concat } from './asymmetric/der.ts';

/** RFC 7253, 2: doubling in GF(2^128). */
function double(block: Uint8Array): Uint8Array {
  const carry = block[0]! >> 7;
  const shifted = block.map((byte, index) => ((byte << 1) | ((block[index + 1] ?? 0) >> 7)) & 0xff);
  shifted[BLOCK - 1]! ^= carry * 0x87;
  return shifted;
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, index) => byte ^ b[index]!);

/** A last piece that is no whole block: one bit, then zeros. */
function padded(piece: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK);
  block.set(piece);
  block[piece.length] = 0x80;
  return block;
}

/** Authenticated data in pieces; whole blocks come out at once, what is left of the last one at the end. */
export class OcbStream implements AeadStream {
  readonly #encipher: (blocks: Uint8Array) => Uint8Array;
  readonly #decipher: (blocks: Uint8Array) => Uint8Array;
  readonly #encrypt: boolean;
  /** L_*, L_$ and L_0, L_1, … as far as they were needed (4.1). */
  readonly #star: Uint8Array;
  readonly #dollar: Uint8Array;
  readonly #doubled: Uint8Array[];
  #offset: Uint8Array;
  #checksum: Uint8Array = new Uint8Array(BLOCK);
  #blocks = 0;
  #held: Uint8Array = new Uint8Array(0);
  #aad: Uint8Array = new Uint8Array(0);
  #tag: Uint8Array | null = null;

  /** `tagLength` in bytes: it is part of the nonce. The vector has 1 to 15 bytes. */
  constructor(library: CipherLibrary, key: Uint8Array, iv: Uint8Array, encrypt: boolean, tagLength: number) {
    // The library makes one for each use.
    this.#encipher = (blocks) => library.ecb(key, { disablePadding: true }).encrypt(blocks);
    this.#decipher = (blocks) => library.ecb(key, { disablePadding: true }).decrypt(blocks);
    this.#encrypt = encrypt;
    this.#star = this.#encipher(new Uint8Array(BLOCK));
    this.#dollar = double(this.#star);
    this.#doubled = [double(this.#dollar)];
    this.#offset = this.#firstOffset(iv, tagLength);
  }

  authenticate(bytes: Uint8Array): void {
    this.#aad = concat(this.#aad, bytes);
  }

  update(bytes: Uint8Array): Uint8Array {
    const all = this.#held.length === 0 ? bytes : concat(this.#held, bytes);
    const whole = all.length - (all.length % BLOCK);
    this.#held = all.slice(whole);
    if (whole === 0) return new Uint8Array(0);
    // All offsets first, so that the block cipher is called once.
    const offsets = new Uint8Array(whole);
    for (let at = 0; at < whole; at += BLOCK) {
      this.#offset = xor(this.#offset, this.#doubledFor(++this.#blocks));
      offsets.set(this.#offset, at);
    }
    const input = all.slice(0, whole);
    const masked = xor(input, offsets);
    const output = xor(this.#encrypt ? this.#encipher(masked) : this.#decipher(masked), offsets);
    const plain = this.#encrypt ? input : output;
    for (let at = 0; at < whole; at += BLOCK) this.#checksum = xor(this.#checksum, plain.subarray(at, at + BLOCK));
    return output;
  }

  finish(): Uint8Array {
    const held = this.#held;
    let output: Uint8Array = new Uint8Array(0);
    if (held.length > 0) {
      this.#offset = xor(this.#offset, this.#star);
      const pad = this.#encipher(this.#offset);
      output = held.map((byte, index) => byte ^ pad[index]!);
      this.#checksum = xor(this.#checksum, padded(this.#encrypt ? held : output));
    }
    const last = this.#encipher(xor(xor(this.#checksum, this.#offset), this.#dollar));
    this.#tag = xor(last, this.#hash());
    this.#held = new Uint8Array(0);
    return output;
  }

  tag(): Uint8Array {
    if (this.#tag === null) this.finish();
    return this.#tag!;
  }

  /** RFC 7253, 4.2, "Nonce-dependent and per-encryption variables". */
  #firstOffset(iv: Uint8Array, tagLength: number): Uint8Array {
    const nonce = new Uint8Array(BLOCK);
    nonce[0] = ((tagLength * 8) % 128) << 1;
    nonce.set(iv, BLOCK - iv.length);
    nonce[BLOCK - 1 - iv.length]! |= 1;
    const bottom = nonce[BLOCK - 1]! & 63;
    nonce[BLOCK - 1]! &= 0xc0;
    const top = this.#encipher(nonce);
    const stretch = concat(top, xor(top.slice(0, 8), top.slice(1, 9)));
    const [bytes, bits] = [bottom >> 3, bottom & 7];
    return new Uint8Array(BLOCK).map(
      (_, index) =>
        ((stretch[index + bytes]! << bits) | (bits === 0 ? 0 : stretch[index + bytes + 1]! >> (8 - bits))) & 0xff,
    );
  }

  /** L of the number of zero bits at the end of a block's number. */
  #doubledFor(number: number): Uint8Array {
    const zeros = 31 - Math.clz32(number & -number);
    while (this.#doubled.length <= zeros) this.#doubled.push(double(this.#doubled.at(-1)!));
    return this.#doubled[zeros]!;
  }

  /** RFC 7253, 4.1: the data beside the text. */
  #hash(): Uint8Array {
    let offset: Uint8Array = new Uint8Array(BLOCK);
    let sum: Uint8Array = new Uint8Array(BLOCK);
    for (let at = 0, number = 1; at < this.#aad.length; at += BLOCK, number++) {
      const piece = this.#aad.subarray(at, at + BLOCK);
      const isWhole = piece.length === BLOCK;
      offset = xor(offset, isWhole ? this.#doubledFor(number) : this.#star);
      sum = xor(sum, this.#encipher(xor(isWhole ? piece : padded(piece), offset)));
    }
    return sum;
  }
}
