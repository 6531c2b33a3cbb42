import { codedError } from '@slipway/node-values';
import type { Foreign } from '../../realm/realm.ts';
import { bytesOf } from '../byte-source.ts';
import {
  canonicalDigestName,
  opensslError,
  fromBigInt,
  toBigInt,
  type AsymmetricKey,
  isRsa,
  type RsaKey,
  bitLength,
  power,
  privatePower,
  encryptionPadding,
  oaepPadding,
  PaddingError,
  signaturePadding,
  withoutBlockType,
  withoutOaep,
} from '@slipway/codecs';
import type { SignatureParts } from './signatures.ts';

/** RSA_*_PADDING (openssl/rsa.h), as `crypto.constants` has them; PSS is for signatures alone. */
export const RsaPadding = { pkcs1: 1, none: 3, oaep: 4 } as const;

/** One of the four: (key, data, padding[, hash and label of OAEP]). */
export type RsaOperation = (
  key: RsaKey,
  data: Uint8Array,
  padding: number,
  hash: string | undefined,
  label: Foreign,
) => Uint8Array;

/**
 * The key, where it is an RSA key that may be used so; else OpenSSL's error, which differs by the kind of key and
 * by what was to be done: signing with a key that signs otherwise fails without a word of OpenSSL's.
 */
export const mustBeRsa = (key: AsymmetricKey, isSignature: boolean): RsaKey => {
  if (!isRsa(key) && isSignature && key.kind !== 'x25519' && key.kind !== 'x448')
    throw new Error('error:00000000:lib(0)::reason(0)');
  if (!isRsa(key))
    throw opensslError('03000096', 'digital envelope routines', 'operation not supported for this keytype');
  if (key.kind === 'rsa-pss' && isSignature)
    throw opensslError('1C8000A5', 'Provider routines', 'illegal or unsupported padding mode');
  if (key.kind === 'rsa-pss')
    throw opensslError('1C8000B2', 'Provider routines', 'operation not supported for this keytype');
  return key;
};
/** Bytes of the modulus, and so of every block. */
const sizeOf = (key: RsaKey): number => Math.ceil(bitLength(key.numbers.n) / 8);
/** RSAEP (RFC 8017, 5.1.1): with the public exponent. */
const openly = (key: RsaKey, block: Uint8Array): Uint8Array => {
  const value = toBigInt(block);
  if (value >= key.numbers.n) throw opensslError('02000084', 'rsa routines', 'data too large for modulus');
  return fromBigInt(power(value, key.numbers.e, key.numbers.n), sizeOf(key));
};
/** RSADP (RFC 8017, 5.1.2); both throw where the block is not below the modulus. */
const secretly = (key: RsaKey, block: Uint8Array): Uint8Array => {
  if (key.secret === null)
    throw codedError(Error, 'ERR_CRYPTO_INVALID_KEY_OBJECT_TYPE', 'Invalid key object type public, expected private.');
  const value = toBigInt(block);
  if (value >= key.numbers.n) throw opensslError('02000084', 'rsa routines', 'data too large for modulus');
  return fromBigInt(privatePower(value, key.secret), sizeOf(key));
};
/** RSA_NO_PADDING takes whole blocks only. */
const unpadded = (block: Uint8Array, size: number): Uint8Array => {
  if (block.length !== size)
    throw block.length > size
      ? opensslError('0200006E', 'rsa routines', 'data too large for key size')
      : opensslError('0200007A', 'rsa routines', 'data too small for key size');
  return block;
};
/** The padding's own errors, under the numbers OpenSSL gives them. */
const told = <T>(work: () => T): T => {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PaddingError)) throw error;
    const number =
      { 'data too large for key size': '0200006E', 'oaep decoding error': '02000079' }[error.message] ?? '02000072';
    throw opensslError(number, 'rsa routines', error.message);
  }
};

/** What EVP_PKEY_encrypt, decrypt, sign and verify_recover are to an RSA key. */
export function createRsaOperations(
  parts: Pick<SignatureParts, 'digests' | 'hash' | 'random'>,
): Record<'encrypt' | 'decrypt' | 'signatureEncrypt' | 'signatureDecrypt', RsaOperation> {
  const oaep = (name: string | undefined, label: Foreign) => {
    // SHA-1 is OAEP's default (RFC 8017, A.2.1), not a choice of ours.
    const hashName = name ?? 'sha1';
    if (!parts.digests.has(hashName))
      throw codedError(TypeError, 'ERR_OSSL_EVP_INVALID_DIGEST', `Invalid digest: ${hashName}`);
    return {
      hash: parts.hash,
      name: canonicalDigestName(hashName),
      label: label === undefined ? new Uint8Array(0) : bytesOf(label),
    };
  };

  const encrypt = (
    key: RsaKey,
    data: Uint8Array,
    padding: number,
    hash: string | undefined,
    label: Foreign,
  ): Uint8Array =>
    told(() => {
      const size = sizeOf(key);
      if (padding === RsaPadding.none) return openly(key, unpadded(data, size));
      return openly(
        key,
        padding === RsaPadding.pkcs1
          ? encryptionPadding(data, size, parts.random)
          : oaepPadding(data, size, parts.random, oaep(hash, label)),
      );
    });
  const decrypt = (
    key: RsaKey,
    data: Uint8Array,
    padding: number,
    hash: string | undefined,
    label: Foreign,
  ): Uint8Array =>
    told(() => {
      const block = secretly(key, data);
      if (padding === RsaPadding.none) return block;
      if (padding === RsaPadding.oaep) return withoutOaep(block, oaep(hash, label));
      try {
        return withoutBlockType(block, 2);
      } catch (error) {
        // Implicit rejection: whoever tries out ciphertexts learns nothing (as OpenSSL since 3.2).
        if (error instanceof PaddingError) return parts.random(1 + (parts.random(1)[0]! % 64));
        throw error;
      }
    });
  const signatureEncrypt = (key: RsaKey, data: Uint8Array, padding: number): Uint8Array =>
    told(() =>
      secretly(
        key,
        padding === RsaPadding.none ? unpadded(data, sizeOf(key)) : signaturePadding(data, null, sizeOf(key)),
      ),
    );
  const signatureDecrypt = (key: RsaKey, data: Uint8Array, padding: number): Uint8Array =>
    told(() => (padding === RsaPadding.none ? openly(key, data) : withoutBlockType(openly(key, data), 1)));

  return { encrypt, decrypt, signatureEncrypt, signatureDecrypt };
}
