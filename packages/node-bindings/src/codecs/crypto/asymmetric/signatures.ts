import { codedError } from '../../../core/coded-error.ts';
import type { Foreign, Realm } from '../../../realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import { canonicalDigestName, type Digests } from '../digests.ts';
import { inputBytes, type Members } from '../hash-classes.ts';
import { CryptoJob } from '../jobs.ts';
import { KeyHandle } from '../key-handle.ts';
import { opensslError } from '../openssl-error.ts';
import type { Digest } from '../wasm-digest.ts';
import { type CurveLibrary, type EcdsaOptions, okpKind } from './curves.ts';
import { fromBigInt, toBigInt } from './der.ts';
import { type AsymmetricKey, isEc, isRsa, type RsaKey } from './key.ts';
import type { KeyCodec } from './key-codec.ts';
import { bitLength, power, privatePower, type RandomBytes } from './rsa-math.ts';
import { type Hash, isPss, PaddingError, pssPadding, signaturePadding } from './rsa-padding.ts';

const Padding = { pkcs1: 1, pss: 6 } as const;
/** RSA_PSS_SALTLEN_*: as long as the digest; as long as can be, or whatever it is. */
const SaltLength = { digest: -1, auto: -2 } as const;

export interface SignatureParts {
  readonly codec: () => KeyCodec;
  readonly curves: () => CurveLibrary;
  readonly digests: Digests;
  readonly hash: Hash;
  readonly random: RandomBytes;
}

interface SignatureOptions {
  readonly padding: number | undefined;
  readonly saltLength: number | undefined;
  /** The two numbers of ECDSA in a row, instead of ASN.1. */
  readonly isPlain: boolean;
  readonly context: Uint8Array | undefined;
}

