import { concat } from './asymmetric/der.ts';

/** `internal/slipway/library/ciphers`: @noble/ciphers, one-shot functions over whole inputs. */
export interface CipherLibrary {
  ecb(key: Uint8Array, options: { disablePadding: true }): OneShot;
  cbc(key: Uint8Array, iv: Uint8Array, options: { disablePadding: true }): OneShot;
  aeskw(key: Uint8Array): OneShot;
  chacha20(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, output: undefined, counter: number): Uint8Array;
  readonly poly1305: { create(key: Uint8Array): { update(bytes: Uint8Array): unknown; digest(): Uint8Array } };
  readonly ghash: { create(key: Uint8Array): { update(bytes: Uint8Array): unknown; digest(): Uint8Array } };
}

interface OneShot {
  encrypt(bytes: Uint8Array): Uint8Array;
  decrypt(bytes: Uint8Array): Uint8Array;
}

/** A cipher that takes its input piece by piece, as EVP_CipherUpdate does. */
export interface CipherStream {
  update(bytes: Uint8Array): Uint8Array;
  /** What was held back. Block modes throw where the input is no whole number of blocks, or its padding is wrong. */
  finish(): Uint8Array;
}

/** Bytes: AES has one block size, whatever the key's. */
export const BLOCK = 16;

/** The two ways a block cipher's input can end wrong; OpenSSL names them. */
export class WrongFinalBlock extends Error {}
/** The last block was decrypted, and ends in no padding. */
export class BadPadding extends Error {}

/** Direction, and whether the last block is padded. */
export interface BlockOptions {
  readonly encrypt: boolean;
  /** Asked anew each time: setAutoPadding may come between two updates. */
  readonly padding: () => boolean;
}

/** ECB and CBC with PKCS#7 padding: whole blocks only, the rest is kept. */
export class BlockStream implements CipherStream {
  readonly #transform: (blocks: Uint8Array) => Uint8Array;
  readonly #options: BlockOptions;
  /** Less than a block, or the last whole one while decrypting. */
  #kept: Uint8Array = new Uint8Array(0);

  constructor(library: CipherLibrary, key: Uint8Array, iv: Uint8Array | null, options: BlockOptions) {
    this.#options = options;
    this.#transform =
      iv === null ? ecbTransform(library, key, options.encrypt) : cbcTransform(library, key, iv, options.encrypt);
  }

  update(bytes: Uint8Array): Uint8Array {
    const all = concat(this.#kept, bytes);
    // A decryption that strips padding cannot give out what may be the last block.
    const holdLast = !this.#options.encrypt && this.#options.padding() && all.length % BLOCK === 0 && all.length > 0;
    const whole = all.length - (all.length % BLOCK) - (holdLast ? BLOCK : 0);
    // A copy: a view would keep the whole chunk in memory.
    this.#kept = all.slice(whole);
    return whole === 0 ? new Uint8Array(0) : this.#transform(all.subarray(0, whole));
  }

  finish(): Uint8Array {
    const kept = this.#kept;
    if (this.#options.encrypt && this.#options.padding()) {
      // A whole block of padding where the text ends with a block (PKCS #7).
      const fill = BLOCK - kept.length;
      return this.#transform(concat(kept, new Uint8Array(fill).fill(fill)));
    }
    if (!this.#options.padding()) {
      // Without padding the input has to end with a block.
      if (kept.length !== 0) throw new WrongFinalBlock();
      return kept;
    }
    if (kept.length !== BLOCK) throw new WrongFinalBlock();
    const plain = this.#transform(kept);
    // PKCS #7: each byte of padding says how many there are.
    const fill = plain[BLOCK - 1] ?? 0;
    if (fill < 1 || fill > BLOCK || plain.subarray(BLOCK - fill).some((byte) => byte !== fill)) throw new BadPadding();
    return plain.slice(0, BLOCK - fill);
  }
}

/** A cipher object of the library encrypts once only, so each call takes a new one. */
function ecbTransform(library: CipherLibrary, key: Uint8Array, encrypt: boolean): (blocks: Uint8Array) => Uint8Array {
  return (blocks) => {
    const cipher = library.ecb(key, { disablePadding: true });
    return encrypt ? cipher.encrypt(blocks) : cipher.decrypt(blocks);
  };
}

function cbcTransform(
  library: CipherLibrary,
  key: Uint8Array,
  iv: Uint8Array,
  encrypt: boolean,
): (blocks: Uint8Array) => Uint8Array {
  // CBC across calls: the library starts anew each time, with this in place of the vector.
  let chain = iv;
  return (blocks) => {
    const cipher = library.cbc(key, chain, { disablePadding: true });
    const result = encrypt ? cipher.encrypt(blocks) : cipher.decrypt(blocks);
    // The next block is chained to the last ciphertext, wherever that is.
    chain = (encrypt ? result : blocks).slice(-BLOCK);
    return result;
  };
}

/** Counter mode; GCM counts in the last 32 bits, CTR in all 128 (or as many as Web Crypto says). */
export class CounterStream implements CipherStream {
  readonly #encrypt: (blocks: Uint8Array) => Uint8Array;
  readonly #counter: Uint8Array;
  readonly #counterBits: number;
  /** What is left of the last block of key stream: a piece may end within a block, the next goes on there. */
  #rest: Uint8Array = new Uint8Array(0);

  constructor(library: CipherLibrary, key: Uint8Array, counter: Uint8Array, counterBits: number) {
    this.#encrypt = ecbTransform(library, key, true);
    this.#counter = Uint8Array.from(counter);
    this.#counterBits = counterBits;
  }

