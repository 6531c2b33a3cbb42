import type { Digest } from './wasm-digest.ts';

/** Each call a new digest: HMAC needs two at a time. */
type MakeDigest = () => Digest;

/** HMAC, RFC 2104. The two padded keys are hashed once and copied for each message. */
export class HmacDigest {
  readonly #inner: Digest;
  readonly #outer: Digest;

  constructor(make: MakeDigest, key: Uint8Array) {
    this.#inner = make();
    // Both with the key's block hashed in front (ipad 0x36, opad 0x5c).
    this.#outer = make();
    const padded = new Uint8Array(this.#inner.blockSize);
    // Longer keys are hashed first, shorter ones padded with zeros (RFC 2104, 2).
    padded.set(key.length > padded.length ? hashOf(make, key) : key);
    this.#inner.update(padded.map((byte) => byte ^ 0x36));
    this.#outer.update(padded.map((byte) => byte ^ 0x5c));
  }

  get outputSize(): number {
    return this.#inner.outputSize;
  }

  /** A message in pieces. The key's blocks are hashed once, in the constructor; each message begins with copies. */
  begin(): { update(bytes: Uint8Array): void; finish(): Uint8Array<ArrayBuffer> } {
    const inner = this.#inner.copy();
    return {
      update: (bytes) => inner.update(bytes),
      finish: () => {
        const outer = this.#outer.copy();
        outer.update(inner.finish());
        return outer.finish();
      },
    };
  }

  of(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
    const message = this.begin();
    for (const part of parts) message.update(part);
    return message.finish();
  }
}

/** One digest of one piece, for keys that are longer than a block (RFC 2104, 2). */
export function hashOf(make: MakeDigest, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const digest = make();
  digest.update(bytes);
  return digest.finish();
}

/** PBKDF2 (RFC 8018, 5.2) with HMAC. `length` in bytes. Blocks the thread for the whole time. */
export function pbkdf2(
  make: MakeDigest,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const hmac = new HmacDigest(make, password);
  const key = new Uint8Array(length);
  // Each block of output is a sum of its own, so the cost grows with `length` in steps of the digest's size.
  for (let block = 1, at = 0; at < length; block++, at += hmac.outputSize) {
    let last = hmac.of(salt, bigEndian32(block));
    const sum = last.slice();
    // `last` is U_1 already, the first of the rounds.
    for (let round = 1; round < iterations; round++) {
      last = hmac.of(last);
      for (let index = 0; index < sum.length; index++) sum[index]! ^= last[index]!;
    }
    // The last block may be cut.
    key.set(sum.subarray(0, length - at), at);
  }
  return key;
}

/** HKDF, RFC 5869. An absent salt is a block of zeros, which is what HMAC makes of an empty key. */
export function hkdf(
  make: MakeDigest,
  secret: Uint8Array,
  salt: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array<ArrayBuffer> {
  // Extract (2.2): the salt is the key, the secret the message; then expand (2.3).
  const hmac = new HmacDigest(make, new HmacDigest(make, salt).of(secret));
  const key = new Uint8Array(length);
  // T(0) is empty (RFC 5869, 2.3).
  let previous = new Uint8Array(0);
  // One byte of block number: callers have checked `hkdfLimit`.
  for (let block = 1, at = 0; at < length; block++, at += hmac.outputSize) {
    previous = hmac.of(previous, info, Uint8Array.of(block));
    key.set(previous.subarray(0, length - at), at);
  }
  return key;
}

/** The most HKDF can give: the block number is one byte. */
export function hkdfLimit(outputSize: number): number {
  return 255 * outputSize;
}

/** INT(i) of PBKDF2: four bytes, most significant first. */
function bigEndian32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
