import { codedError } from '@slipway/node-values';
import { type EcCurve, type EcKey, findCurve } from '@slipway/codecs';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import { randomSecret } from './key-pair-jobs.ts';
import type { SignatureParts } from './signatures.ts';

const bufferOf = (realm: Realm, bytes: Uint8Array): Foreign =>
  realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));

/** The EC curve of a name that OpenSSL knows; throws ERR_CRYPTO_INVALID_CURVE. */
export const mustFind = (name: string): EcCurve => {
  const curve = findCurve(name);
  if (curve === undefined) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_CURVE', 'Invalid EC curve name');
  return curve;
};
/** ECPointFromBuffer: `undefined` where the bytes are no point of the curve. */
export const readPoint = (parts: SignatureParts, curve: EcCurve, point: Foreign): EcKey | undefined => {
  try {
    return parts.codec().keys.ecFromPoint(curve, Uint8Array.from(bytesOf(point)));
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
};

/** One side of a key agreement. Reference: ECDH in Node src/crypto/crypto_ec.cc. */
export class EcdhHandle {
  readonly #realm: Realm;
  readonly #parts: SignatureParts;
  readonly #curve: EcCurve;
  #point: Uint8Array | null = null;
  #secret: Uint8Array | null = null;

  constructor(realm: Realm, parts: SignatureParts, name: string) {
    this.#realm = realm;
    this.#parts = parts;
    this.#curve = mustFind(name);
  }

  generateKeys(): void {
    this.#adopt(randomSecret(this.#curve.size, this.#parts, this.#curve.name));
  }

  computeSecret(other: Foreign): Foreign {
    const point = readPoint(this.#parts, this.#curve, other)?.point;
    // Text: lib throws ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY.
    if (point === undefined) return 'ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY';
    // A public key that was set afterwards has to fit (EC_KEY_check_key).
    const own = this.#secret === null ? null : this.#parts.codec().keys.ecFromSecret(this.#curve, this.#secret).point;
    if (
      this.#secret === null ||
      own === null ||
      this.#point === null ||
      own.some((byte, index) => byte !== this.#point![index])
    ) {
      throw codedError(Error, 'ERR_CRYPTO_INVALID_KEYPAIR', 'Invalid key pair');
    }
    return bufferOf(this.#realm, sharedX(this.#parts, this.#curve, this.#secret, point));
  }

  getPublicKey(form: number): Foreign {
    if (this.#point === null)
      throw codedError(Error, 'ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY', 'Failed to get ECDH public key');
    return bufferOf(this.#realm, this.#parts.codec().ecPoint(this.#point, form));
  }

  getPrivateKey(): Foreign {
    if (this.#secret === null)
      throw codedError(Error, 'ERR_CRYPTO_ECDH_INVALID_PRIVATE_KEY', 'Failed to get ECDH private key');
    return bufferOf(this.#realm, this.#secret);
  }

  setPrivateKey(secret: Foreign): void {
    try {
      this.#adopt(Uint8Array.from(bytesOf(secret)));
    } catch (error) {
      throw Object.assign(
        codedError(RangeError, 'ERR_CRYPTO_INVALID_KEYTYPE', 'Private key is not valid for specified curve.'),
        { cause: error },
      );
    }
  }

  setPublicKey(point: Foreign): void {
    const key = readPoint(this.#parts, this.#curve, point);
    if (key === undefined)
      throw codedError(Error, 'ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY', 'Failed to convert Buffer to EC_POINT');
    this.#point = key.point;
  }

  /** Throws where the secret is 0 or not below the curve's order; nothing is changed then. */
  #adopt(secret: Uint8Array): void {
    const key = this.#parts.codec().keys.ecFromSecret(this.#curve, secret);
    this.#point = key.point;
    this.#secret = key.secret;
  }
}

/** The first coordinate of the shared point: SEC 1, 3.3.1. */
export function sharedX(parts: SignatureParts, curve: EcCurve, secret: Uint8Array, point: Uint8Array): Uint8Array {
  return parts
    .curves()
    [curve.library].getSharedSecret(secret, point, false)
    .slice(1, 1 + curve.size);
}