  update(bytes: Uint8Array): Uint8Array {
    const stream = this.#keyStream(bytes.length);
    const result = new Uint8Array(bytes.length);
    for (let index = 0; index < bytes.length; index++) result[index] = bytes[index]! ^ stream[index]!;
    // Less than a block.
    this.#rest = stream.slice(bytes.length);
    return result;
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }

  #keyStream(length: number): Uint8Array {
    const missing = length - this.#rest.length;
    if (missing <= 0) return this.#rest;
    // All counter blocks of a call are encrypted at once, since each encryption makes a cipher object anew.
    const counters = new Uint8Array(Math.ceil(missing / BLOCK) * BLOCK);
    for (let at = 0; at < counters.length; at += BLOCK) {
      counters.set(this.#counter, at);
      this.#increment();
    }
    return concat(this.#rest, this.#encrypt(counters));
  }

  /** Big endian in the lowest `counterBits`; the bits above stay. */
  #increment(): void {
    const counter = this.#counter;
    let bits = this.#counterBits;
    for (let index = BLOCK - 1; bits > 0; index--, bits -= 8) {
      const mask = bits >= 8 ? 0xff : (1 << bits) - 1;
      const byte = counter[index]!;
      const next = (byte + 1) & mask;
      counter[index] = (byte & ~mask) | next;
      // The byte did not overflow: nothing to carry into the next.
      if (next !== 0) return;
    }
  }
}

/** GCM, NIST SP 800-38D. `tag` is what authenticates all that went through. */
export class GcmStream implements CipherStream {
  readonly #stream: CounterStream;
  readonly #hash: { update(bytes: Uint8Array): unknown; digest(): Uint8Array };
  /** The first counter block, encrypted: the mask of the tag (SP 800-38D, 7.1, step 7). */
  readonly #encryptedFirst: Uint8Array;
  readonly #encrypt: boolean;
  #aadLength = 0;
  #textLength = 0;
  /** Bytes GHASH has not seen, as it takes whole blocks. */
  #pending: Uint8Array = new Uint8Array(0);
  #aadOpen = true;

  constructor(library: CipherLibrary, key: Uint8Array, iv: Uint8Array, encrypt: boolean) {
    const encryptBlock = ecbTransform(library, key, true);
    // H: the zero block, encrypted (SP 800-38D, 7.1, step 1).
    const hashKey = encryptBlock(new Uint8Array(BLOCK));
    const first = firstCounter(library, hashKey, iv);
    this.#encryptedFirst = encryptBlock(first);
    this.#stream = new CounterStream(library, key, first, 32);
    // The first block of key stream encrypts the tag (SP 800-38D, 7.1); the text begins with the second.
    this.#stream.update(new Uint8Array(BLOCK));
    this.#hash = library.ghash.create(hashKey);
    this.#encrypt = encrypt;
  }

  /** Data beside the text; to be given before the first `update`. */
  authenticate(bytes: Uint8Array): void {
    this.#aadLength += bytes.length;
    this.#absorb(bytes);
  }

  update(bytes: Uint8Array): Uint8Array {
    // Data beside the text is over with the first byte of text.
    this.#endAad();
    const result = this.#stream.update(bytes);
    this.#textLength += bytes.length;
    // GHASH is over the ciphertext, in either direction.
    this.#absorb(this.#encrypt ? result : bytes);
    return result;
  }

  finish(): Uint8Array {
    return new Uint8Array(0);
  }

  /** All 16 bytes; the caller cuts it, and compares it when decrypting. Ends the stream. */
  tag(): Uint8Array {
    this.#endAad();
    this.#flush();
    this.#hash.update(lengths(this.#aadLength, this.#textLength));
    const hash = this.#hash.digest();
    return this.#encryptedFirst.map((byte, index) => byte ^ hash[index]!);
  }

  #endAad(): void {
    if (this.#aadOpen) this.#flush();
    this.#aadOpen = false;
  }

  /** GHASH works on whole blocks: the rest waits, and is filled up with zeros only at the end of a part. */
  #absorb(bytes: Uint8Array): void {
    const all = concat(this.#pending, bytes);
    const whole = all.length - (all.length % BLOCK);
    if (whole > 0) this.#hash.update(all.subarray(0, whole));
    this.#pending = all.slice(whole);
  }

  #flush(): void {
    if (this.#pending.length > 0)
      this.#hash.update(concat(this.#pending, new Uint8Array(BLOCK - this.#pending.length)));
    this.#pending = new Uint8Array(0);
  }
}

function firstCounter(library: CipherLibrary, hashKey: Uint8Array, iv: Uint8Array): Uint8Array {
  // SP 800-38D, 7.1, step 2: a nonce of 96 bits is used as it is, any other is hashed.
  if (iv.length === 12) return concat(iv, Uint8Array.of(0, 0, 0, 1));
  const hash = library.ghash.create(hashKey);
  hash.update(concat(iv, new Uint8Array((BLOCK - (iv.length % BLOCK)) % BLOCK)));
  hash.update(lengths(0, iv.length));
  return hash.digest();
}

/** The last block of GHASH: both lengths in bits, 64 bits each, big-endian (SP 800-38D, 7.1). */
function lengths(first: number, second: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(BLOCK));
  view.setBigUint64(0, BigInt(first) * 8n);
  view.setBigUint64(8, BigInt(second) * 8n);
  return new Uint8Array(view.buffer);
}
