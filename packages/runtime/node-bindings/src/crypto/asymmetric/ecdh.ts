import { codedError } from '@slipway/node-values';
import { type EcCurve, fromBigInt, toBigInt } from '@slipway/codecs';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import { randomSecret } from './key-pair-jobs.ts';
import type { SignatureParts } from './signatures.ts';

const bufferOf = (realm: Realm, bytes: Uint8Array): Foreign =>
  realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));
const failed = (what: string): Error => codedError(Error, 'ERR_CRYPTO_OPERATION_FAILED', what);
const isInfinity = (point: Uint8Array): boolean => point.length === 1;

/** The EC curve of OpenSSL's name for it, NIST's will not do here; throws ERR_CRYPTO_INVALID_CURVE. */
export const mustFind = (parts: SignatureParts, name: string): EcCurve => {
  const curve = parts.codec().keys.curves.byName(name);
  if (curve === undefined) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_CURVE', 'Invalid EC curve name');
  return curve;
};
/**
 * ECPointFromBuffer: uncompressed, or a single 0 for infinity, which is a point here and no key anywhere else;
 * `undefined` where the bytes are no point of the curve.
 */
export const readPoint = (parts: SignatureParts, curve: EcCurve, point: Foreign): Uint8Array | undefined => {
  const bytes = Uint8Array.from(bytesOf(point));
  if (bytes.length === 1 && bytes[0] === 0) return bytes;
  try {
    return parts.codec().keys.ecFromPoint(curve, bytes).point;
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
    this.#curve = mustFind(parts, name);
  }

  generateKeys(): void {
    this.#adopt(randomSecret(this.#curve, this.#parts));
  }

  computeSecret(other: Foreign): Foreign {
    if (this.#isTorn()) throw codedError(RangeError, 'ERR_CRYPTO_INVALID_KEYPAIR', 'Invalid key pair');
    const point = readPoint(this.#parts, this.#curve, other);
    // Text: lib throws ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY.
    if (point === undefined) return 'ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY';
    if (this.#secret === null || isInfinity(point)) throw failed('Failed to compute ECDH key');
    return bufferOf(this.#realm, sharedX(this.#parts, this.#curve, this.#secret, point));
  }

  /** EC_KEY_check_key: a public key that was set afterwards does not fit. */
  #isTorn(): boolean {
    if (this.#secret === null || this.#point === null) return false;
    // OpenSSL's check of a pair knows SM2 as a kind of its own, and no pair of this class as one of it.
    if (this.#curve.name === 'SM2') return true;
    const own = this.#parts.codec().keys.ecFromSecret(this.#curve, this.#secret).point;
    return own.length !== this.#point.length || own.some((byte, index) => byte !== this.#point![index]);
  }

  getPublicKey(form: number): Foreign {
    if (this.#point === null) throw failed('Failed to get ECDH public key');
    return bufferOf(this.#realm, this.#parts.codec().ecPoint(this.#curve, this.#point, form));
  }

  getPrivateKey(): Foreign {
    if (this.#secret === null) throw failed('Failed to get ECDH private key');
    // A number, without leading zeros.
    return bufferOf(this.#realm, fromBigInt(toBigInt(this.#secret)));
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
    const read = readPoint(this.#parts, this.#curve, point);
    if (read === undefined) throw failed('Failed to convert Buffer to EC_POINT');
    this.#point = read;
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
    .codec()
    .keys.curves.operations(curve)
    .getSharedSecret(secret, point, false)
    .slice(1, 1 + curve.fieldSize);
}
