import { codedError } from '@slipway/node-values';
import { canonicalDigestName, isEc, isRsa, okpKind, opensslError } from '@slipway/codecs';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import type { Members } from '../hash-classes.ts';
import { CryptoJob } from '../jobs.ts';
import { keyOf, sign, type SignatureParts, verify } from './signatures.ts';

/**
 * One-shot `crypto.sign` and `crypto.verify`, and Web Crypto's, on whole messages. Reference: SignTraits in Node
 * src/crypto/crypto_sig.cc.
 */
export function createSignJob(
  realm: Realm,
  constants: Readonly<Record<string, number>>,
  parts: SignatureParts,
): Members {
  class SignJob extends CryptoJob {
    readonly #compute: () => Foreign;

    constructor(
      mode: number,
      signMode: number,
      keyData: Foreign,
      format: Foreign,
      type: Foreign,
      passphrase: Foreign,
      namedCurve: Foreign,
      data: Foreign,
      digestName: string | null | undefined,
      saltLength: number,
      padding: number,
      encoding: number,
      context: Foreign,
      signature: Foreign,
    ) {
      super(realm, mode);
      const isVerification = signMode === constants['kSignJobModeVerify'];
      // In the constructor: a bad key or digest throws from the call of crypto.sign, in every mode.
      const key = keyOf(parts, !isVerification, keyData, format, type, passphrase, namedCurve);
      const message = Uint8Array.from(bytesOf(data));
      const given = isVerification ? Uint8Array.from(bytesOf(signature)) : null;
      const options = {
        padding,
        saltLength,
        isPlain: encoding === constants['kSigEncP1363'],
        context: context === undefined ? undefined : Uint8Array.from(bytesOf(context)),
      };
      const name = digestName ?? null;
      if (name !== null && !parts.digests.has(name))
        throw codedError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${name}`);
      this.#compute = () => {
        if (name !== null && !isRsa(key) && !isEc(key) && okpKind(key.kind).signs)
          throw opensslError('1C80007A', 'Provider routines', 'invalid digest');
        // Keys that need a hash have one of their own (EVP_PKEY_get_default_digest).
        const hashName =
          isRsa(key) || isEc(key)
            ? canonicalDigestName(name ?? (isRsa(key) ? (key.restriction?.hash ?? 'sha256') : 'sha256'))
            : '';
        // EdDSA takes the message as it is (RFC 8032, 5.1.6): its hash is part of the algorithm.
        const input = hashName === '' ? message : parts.hash(hashName, message);
        return given === null
          ? ownBuffer(sign(parts, key, input, hashName, options))
          : verify(parts, key, input, hashName, given, options);
      };
    }

    protected override compute(): Foreign {
      return this.#compute();
    }
  }

  return { SignJob };
}
