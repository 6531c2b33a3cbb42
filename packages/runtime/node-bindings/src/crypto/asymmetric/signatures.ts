import { codedError } from '@slipway/node-values';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import {
  canonicalDigestName,
  type Digests,
  opensslError,
  OpensslErrors,
  type Digest,
  type CurveLibrary,
  type EcdsaOptions,
  okpKind,
  fromBigInt,
  toBigInt,
  type AsymmetricKey,
  isEc,
  isRsa,
  type RsaKey,
  bitLength,
  power,
  privatePower,
  type RandomBytes,
  type Hash,
  isPss,
  PaddingError,
  pssPadding,
  signaturePadding,
} from '@slipway/codecs';
import { inputBytes, type Members } from '../hash-classes.ts';
import { KeyHandle } from '../key-handle.ts';
import type { KeyCodec } from './key-codec.ts';

const Padding = { pkcs1: 1, pss: 6 } as const;
/** RSA_PSS_SALTLEN_*: as long as the digest; as long as can be, or whatever it is. */
const SaltLength = { digest: -1, auto: -2 } as const;

/** What signatures are made with, and all that works with asymmetric keys. */
export interface SignatureParts {
  readonly codec: () => KeyCodec;
  readonly curves: () => CurveLibrary;
  readonly digests: Digests;
  readonly hash: Hash;
  readonly random: RandomBytes;
}

interface SignatureOptions {
  /** RSA_*_PADDING; `undefined` is the key's own: PSS for rsa-pss, else PKCS #1. */
  readonly padding: number | undefined;
  /** Bytes, or one of `SaltLength`. */
  readonly saltLength: number | undefined;
  /** The two numbers of ECDSA in a row, instead of ASN.1. */
  readonly isPlain: boolean;
  /** Context string of Ed448 and Ed25519ctx; empty is none. */
  readonly context: Uint8Array | undefined;
}

/** The key that five arguments of lib name: a handle first, or data with format, type, passphrase and curve. */
export function keyOf(
  parts: SignatureParts,
  isPrivate: boolean,
  data: Foreign,
  format: Foreign,
  type: Foreign,
  passphrase: Foreign,
  namedCurve: Foreign,
): AsymmetricKey {
  return KeyHandle.asymmetricOf(parts.codec(), { data, format, type, passphrase, namedCurve }, isPrivate);
}

/** Sign, Verify. Reference: Node src/crypto/crypto_sig.cc. */
export function createSignatureClasses(
  realm: Realm,
  constants: Readonly<Record<string, number>>,
  parts: SignatureParts,
): Members {
  const bufferOf = (bytes: Uint8Array): Foreign => realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));
  const isPlain = (encoding: number | undefined): boolean => encoding === constants['kSigEncP1363'];

  /** What Sign and Verify share: both hash first and look at the key in the end. */
  abstract class Message {
    protected digest: Digest | null = null;
    protected name = '';

    init(name: string): void {
      const digest = parts.digests.create(name);
      if (digest === undefined) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', 'Invalid digest');
      this.digest = digest;
      this.name = canonicalDigestName(name);
    }

    update(data: unknown, encoding: unknown): void {
      this.digest?.update(inputBytes(realm, data, encoding));
    }

    protected finish(): Uint8Array {
      if (this.digest === null) throw codedError(Error, 'ERR_CRYPTO_INVALID_STATE', 'Not initialised');
      const digest = this.digest.finish();
      // A second sign() or verify() fails: the digest is used up.
      this.digest = null;
      return digest;
    }
  }

  class Sign extends Message {
    sign(
      data: Foreign,
      format: Foreign,
      type: Foreign,
      passphrase: Foreign,
      namedCurve: Foreign,
      padding: number,
      saltLength: number,
      encoding: number,
    ): Foreign {
      const digest = this.finish();
      const key = keyOf(parts, true, data, format, type, passphrase, namedCurve);
      mustHashBefore(key);
      return bufferOf(
        sign(parts, key, digest, this.name, { padding, saltLength, isPlain: isPlain(encoding), context: undefined }),
      );
    }
  }

  class Verify extends Message {
    verify(
      data: Foreign,
      format: Foreign,
      type: Foreign,
      passphrase: Foreign,
      namedCurve: Foreign,
      signature: Foreign,
      padding: number,
      saltLength: number,
      encoding: number,
    ): boolean {
      const digest = this.finish();
      const key = keyOf(parts, false, data, format, type, passphrase, namedCurve);
      mustHashBefore(key);
      return verify(parts, key, digest, this.name, bytesOf(signature), {
        padding,
        saltLength,
        isPlain: isPlain(encoding),
        context: undefined,
      });
    }
  }

  return { Sign, Verify };
}

