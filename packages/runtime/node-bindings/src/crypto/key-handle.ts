import { codedError } from '@slipway/node-values';
import { plain } from '../realm/bytes.ts';
import { handleClone } from '../handles/message-value.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { fromBigInt, type AsymmetricKey, isEc, isOkp, isRsa, withoutSecret, bitLength } from '@slipway/codecs';
import type { KeyCodec, KeyEncodings, KeyInput } from './asymmetric/key-codec.ts';

/** `kKeyType*` of the binding: 0 secret, 1 public, 2 private in the pinned Node; read from the dump. */
export interface KeyConstants extends KeyEncodings {
  readonly kKeyTypeSecret: number;
  readonly kKeyTypePublic: number;
  readonly kKeyTypePrivate: number;
}

/**
 * A key behind lib's KeyObject and CryptoKey. Reference: KeyObjectHandle in Node src/crypto/crypto_keys.cc. Either
 * `#secret` or `#asymmetric` is set, once, by `init` or `adopt`;
 * keys never change afterwards, so they may be shared.
 */
export class KeyHandle {
  readonly #realm: Realm;
  readonly #constants: KeyConstants;
  readonly #codec: () => KeyCodec;
  #type = 0;
  #secret: Uint8Array | null = null;
  #asymmetric: AsymmetricKey | null = null;

  constructor(realm: Realm, constants: KeyConstants, codec: () => KeyCodec) {
    this.#realm = realm;
    this.#constants = constants;
    this.#codec = codec;
  }

