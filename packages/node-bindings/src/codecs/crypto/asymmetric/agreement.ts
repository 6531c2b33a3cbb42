import { codedError } from '../../../core/coded-error.ts';
import type { Foreign, Realm } from '../../../realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import type { Members } from '../hash-classes.ts';
import { CryptoJob } from '../jobs.ts';
import { KeyHandle } from '../key-handle.ts';
import { opensslError } from '../openssl-error.ts';
import { EC_CURVES, type EcCurve, findCurve } from './curves.ts';
import type { AsymmetricKey, EcKey } from './key.ts';
import { isEc, isRsa } from './key.ts';
import { randomSecret } from './key-pair-jobs.ts';
import type { SignatureParts } from './signatures.ts';

const UNCOMPRESSED = 4;

/** ECDH, ECDHConvertKey, DHBitsJob, getCurves. Reference: Node src/crypto/crypto_ec.cc, crypto_dh.cc. */
export function createAgreementClasses(realm: Realm, parts: SignatureParts): Members {
  const bufferOf = (bytes: Uint8Array): Foreign => realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));
  const mustFind = (name: string): EcCurve => {
    const curve = findCurve(name);
    if (curve === undefined) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_CURVE', 'Invalid EC curve name');
    return curve;
  };
  const readPoint = (curve: EcCurve, point: Foreign): EcKey | undefined => {
    try {
      return parts.codec().keys.ecFromPoint(curve, Uint8Array.from(bytesOf(point)));
    } catch (error) {
      if (error instanceof Error) return undefined;
      throw error;
    }
  };

  class ECDH {
    readonly #curve: EcCurve;
    #point: Uint8Array | null = null;
    #secret: Uint8Array | null = null;

    constructor(name: string) {
      this.#curve = mustFind(name);
    }

    generateKeys(): void {
      this.#adopt(randomSecret(this.#curve.size, parts, this.#curve.name));
    }

    computeSecret(other: Foreign): Foreign {
      const point = readPoint(this.#curve, other)?.point;
      // Text: lib throws ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY.
      if (point === undefined) return 'ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY';
      // A public key that was set afterwards has to fit (EC_KEY_check_key).
      const own = this.#secret === null ? null : parts.codec().keys.ecFromSecret(this.#curve, this.#secret).point;
      if (this.#secret === null || own === null || this.#point === null || own.some((byte, index) => byte !== this.#point![index])) {
        throw codedError(Error, 'ERR_CRYPTO_INVALID_KEYPAIR', 'Invalid key pair');
      }
      return bufferOf(sharedX(parts, this.#curve, this.#secret, point));
    }

    getPublicKey(form: number): Foreign {
      if (this.#point === null) throw codedError(Error, 'ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY', 'Failed to get ECDH public key');
      return bufferOf(parts.codec().ecPoint(this.#point, form));
    }

    getPrivateKey(): Foreign {
      if (this.#secret === null) throw codedError(Error, 'ERR_CRYPTO_ECDH_INVALID_PRIVATE_KEY', 'Failed to get ECDH private key');
      return bufferOf(this.#secret);
    }

    setPrivateKey(secret: Foreign): void {
      try {
        this.#adopt(Uint8Array.from(bytesOf(secret)));
      } catch (error) {
        throw Object.assign(codedError(RangeError, 'ERR_CRYPTO_INVALID_KEYTYPE', 'Private key is not valid for specified curve.'), { cause: error });
      }
    }

    setPublicKey(point: Foreign): void {
      const key = readPoint(this.#curve, point);
      if (key === undefined) throw codedError(Error, 'ERR_CRYPTO_ECDH_INVALID_PUBLIC_KEY', 'Failed to convert Buffer to EC_POINT');
      this.#point = key.point;
    }

    #adopt(secret: Uint8Array): void {
      const key = parts.codec().keys.ecFromSecret(this.#curve, secret);
      this.#point = key.point;
      this.#secret = key.secret;
    }
  }

  class DHBitsJob extends CryptoJob {
    readonly #compute: () => ArrayBuffer;

    constructor(
      mode: number, openData: Foreign, openFormat: Foreign, openType: Foreign, openPassphrase: Foreign, openCurve: Foreign,
      ownData: Foreign, ownFormat: Foreign, ownType: Foreign, ownPassphrase: Foreign, ownCurve: Foreign,
    ) {
      super(realm, mode);
      const codec = parts.codec();
      const open = KeyHandle.asymmetricOf(codec, { data: openData, format: openFormat, type: openType, passphrase: openPassphrase, namedCurve: openCurve }, false);
      const own = KeyHandle.asymmetricOf(codec, { data: ownData, format: ownFormat, type: ownType, passphrase: ownPassphrase, namedCurve: ownCurve }, true);
      this.#compute = () => ownBuffer(agree(parts, own, open));
    }

    protected override compute(): ArrayBuffer {
      return this.#compute();
    }
  }

  return {
    ECDH,
    DHBitsJob,
    ECDHConvertKey(point: Foreign, name: string, form: number): Foreign {
      const bytes = bytesOf(point);
      if (bytes.length === 0) return realm.requireBuiltin('buffer').Buffer.alloc(0);
      const key = readPoint(mustFind(name), bytes);
      if (key === undefined) throw codedError(Error, 'ERR_CRYPTO_OPERATION_FAILED', 'Failed to convert Buffer to EC_POINT');
      return bufferOf(parts.codec().ecPoint(key.point, form || UNCOMPRESSED));
    },
    getCurves: () => EC_CURVES.map(({ name }) => name).sort(),
  };
}

function sharedX(parts: SignatureParts, curve: EcCurve, secret: Uint8Array, point: Uint8Array): Uint8Array {
  return parts.curves()[curve.library].getSharedSecret(secret, point, false).slice(1, 1 + curve.size);
}

function agree(parts: SignatureParts, own: AsymmetricKey, open: AsymmetricKey): Uint8Array {
  if (isEc(own) && isEc(open) && own.curve === open.curve && own.secret !== null) return sharedX(parts, own.curve, own.secret, open.point);
  if (!isEc(own) && !isRsa(own) && own.kind === open.kind && own.secret !== null && (own.kind === 'x25519' || own.kind === 'x448')) {
    try {
      return parts.curves()[own.kind].getSharedSecret(own.secret, (open as typeof own).point);
    } catch (error) {
      // All zeros: the other's point is of small order.
      throw Object.assign(opensslError('1C8000E6', 'Provider routines', 'failed during derivation'), { cause: error });
    }
  }
  if (isEc(own) && isEc(open)) throw opensslError('1C8000E9', 'Provider routines', 'mismatching domain parameters');
  throw opensslError('03000096', 'digital envelope routines', 'operation not supported for this keytype');
}
