import { codedError } from '@slipway/node-values';
import type { Foreign, Realm } from '../../realm/realm.ts';
import {
  type Digests,
  canonicalDigestName,
  type EcCurve,
  orderSize,
  OKP_KINDS,
  toBigInt,
  type AsymmetricKey,
  type PssRestriction,
  opensslError,
  generateRsa,
  type RandomBytes,
} from '@slipway/codecs';
import type { Members } from '../hash-classes.ts';
import { CryptoJob, JobMode } from '../jobs.ts';
import type { KeyCodec } from './key-codec.ts';

/** What making keys needs of the rest of the binding, which makes handles and CryptoKeys. */
export interface KeyFactory {
  readonly codec: () => KeyCodec;
  readonly random: RandomBytes;
  readonly digests: Digests;
  /** A KeyObjectHandle over the key; it takes the secret with it, so the public one must come without. */
  makeHandle(key: AsymmetricKey, isPrivate: boolean): Foreign;
  makeCryptoKey(handle: Foreign, algorithm: unknown, usages: number, extractable: boolean): Foreign;
}

/** OPENSSL_RSA_MIN_MODULUS_BITS: below it OpenSSL says "key size too small". */
const LEAST_RSA_BITS = 512;

/**
 * RsaKeyPairGenJob, EcKeyPairGenJob, NidKeyPairGenJob. Reference: Node
 * src/crypto/crypto_keygen.h, crypto_{rsa,ec}.cc.
 */
export function createKeyPairJobs(
  realm: Realm,
  constants: Readonly<Record<string, number>>,
  factory: KeyFactory,
): Members {
  abstract class KeyPairJob extends CryptoJob {
    /** How the keys leave: encodings of both, or what their CryptoKeys say. */
    readonly #output: readonly Foreign[];

    constructor(mode: number, output: readonly Foreign[]) {
      super(realm, mode);
      this.#output = output;
    }

    protected abstract generate(): AsymmetricKey;

    protected override compute(): Foreign {
      const key = this.generate();
      // Web Crypto wants both keys as CryptoKeys, the public one always extractable.
      if (this.mode === JobMode.webCrypto) {
        const [algorithm, publicUsages, privateUsages, extractable] = this.#output;
        return {
          publicKey: factory.makeCryptoKey(
            factory.makeHandle({ ...key, secret: null }, false),
            algorithm,
            publicUsages,
            true,
          ),
          privateKey: factory.makeCryptoKey(factory.makeHandle(key, true), algorithm, privateUsages, extractable),
        };
      }
      // Six arguments in lib's order; without a format the key stays a handle.
      const [publicFormat, publicType, privateFormat, privateType, cipher, passphrase] = this.#output;
      const open =
        publicFormat === undefined
          ? factory.makeHandle({ ...key, secret: null }, false)
          : factory.codec().write(key, false, publicFormat, publicType, null, null);
      const own =
        privateFormat === undefined
          ? factory.makeHandle(key, true)
          : factory.codec().write(key, true, privateFormat, privateType, cipher, passphrase);
      return [open, own];
    }
  }

  class RsaKeyPairGenJob extends KeyPairJob {
    readonly #bits: number;
    readonly #exponent: number;
    readonly #restriction: PssRestriction | null | undefined;

    /** For PSS three more arguments (hashes, salt length) come before those of the output. */
    constructor(mode: number, variant: number, bits: number, exponent: number, ...rest: Foreign[]) {
      const isPss = variant === constants['kKeyVariantRSA_PSS'] && mode !== JobMode.webCrypto;
      super(mode, isPss ? rest.slice(3) : rest);
      this.#bits = bits;
      this.#exponent = exponent;
      this.#restriction = isPss ? restrictionOf(factory.digests, rest[0], rest[1], rest[2]) : undefined;
    }

    protected override generate(): AsymmetricKey {
      if (this.#bits < LEAST_RSA_BITS) throw opensslError('02000078', 'rsa routines', 'key size too small');
      if (this.#exponent < 3 || this.#exponent % 2 === 0)
        throw opensslError('020000B2', 'rsa routines', 'pub exponent out of range');
      const numbers = generateRsa(this.#bits, BigInt(this.#exponent), factory.random);
      const open = { n: numbers.n, e: numbers.e };
      // `undefined`: plain RSA. `null`: PSS, but restricted to nothing.
      return this.#restriction === undefined
        ? { kind: 'rsa', numbers: open, secret: numbers, restriction: null }
        : { kind: 'rsa-pss', numbers: open, secret: numbers, restriction: this.#restriction };
    }
  }

  class EcKeyPairGenJob extends KeyPairJob {
    readonly #generate: () => AsymmetricKey;

    constructor(mode: number, name: string, parameters: number | undefined, ...output: Foreign[]) {
      super(mode, output);
      const curve = factory.codec().keys.curves.find(name);
      if (curve === undefined) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_CURVE', 'Invalid EC curve name');
      this.#generate = () =>
        factory
          .codec()
          .keys.ecFromSecret(
            curve,
            randomSecret(curve, factory),
            parameters === constants['OPENSSL_EC_EXPLICIT_CURVE'],
          );
    }

    protected override generate(): AsymmetricKey {
      return this.#generate();
    }
  }

  class NidKeyPairGenJob extends KeyPairJob {
    readonly #generate: () => AsymmetricKey;

    constructor(mode: number, nid: number, ...output: Foreign[]) {
      super(mode, output);
      const kind = OKP_KINDS.find(({ name }) => constants[`EVP_PKEY_${name.toUpperCase()}`] === nid);
      // The numbers beyond these are ML-DSA, ML-KEM and SLH-DSA.
      if (kind === undefined)
        throw codedError(
          Error,
          'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM',
          'Cannot generate the key pair: Slipway does not provide post-quantum keys',
        );
      this.#generate = () => factory.codec().keys.okpFromSecret(kind.name, factory.random(kind.size));
    }

    protected override generate(): AsymmetricKey {
      return this.#generate();
    }
  }

  return { RsaKeyPairGenJob, EcKeyPairGenJob, NidKeyPairGenJob };
}

/** Nothing given: nothing restricted. */
function restrictionOf(
  digests: Digests,
  hash: string | undefined,
  maskHash: string | undefined,
  saltLength: number | undefined,
): PssRestriction | null {
  if (hash === undefined && maskHash === undefined && saltLength === undefined) return null;
  for (const [name, what] of [
    [hash, 'digest'],
    [maskHash, 'MGF1 digest'],
  ] as const) {
    if (name !== undefined && !digests.has(name))
      throw codedError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid ${what}: ${name}`);
  }
  const name = canonicalDigestName(hash ?? 'sha1');
  return {
    hash: name,
    maskHash: canonicalDigestName(maskHash ?? hash ?? 'sha1'),
    saltLength: saltLength ?? (hash === undefined ? 20 : digests.create(name)!.outputSize),
  };
}

/** A secret from 1 to the curve's order less one, by trying. */
export function randomSecret(curve: EcCurve, { codec, random }: Pick<KeyFactory, 'codec' | 'random'>): Uint8Array {
  // 521 bits in 66 bytes, for one: else nearly every attempt would be out of range.
  const excess = orderSize(curve) * 8 - curve.orderBits;
  for (;;) {
    const secret = random(orderSize(curve));
    secret[0]! &= 0xff >> excess;
    if (toBigInt(secret) === 0n) continue;
    try {
      codec().keys.ecFromSecret(curve, secret);
      return secret;
    } catch (error) {
      // Out of range: one in two at the worst, in 2^32 or fewer for most curves.
      if (!(error instanceof Error)) throw error;
    }
  }
}