/** These classes hash by themselves, which EdDSA keys do not allow; crypto.sign does. */
function mustHashBefore(key: AsymmetricKey): void {
  if (!isRsa(key) && !isEc(key) && !okpKind(key.kind).signs) throw notForThisKey();
  if (!isRsa(key) && !isEc(key))
    throw codedError(Error, 'ERR_CRYPTO_UNSUPPORTED_OPERATION', 'Unsupported crypto operation');
}

/** EVP_R_OPERATION_NOT_SUPPORTED_FOR_THIS_KEYTYPE. */
const notForThisKey = (): Error =>
  opensslError('03000096', 'digital envelope routines', 'operation not supported for this keytype');

function mustHaveSecret<T>(secret: T | null): T {
  if (secret === null) throw new Error('Cannot sign: the key is a public key');
  return secret;
}

const ecdsaOptions = (isPlain: boolean): EcdsaOptions => ({
  // The digest is made here, by name; `lowS` is Bitcoin's rule, OpenSSL gives and takes either half.
  prehash: false,
  lowS: false,
  format: isPlain ? 'compact' : 'der',
});

/** EVP_PKEY_sign. `message` is the digest; for EdDSA the message itself. */
export function sign(
  parts: SignatureParts,
  key: AsymmetricKey,
  message: Uint8Array,
  hashName: string,
  options: SignatureOptions,
): Uint8Array {
  if (isEc(key)) {
    if (!key.curve.signs) throw OpensslErrors.unsuitableForSigning();
    const operations = parts.codec().keys.curves.operations(key.curve);
    return operations.sign(message, mustHaveSecret(key.secret), ecdsaOptions(options.isPlain));
  }
  if (!isRsa(key)) {
    if (!okpKind(key.kind).signs) throw notForThisKey();
    const curve = key.kind === 'ed448' ? parts.curves().ed448 : parts.curves().ed25519;
    return curve.sign(message, mustHaveSecret(key.secret), contextOf(options));
  }
  const secret = mustHaveSecret(key.secret);
  const bits = bitLength(key.numbers.n);
  const size = Math.ceil(bits / 8);
  try {
    const { isPssPadding, saltLength, maskName } = paddingOf(key, hashName, message.length, bits, options, true);
    const block = isPssPadding
      ? pssPadding(message, saltLength ?? message.length, bits - 1, parts.random, {
          hash: parts.hash,
          name: hashName,
          maskName,
        })
      : signaturePadding(message, hashName, size);
    // As long as the modulus, zeros in front.
    return fromBigInt(privatePower(toBigInt(block), secret), size);
  } catch (error) {
    if (error instanceof PaddingError)
      throw options.padding === Padding.pss
        ? opensslError('0200006E', 'rsa routines', 'data too large for key size')
        : opensslError('02000070', 'rsa routines', 'digest too big for rsa key');
    throw error;
  }
}

/** Whether `signature` is one of `message`; the digest, as in `sign`. */
export function verify(
  parts: SignatureParts,
  key: AsymmetricKey,
  message: Uint8Array,
  hashName: string,
  signature: Uint8Array,
  options: SignatureOptions,
): boolean {
  try {
    if (isEc(key)) {
      if (!key.curve.signs) return false;
      const operations = parts.codec().keys.curves.operations(key.curve);
      return operations.verify(signature, message, key.point, ecdsaOptions(options.isPlain));
    }
    if (!isRsa(key)) {
      if (!okpKind(key.kind).signs) throw notForThisKey();
      if (key.kind === 'ed448') return parts.curves().ed448.verify(signature, message, key.point, contextOf(options));
      // RFC 8032's rules, which OpenSSL follows, and not the looser ones of Zcash.
      return parts.curves().ed25519.verify(signature, message, key.point, { ...contextOf(options), zip215: false });
    }
    return verifyRsa(parts, key, message, hashName, signature, options);
  } catch (error) {
    // What is no signature at all is not a valid one; errors with a code are ours.
    if (error instanceof Error && !('code' in error)) return false;
    throw error;
  }
}

