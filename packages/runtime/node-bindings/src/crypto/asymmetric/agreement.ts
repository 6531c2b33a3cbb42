import { codedError } from '@slipway/node-values';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import type { Members } from '../hash-classes.ts';
import { CryptoJob } from '../jobs.ts';
import { KeyHandle } from '../key-handle.ts';
import { opensslError, type AsymmetricKey, isEc, isRsa } from '@slipway/codecs';
import { EcdhHandle, mustFind, readPoint, sharedX } from './ecdh.ts';
import type { SignatureParts } from './signatures.ts';

const UNCOMPRESSED = 4;

/** ECDH, ECDHConvertKey, DHBitsJob, getCurves. Reference: Node src/crypto/crypto_ec.cc, crypto_dh.cc. */
export function createAgreementClasses(realm: Realm, parts: SignatureParts): Members {
  const bufferOf = (bytes: Uint8Array): Foreign => realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));
  class ECDH extends EcdhHandle {
    constructor(name: string) {
      super(realm, parts, name);
    }
  }

  class DHBitsJob extends CryptoJob {
    readonly #compute: () => ArrayBuffer;

    constructor(
      mode: number,
      openData: Foreign,
      openFormat: Foreign,
      openType: Foreign,
      openPassphrase: Foreign,
      openCurve: Foreign,
      ownData: Foreign,
      ownFormat: Foreign,
      ownType: Foreign,
      ownPassphrase: Foreign,
      ownCurve: Foreign,
    ) {
      super(realm, mode);
      const codec = parts.codec();
      // The other's public key and our private one, each as a handle or as what it is to be read from.
      const open = KeyHandle.asymmetricOf(
        codec,
        { data: openData, format: openFormat, type: openType, passphrase: openPassphrase, namedCurve: openCurve },
        false,
      );
      const own = KeyHandle.asymmetricOf(
        codec,
        { data: ownData, format: ownFormat, type: ownType, passphrase: ownPassphrase, namedCurve: ownCurve },
        true,
      );
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
      // Node answers an empty key with an empty key.
      if (bytes.length === 0) return realm.requireBuiltin('buffer').Buffer.alloc(0);
      const curve = mustFind(parts, name);
      const read = readPoint(parts, curve, bytes);
      if (read === undefined)
        throw codedError(Error, 'ERR_CRYPTO_OPERATION_FAILED', 'Failed to convert Buffer to EC_POINT');
      return bufferOf(parts.codec().ecPoint(curve, read, form || UNCOMPRESSED));
    },
    getCurves: () => parts.codec().keys.curves.names(),
  };
}

function agree(parts: SignatureParts, own: AsymmetricKey, open: AsymmetricKey): Uint8Array {
  // By name: keys of another thread bring a curve of their own along.
  if (isEc(own) && isEc(open) && own.curve.name === open.curve.name && own.secret !== null)
    return sharedX(parts, own.curve, own.secret, open.point);
  if (
    !isEc(own) &&
    !isRsa(own) &&
    own.kind === open.kind &&
    own.secret !== null &&
    (own.kind === 'x25519' || own.kind === 'x448')
  ) {
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