  /** Not a copy: for use within the call. Throws for asymmetric keys, which lib has sorted out before. */
  static secretOf(handle: KeyHandle): Uint8Array {
    if (handle.#secret === null) throw new Error('Cannot use the key: it is not a secret key');
    return handle.#secret;
  }

  /** The key of an argument list of lib: a handle, or what it is to be read from. */
  static asymmetricOf(codec: KeyCodec, input: KeyInput, isPrivate: boolean): AsymmetricKey {
    if (!(input.data instanceof KeyHandle)) return codec.read(input, isPrivate);
    return input.data.#key();
  }

  /** For keys that are made here instead of read: a pair just generated, a key of another thread. */
  static adopt(handle: KeyHandle, key: AsymmetricKey, type: number): void {
    handle.#asymmetric = key;
    handle.#type = type;
  }

  init(
    type: number,
    data: Foreign,
    format?: number | null,
    encoding?: number | string | null,
    passphrase?: Foreign,
    namedCurve?: string | null,
  ): void {
    const { kKeyTypeSecret, kKeyTypePrivate, kKeyFormatJWK } = this.#constants;
    this.#type = type;
    if (type === kKeyTypeSecret) {
      if (format === kKeyFormatJWK) {
        if (typeof data.k !== 'string') throw codedError(TypeError, 'ERR_CRYPTO_INVALID_JWK', 'Invalid JWK data');
        // Copied: the program's buffer is its own to change.
        this.#secret = Uint8Array.from(plain(this.#realm.requireBuiltin('buffer').Buffer.from(data.k, 'base64url')));
      } else this.#secret = Uint8Array.from(plain(data));
      return;
    }
    const isPrivate = type === kKeyTypePrivate;
    const key = KeyHandle.asymmetricOf(
      this.#codec(),
      { data, format, type: encoding, passphrase, namedCurve },
      isPrivate,
    );
    // A private key given as a public one must not keep what it should not have.
    this.#asymmetric = isPrivate ? key : withoutSecret(key);
  }

  getKeyType(): number {
    return this.#type;
  }

  getSymmetricKeySize(): number {
    return KeyHandle.secretOf(this).length;
  }

  getAsymmetricKeyType(): string {
    return this.#key().kind;
  }

  /** KeyObjectHandle::GetKeyDetail: what `keyObject.asymmetricKeyDetails` shows; nothing for Ed25519 and its like. */
  keyDetail(target: Foreign): Foreign {
    const key = this.#key();
    if (isEc(key)) return Object.assign(target, { namedCurve: key.curve.name });
    if (!isRsa(key)) return target;
    const { n, e } = key.numbers;
    // lib makes a bigint of the big-endian bytes.
    Object.assign(target, { modulusLength: bitLength(n), publicExponent: fromBigInt(e).buffer });
    if (key.restriction === null) return target;
    const { hash, maskHash, saltLength } = key.restriction;
    return Object.assign(target, { hashAlgorithm: hash, mgf1HashAlgorithm: maskHash, saltLength });
  }

  /** KeyObjectHandle::CheckEcKeyData. A point off its curve never becomes a key: it was checked when it was read. */
  checkEcKeyData(): boolean {
    return isEc(this.#key());
  }

  /** Secret keys have no encoding: their bytes as they are. */
  export(format?: number, type?: number, cipher?: string | null, passphrase?: Foreign): Foreign {
    if (this.#secret !== null) return this.#buffer(this.#secret);
    return this.#codec().write(this.#key(), this.#isPrivate, format!, type!, cipher, passphrase);
  }

  exportJwk(target: Foreign): Foreign {
    if (this.#secret !== null)
      return Object.assign(target, { kty: 'oct', k: this.#buffer(this.#secret).toString('base64url') });
    return this.#codec().writeJwk(this.#key(), this.#isPrivate, target);
  }

  exportECPublicRaw(form: number): Foreign {
    const key = this.#key();
    if (!isEc(key)) throw this.#incompatible();
    return this.#buffer(this.#codec().ecPoint(key.curve, key.point, form));
  }

  exportECPrivateRaw(): Foreign {
    const key = this.#key();
    if (!isEc(key) || key.secret === null) throw this.#incompatible();
    return this.#buffer(key.secret);
  }

  rawPublicKey(): Foreign {
    const key = this.#key();
    if (!isOkp(key)) throw this.#incompatible();
    return this.#buffer(key.point);
  }

  rawPrivateKey(): Foreign {
    const key = this.#key();
    if (!isOkp(key) || key.secret === null) throw this.#incompatible();
    return this.#buffer(key.secret);
  }

  /** Seeds belong to post-quantum keys alone. */
  rawSeed(): never {
    throw this.#incompatible();
  }

  equals(other: KeyHandle): boolean {
    // By their encoding: the same key may have come as PEM and as JWK. lib has compared the types.
    const [a, b] = [this.#comparable(), other.#comparable()];
    return a.length === b.length && a.every((byte, index) => byte === b[index]);
  }

  /** Travels between threads by value: what is posted is the key itself, not a place in this thread. */
  [handleClone](): { binding: string; data: unknown } {
    return { binding: 'crypto', data: { what: 'handle', ...this.cloneData() } };
  }

  cloneData(): { readonly type: number; readonly secret: Uint8Array | null; readonly key: AsymmetricKey | null } {
    return { type: this.#type, secret: this.#secret?.slice() ?? null, key: this.#asymmetric };
  }

  get #isPrivate(): boolean {
    return this.#type === this.#constants.kKeyTypePrivate;
  }

  #comparable(): Uint8Array {
    if (this.#secret !== null) return this.#secret;
    const { keys } = this.#codec();
    const own = this.#key();
    // By name wherever there is one: how the curve was written makes no other key.
    const key = isEc(own) ? { ...own, explicit: own.curve.oid === null } : own;
    return this.#isPrivate ? keys.toPkcs8(key) : keys.toSpki(key);
  }

  #key(): AsymmetricKey {
    if (this.#asymmetric === null) throw new Error('Cannot use the key: it is not an asymmetric key');
    return this.#asymmetric;
  }

  #buffer(bytes: Uint8Array): Foreign {
    return this.#realm.requireBuiltin('buffer').Buffer.from(Uint8Array.from(bytes).buffer);
  }

  #incompatible(): Error {
    return codedError(
      Error,
      'ERR_CRYPTO_INCOMPATIBLE_KEY_OPTIONS',
      'The selected key encoding is not available for this type of key',
    );
  }
}