/** Sign, Verify, SignJob. Reference: Node src/crypto/crypto_sig.cc. */
export function createSignatureClasses(realm: Realm, constants: Readonly<Record<string, number>>, parts: SignatureParts): Members {
  const bufferOf = (bytes: Uint8Array): Foreign => realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));
  const keyOf = (isPrivate: boolean, data: Foreign, format: Foreign, type: Foreign, passphrase: Foreign, namedCurve: Foreign): AsymmetricKey =>
    KeyHandle.asymmetricOf(parts.codec(), { data, format, type, passphrase, namedCurve }, isPrivate);
  const isPlain = (encoding: number | undefined): boolean => encoding === constants['kSigEncP1363'];

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
      this.digest = null;
      return digest;
    }
  }

  class Sign extends Message {
    sign(data: Foreign, format: Foreign, type: Foreign, passphrase: Foreign, namedCurve: Foreign, padding: number, saltLength: number, encoding: number): Foreign {
      const digest = this.finish();
      const key = keyOf(true, data, format, type, passphrase, namedCurve);
      mustHashBefore(key);
      return bufferOf(sign(parts, key, digest, this.name, { padding, saltLength, isPlain: isPlain(encoding), context: undefined }));
    }
  }

  class Verify extends Message {
    verify(data: Foreign, format: Foreign, type: Foreign, passphrase: Foreign, namedCurve: Foreign, signature: Foreign, padding: number, saltLength: number, encoding: number): boolean {
      const digest = this.finish();
      const key = keyOf(false, data, format, type, passphrase, namedCurve);
      mustHashBefore(key);
      return verify(parts, key, digest, this.name, bytesOf(signature), { padding, saltLength, isPlain: isPlain(encoding), context: undefined });
    }
  }

  class SignJob extends CryptoJob {
    readonly #compute: () => Foreign;

    constructor(
      mode: number, signMode: number, keyData: Foreign, format: Foreign, type: Foreign, passphrase: Foreign, namedCurve: Foreign, data: Foreign,
      digestName: string | null | undefined, saltLength: number, padding: number, encoding: number, context: Foreign, signature: Foreign,
    ) {
      super(realm, mode);
      const isVerification = signMode === constants['kSignJobModeVerify'];
      const key = keyOf(!isVerification, keyData, format, type, passphrase, namedCurve);
      const message = Uint8Array.from(bytesOf(data));
      const given = isVerification ? Uint8Array.from(bytesOf(signature)) : null;
      const options = { padding, saltLength, isPlain: isPlain(encoding), context: context === undefined ? undefined : Uint8Array.from(bytesOf(context)) };
      const name = digestName ?? null;
      if (name !== null && !parts.digests.has(name)) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${name}`);
      this.#compute = () => {
        if (name !== null && !isRsa(key) && !isEc(key) && okpKind(key.kind).signs) throw opensslError('1C80007A', 'Provider routines', 'invalid digest');
        // Keys that need a hash have one of their own (EVP_PKEY_get_default_digest).
        const hashName = isRsa(key) || isEc(key) ? canonicalDigestName(name ?? (isRsa(key) ? (key.restriction?.hash ?? 'sha256') : 'sha256')) : '';
        const input = hashName === '' ? message : parts.hash(hashName, message);
        return given === null ? ownBuffer(sign(parts, key, input, hashName, options)) : verify(parts, key, input, hashName, given, options);
      };
    }

    protected override compute(): Foreign {
      return this.#compute();
    }
  }

  return { Sign, Verify, SignJob };
}

function mustHashBefore(key: AsymmetricKey): void {
  if (!isRsa(key) && !isEc(key) && !okpKind(key.kind).signs) throw notForThisKey();
  if (!isRsa(key) && !isEc(key)) throw codedError(Error, 'ERR_CRYPTO_UNSUPPORTED_OPERATION', 'Unsupported crypto operation');
}

const notForThisKey = (): Error => opensslError('03000096', 'digital envelope routines', 'operation not supported for this keytype');

function mustHaveSecret<T>(secret: T | null): T {
  if (secret === null) throw new Error('Cannot sign: the key is a public key');
  return secret;
}

const ecdsaOptions = (isPlain: boolean): EcdsaOptions => ({ prehash: false, lowS: false, format: isPlain ? 'compact' : 'der' });

/** @param message the digest; for EdDSA the message itself. */
export function sign(parts: SignatureParts, key: AsymmetricKey, message: Uint8Array, hashName: string, options: SignatureOptions): Uint8Array {
  if (isEc(key)) return parts.curves()[key.curve.library].sign(message, mustHaveSecret(key.secret), ecdsaOptions(options.isPlain));
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
      ? pssPadding(message, saltLength ?? message.length, bits - 1, parts.random, { hash: parts.hash, name: hashName, maskName })
      : signaturePadding(message, hashName, size);
    return fromBigInt(privatePower(toBigInt(block), secret), size);
  } catch (error) {
    if (error instanceof PaddingError) throw options.padding === Padding.pss ? opensslError('0200006E', 'rsa routines', 'data too large for key size') : opensslError('02000070', 'rsa routines', 'digest too big for rsa key');
    throw error;
  }
}

export function verify(parts: SignatureParts, key: AsymmetricKey, message: Uint8Array, hashName: string, signature: Uint8Array, options: SignatureOptions): boolean {
  try {
    if (isEc(key)) return parts.curves()[key.curve.library].verify(signature, message, key.point, ecdsaOptions(options.isPlain));
    if (!isRsa(key)) {
      if (!okpKind(key.kind).signs) throw notForThisKey();
      if (key.kind === 'ed448') return parts.curves().ed448.verify(signature, message, key.point, contextOf(options));
      return parts.curves().ed25519.verify(signature, message, key.point, { ...contextOf(options), zip215: false });
    }
    return verifyRsa(parts, key, message, hashName, signature, options);
  } catch (error) {
    // What is no signature at all is not a valid one; errors with a code are ours.
    if (error instanceof Error && !('code' in error)) return false;
    throw error;
  }
}

function contextOf({ context }: SignatureOptions): { context: Uint8Array } | undefined {
  return context === undefined || context.length === 0 ? undefined : { context };
}

function verifyRsa(parts: SignatureParts, key: RsaKey, digest: Uint8Array, hashName: string, signature: Uint8Array, options: SignatureOptions): boolean {
  const { n, e } = key.numbers;
  const bits = bitLength(n);
  const size = Math.ceil(bits / 8);
  const value = toBigInt(signature);
  if (signature.length !== size || value >= n) return false;
  // A signature the key does not allow is not valid.
  if (key.restriction !== null && key.restriction.hash !== hashName) return false;
  const { isPssPadding, saltLength, maskName } = paddingOf(key, hashName, digest.length, bits, options, false);
  const opened = power(value, e, n);
  if (isPssPadding) {
    const block = fromBigInt(opened, size);
    const length = Math.ceil((bits - 1) / 8);
    return isPss(block.subarray(size - length), digest, saltLength, bits - 1, { hash: parts.hash, name: hashName, maskName });
  }
  const expected = signaturePadding(digest, hashName, size);
  return toBigInt(expected) === opened;
}

interface RsaPadding {
  readonly isPssPadding: boolean;
  /** `undefined` in a verification: any. */
  readonly saltLength: number | undefined;
  readonly maskName: string;
}

function paddingOf(key: RsaKey, hashName: string, digestLength: number, bits: number, options: SignatureOptions, isSigning: boolean): RsaPadding {
  const padding = options.padding ?? (key.kind === 'rsa-pss' ? Padding.pss : Padding.pkcs1);
  if (padding !== Padding.pss) {
    if (key.kind === 'rsa-pss' || padding !== Padding.pkcs1) throw opensslError('1C8000A5', 'Provider routines', 'illegal or unsupported padding mode');
    return { isPssPadding: false, saltLength: 0, maskName: hashName };
  }
  const { restriction } = key;
  if (restriction !== null && restriction.hash !== hashName) throw opensslError('1C8000AE', 'Provider routines', 'digest not allowed');
  const most = Math.ceil((bits - 1) / 8) - digestLength - 2;
  const asked = options.saltLength ?? (restriction === null ? (isSigning ? most : SaltLength.auto) : restriction.saltLength);
  if (restriction !== null && asked >= 0 && asked < restriction.saltLength) throw opensslError('1C8000AC', 'Provider routines', 'pss saltlen too small');
  const saltLength = asked === SaltLength.digest ? digestLength : asked === SaltLength.auto ? (isSigning ? most : undefined) : asked;
  return { isPssPadding: true, saltLength, maskName: restriction?.maskHash ?? hashName };
}
