import type { Foreign, Realm } from '../../realm/realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import type { Members } from '../hash-classes.ts';
import { CryptoJob } from '../jobs.ts';
import { KeyHandle } from '../key-handle.ts';
import { createRsaOperations, mustBeRsa, RsaPadding, type RsaOperation } from './rsa-operations.ts';
import type { SignatureParts } from './signatures.ts';

/** publicEncrypt and its three sisters, RSACipherJob. Reference: Node src/crypto/crypto_cipher.cc, crypto_rsa.cc. */
export function createRsaCiphers(
  realm: Realm,
  constants: Readonly<Record<string, number>>,
  parts: SignatureParts,
): Members {
  const bufferOf = (bytes: Uint8Array): Foreign => realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));
  const { encrypt, decrypt, signatureEncrypt, signatureDecrypt } = createRsaOperations(parts);

  // (key's five arguments, input, padding[, hash and label of OAEP]) as lib calls all four.
  const binding =
    (isPrivate: boolean, work: RsaOperation, isSignature = false) =>
    (
      data: Foreign,
      format: Foreign,
      type: Foreign,
      passphrase: Foreign,
      namedCurve: Foreign,
      buffer: Foreign,
      padding: number,
      hash: string | undefined,
      label: Foreign,
    ): Foreign => {
      const key = mustBeRsa(
        KeyHandle.asymmetricOf(parts.codec(), { data, format, type, passphrase, namedCurve }, isPrivate),
        isSignature,
      );
      return bufferOf(work(key, bytesOf(buffer), padding, hash, label));
    };

  class RSACipherJob extends CryptoJob {
    readonly #compute: () => ArrayBuffer;

    constructor(
      mode: number,
      cipherMode: number,
      handle: Foreign,
      data: Foreign,
      // kKeyVariantRSA_OAEP, the only one that Web Crypto encrypts with.
      _variant: number,
      hash: string,
      label: Foreign,
    ) {
      super(realm, mode);
      const key = mustBeRsa(
        // A handle always, so the rest of the input is never looked at.
        KeyHandle.asymmetricOf(
          parts.codec(),
          { data: handle, format: undefined, type: undefined, passphrase: undefined, namedCurve: undefined },
          false,
        ),
        false,
      );
      const [input, own] = [
        Uint8Array.from(bytesOf(data)),
        label === undefined ? undefined : Uint8Array.from(bytesOf(label)),
      ];
      const work = cipherMode === constants['kWebCryptoCipherEncrypt'] ? encrypt : decrypt;
      this.#compute = () => ownBuffer(work(key, input, RsaPadding.oaep, hash, own));
    }

    protected override compute(): ArrayBuffer {
      return this.#compute();
    }
  }

  return {
    RSACipherJob,
    publicEncrypt: binding(false, encrypt),
    privateDecrypt: binding(true, decrypt),
    privateEncrypt: binding(true, signatureEncrypt, true),
    publicDecrypt: binding(false, signatureDecrypt, true),
  };
}
