import { codedError } from '../../core/coded-error.ts';
import { plain } from '../../core/bytes.ts';
import { handleClone } from '../../processes/message-value.ts';
import type { Foreign, Realm } from '../../realm.ts';

export interface KeyConstants {
  readonly kKeyTypeSecret: number;
  readonly kKeyFormatJWK: number;
}

/**
 * A key behind lib's KeyObject and CryptoKey. Reference: KeyObjectHandle in Node
 * src/crypto/crypto_keys.cc. Secret keys only: asymmetric ones are refused.
 */
export class KeyHandle {
  readonly #realm: Realm;
  readonly #constants: KeyConstants;
  #secret: Uint8Array | null = null;

  constructor(realm: Realm, constants: KeyConstants) {
    this.#realm = realm;
    this.#constants = constants;
  }

  static secretOf(handle: KeyHandle): Uint8Array {
    if (handle.#secret === null) throw new Error('Cannot use the key: it was not initialised');
    return handle.#secret;
  }

  init(type: number, data: Foreign, format?: number | null): void {
    if (type !== this.#constants.kKeyTypeSecret) {
      throw codedError(Error, 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', 'Cannot read an asymmetric key: Slipway provides secret keys only');
    }
    if (format === this.#constants.kKeyFormatJWK) {
      if (typeof data.k !== 'string') throw codedError(TypeError, 'ERR_CRYPTO_INVALID_JWK', 'Invalid JWK data');
      this.#secret = Uint8Array.from(plain(this.#realm.requireBuiltin('buffer').Buffer.from(data.k, 'base64url')));
    } else this.#secret = Uint8Array.from(plain(data));
  }

  getKeyType(): number {
    return this.#constants.kKeyTypeSecret;
  }

  getSymmetricKeySize(): number {
    return KeyHandle.secretOf(this).length;
  }

  export(): Foreign {
    return this.#realm.requireBuiltin('buffer').Buffer.from(KeyHandle.secretOf(this));
  }

  exportJwk(target: Foreign): Foreign {
    const k: string = this.export().toString('base64url');
    return Object.assign(target, { kty: 'oct', k });
  }

  equals(other: KeyHandle): boolean {
    const [a, b] = [KeyHandle.secretOf(this), KeyHandle.secretOf(other)];
    return a.length === b.length && a.every((byte, index) => byte === b[index]);
  }

  /** Travels between threads by value. */
  [handleClone](): { binding: string; data: unknown } {
    return { binding: 'crypto', data: { what: 'handle', secret: KeyHandle.secretOf(this).slice() } };
  }
}
