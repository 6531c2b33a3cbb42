import { codedError } from '../../../core/coded-error.ts';
import type { Foreign, Realm } from '../../../realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import { canonicalDigestName } from '../digests.ts';
import type { Members } from '../hash-classes.ts';
import { CryptoJob } from '../jobs.ts';
import { KeyHandle } from '../key-handle.ts';
import { opensslError } from '../openssl-error.ts';
import { fromBigInt, toBigInt } from './der.ts';
import { type AsymmetricKey, isRsa, type RsaKey } from './key.ts';
import { bitLength, power, privatePower } from './rsa-math.ts';
import { encryptionPadding, oaepPadding, PaddingError, signaturePadding, withoutBlockType, withoutOaep } from './rsa-padding.ts';
import type { SignatureParts } from './signatures.ts';

const Padding = { pkcs1: 1, none: 3, oaep: 4 } as const;

/** publicEncrypt and its three sisters, RSACipherJob. Reference: Node src/crypto/crypto_cipher.cc, crypto_rsa.cc. */
export function createRsaCiphers(realm: Realm, constants: Readonly<Record<string, number>>, parts: SignatureParts): Members {
  const bufferOf = (bytes: Uint8Array): Foreign => realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));
  /** Signing with a key that signs otherwise fails without a word of OpenSSL's. */
  const mustBeRsa = (key: AsymmetricKey, isSignature: boolean): RsaKey => {
    if (!isRsa(key) && isSignature && key.kind !== 'x25519' && key.kind !== 'x448') throw new Error('error:00000000:lib(0)::reason(0)');
    if (!isRsa(key)) throw opensslError('03000096', 'digital envelope routines', 'operation not supported for this keytype');
    if (key.kind === 'rsa-pss' && isSignature) throw opensslError('1C8000A5', 'Provider routines', 'illegal or unsupported padding mode');
    if (key.kind === 'rsa-pss') throw opensslError('1C8000B2', 'Provider routines', 'operation not supported for this keytype');
    return key;
  };
  const sizeOf = (key: RsaKey): number => Math.ceil(bitLength(key.numbers.n) / 8);
  const openly = (key: RsaKey, block: Uint8Array): Uint8Array => {
    const value = toBigInt(block);
    if (value >= key.numbers.n) throw opensslError('02000084', 'rsa routines', 'data too large for modulus');
    return fromBigInt(power(value, key.numbers.e, key.numbers.n), sizeOf(key));
  };
  const secretly = (key: RsaKey, block: Uint8Array): Uint8Array => {
    if (key.secret === null) throw codedError(Error, 'ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE', 'Invalid key object type public, expected private.');
    const value = toBigInt(block);
    if (value >= key.numbers.n) throw opensslError('02000084', 'rsa routines', 'data too large for modulus');
    return fromBigInt(privatePower(value, key.secret), sizeOf(key));
  };
  const unpadded = (block: Uint8Array, size: number): Uint8Array => {
    if (block.length !== size) throw block.length > size ? opensslError('0200006E', 'rsa routines', 'data too large for key size') : opensslError('0200007A', 'rsa routines', 'data too small for key size');
    return block;
  };
  const told = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof PaddingError)) throw error;
      const number = { 'data too large for key size': '0200006E', 'oaep decoding error': '02000079' }[error.message] ?? '02000072';
      throw opensslError(number, 'rsa routines', error.message);
    }
  };
  const oaep = (name: string | undefined, label: Foreign) => {
    const hashName = name ?? 'sha1';
    if (!parts.digests.has(hashName)) throw codedError(TypeError, 'ERR_OSSL_EVP_INVALID_DIGEST', `Invalid digest: ${hashName}`);
    return { hash: parts.hash, name: canonicalDigestName(hashName), label: label === undefined ? new Uint8Array(0) : bytesOf(label) };
  };

  const encrypt = (key: RsaKey, data: Uint8Array, padding: number, hash: string | undefined, label: Foreign): Uint8Array => told(() => {
    const size = sizeOf(key);
    if (padding === Padding.none) return openly(key, unpadded(data, size));
    return openly(key, padding === Padding.pkcs1 ? encryptionPadding(data, size, parts.random) : oaepPadding(data, size, parts.random, oaep(hash, label)));
  });
  const decrypt = (key: RsaKey, data: Uint8Array, padding: number, hash: string | undefined, label: Foreign): Uint8Array => told(() => {
    const block = secretly(key, data);
    if (padding === Padding.none) return block;
    if (padding === Padding.oaep) return withoutOaep(block, oaep(hash, label));
    try {
      return withoutBlockType(block, 2);
    } catch (error) {
      // Implicit rejection: whoever tries out ciphertexts learns nothing (as OpenSSL since 3.2).
      if (error instanceof PaddingError) return parts.random(1 + (parts.random(1)[0]! % 64));
      throw error;
    }
  });
  const signatureEncrypt = (key: RsaKey, data: Uint8Array, padding: number): Uint8Array =>
    told(() => secretly(key, padding === Padding.none ? unpadded(data, sizeOf(key)) : signaturePadding(data, null, sizeOf(key))));
  const signatureDecrypt = (key: RsaKey, data: Uint8Array, padding: number): Uint8Array =>
    told(() => (padding === Padding.none ? openly(key, data) : withoutBlockType(openly(key, data), 1)));

  const binding = (isPrivate: boolean, work: typeof encrypt, isSignature = false) =>
    (data: Foreign, format: Foreign, type: Foreign, passphrase: Foreign, namedCurve: Foreign, buffer: Foreign, padding: number, hash: string | undefined, label: Foreign): Foreign => {
      const key = mustBeRsa(KeyHandle.asymmetricOf(parts.codec(), { data, format, type, passphrase, namedCurve }, isPrivate), isSignature);
      return bufferOf(work(key, bytesOf(buffer), padding, hash, label));
    };

  class RSACipherJob extends CryptoJob {
    readonly #compute: () => ArrayBuffer;

    constructor(mode: number, cipherMode: number, handle: Foreign, data: Foreign, _variant: number, hash: string, label: Foreign) {
      super(realm, mode);
      const key = mustBeRsa(KeyHandle.asymmetricOf(parts.codec(), { data: handle, format: undefined, type: undefined, passphrase: undefined, namedCurve: undefined }, false), false);
      const [input, own] = [Uint8Array.from(bytesOf(data)), label === undefined ? undefined : Uint8Array.from(bytesOf(label))];
      const work = cipherMode === constants['kWebCryptoCipherEncrypt'] ? encrypt : decrypt;
      this.#compute = () => ownBuffer(work(key, input, Padding.oaep, hash, own));
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