/** Absent rather than empty: an empty context makes Ed25519 another scheme (RFC 8032, 2). */
function contextOf({ context }: SignatureOptions): { context: Uint8Array } | undefined {
  return context === undefined || context.length === 0 ? undefined : { context };
}

/** RFC 8017, 8.1.2 and 8.2.2. */
function verifyRsa(
  parts: SignatureParts,
  key: RsaKey,
  digest: Uint8Array,
  hashName: string,
  signature: Uint8Array,
  options: SignatureOptions,
): boolean {
  const { n, e } = key.numbers;
  const bits = bitLength(n);
  const size = Math.ceil(bits / 8);
  const value = toBigInt(signature);
  // RFC 8017, 8.1.2, step 1 and 2b: no exception, not valid.
  if (signature.length !== size || value >= n) return false;
  // A signature the key does not allow is not valid.
  if (key.restriction !== null && key.restriction.hash !== hashName) return false;
  const { isPssPadding, saltLength, maskName } = paddingOf(key, hashName, digest.length, bits, options, false);
  const opened = power(value, e, n);
  if (isPssPadding) {
    const block = fromBigInt(opened, size);
    // One byte less than the block where the modulus has 8k + 1 bits: the encoded message is then shorter.
    const length = Math.ceil((bits - 1) / 8);
    return isPss(block.subarray(size - length), digest, saltLength, bits - 1, {
      hash: parts.hash,
      name: hashName,
      maskName,
    });
  }
  const expected = signaturePadding(digest, hashName, size);
  // The whole block is compared, so nothing can hide behind the digest.
  return toBigInt(expected) === opened;
}

/** What the key, the options and the defaults come to. */
interface RsaPadding {
  readonly isPssPadding: boolean;
  /** `undefined` in a verification: any. */
  readonly saltLength: number | undefined;
  readonly maskName: string;
}

function paddingOf(
  key: RsaKey,
  hashName: string,
  digestLength: number,
  bits: number,
  options: SignatureOptions,
  isSigning: boolean,
): RsaPadding {
  const padding = options.padding ?? (key.kind === 'rsa-pss' ? Padding.pss : Padding.pkcs1);
  if (padding !== Padding.pss) {
    if (key.kind === 'rsa-pss' || padding !== Padding.pkcs1)
      throw opensslError('1C8000A5', 'Provider routines', 'illegal or unsupported padding mode');
    return { isPssPadding: false, saltLength: 0, maskName: hashName };
  }
  const { restriction } = key;
  // RFC 4055, 3.3: parameters in an rsa-pss key bind whoever signs with it.
  if (restriction !== null && restriction.hash !== hashName)
    throw opensslError('1C8000AE', 'Provider routines', 'digest not allowed');
  // emLen - hLen - 2 (RFC 8017, 9.1.1).
  const most = Math.ceil((bits - 1) / 8) - digestLength - 2;
  const asked =
    // By default as long as can be when signing, any length when verifying; a restricted key brings its own.
    options.saltLength ?? (restriction === null ? (isSigning ? most : SaltLength.auto) : restriction.saltLength);
  if (restriction !== null && asked >= 0 && asked < restriction.saltLength)
    throw opensslError('1C8000AC', 'Provider routines', 'pss saltlen too small');
  const saltLength =
    asked === SaltLength.digest ? digestLength : asked === SaltLength.auto ? (isSigning ? most : undefined) : asked;
  return { isPssPadding: true, saltLength, maskName: restriction?.maskHash ?? hashName };
}
