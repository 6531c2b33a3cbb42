import type { Realm } from '../realm/realm.ts';
import { CryptoJob, JobMode } from './jobs.ts';
import type { KeyHandle } from './key-handle.ts';

/** The quota of one `getRandomValues` (Web Cryptography API, 10.1.1). */
const RANDOM_QUOTA = 65_536;

/** Arguments of SecretKeyGenJob; the last three only for Web Crypto, `bits` a multiple of eight. */
export type SecretKeyArguments = [mode: number, bits: number, algorithm: unknown, usages: number, extractable: boolean];

/** How the result is wrapped: a handle for KeyObjects, around that a CryptoKey for Web Crypto. */
export interface SecretKeyParts {
  secretHandle(secret: Uint8Array): KeyHandle;
  makeCryptoKey(handle: KeyHandle, algorithm: unknown, usages: number, extractable: boolean): object;
}

/**
 * generateKey and subtle.generateKey: (mode, bits[, algorithm, usages, extractable]).
 * Reference: SecretKeyGenTraits in Node src/crypto/crypto_keygen.cc.
 */
export class SecretKeyJob extends CryptoJob {
  readonly #parts: SecretKeyParts;
  readonly #bits: number;
  readonly #cryptoKey: readonly [algorithm: unknown, usages: number, extractable: boolean] | null;

  constructor(
    realm: Realm,
    parts: SecretKeyParts,
    ...[mode, bits, algorithm, usages, extractable]: SecretKeyArguments
  ) {
    super(realm, mode);
    this.#parts = parts;
    this.#bits = bits;
    this.#cryptoKey = mode === JobMode.webCrypto ? [algorithm, usages, extractable] : null;
  }

  protected override compute(): unknown {
    // Bits are whole bytes, lib has checked; odd ones are dropped as in C++.
    const secret = new Uint8Array(Math.floor(this.#bits / 8));
    for (let at = 0; at < secret.length; at += RANDOM_QUOTA)
      this.realm.host.crypto.getRandomValues(secret.subarray(at, at + RANDOM_QUOTA));
    const handle = this.#parts.secretHandle(secret);
    if (this.#cryptoKey === null) return handle;
    return this.#parts.makeCryptoKey(handle, ...this.#cryptoKey);
  }
}
