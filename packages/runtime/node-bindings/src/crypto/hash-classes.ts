import { codedError } from '@slipway/node-values';
import { plain } from '../realm/bytes.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { bytesOf, ownBuffer } from './byte-source.ts';
import { type Digests, HmacDigest, OpensslErrors, type Digest } from '@slipway/codecs';

/** Members of the binding; lib uses them untyped. */
export type Members = Readonly<Record<string, Foreign>>;

/** Text in an encoding of Buffer, or the bytes of a view. */
export function inputBytes(realm: Realm, data: unknown, encoding: unknown): Uint8Array {
  if (typeof data !== 'string') return bytesOf(data);
  // 'buffer' means "no encoding given" to lib, which is utf8 for text.
  const known = typeof encoding === 'string' && encoding !== 'buffer' ? encoding : 'utf8';
  return plain(realm.requireBuiltin('buffer').Buffer.from(data, known));
}

/** A Buffer, or its text where an encoding is asked for. */
export function outputOf(realm: Realm, bytes: Uint8Array, encoding: unknown): Foreign {
  const buffer = realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));
  return typeof encoding === 'string' && encoding !== 'buffer' ? buffer.toString(encoding) : buffer;
}

/** EVP_get_digestbyname; what is not known throws. */
export function mustCreateDigest(digests: Digests, name: string): Digest {
  const digest = digests.create(name);
  if (digest === undefined)
    throw digests.isLegacy(name) ? OpensslErrors.unsupportedDigest() : new Error('Digest method not supported');
  return digest;
}

/** Hmac::HmacInit: throws ERR_CRYPTO_INVALID_DIGEST for a name that is not known. */
export function makeHmac(digests: Digests, name: string, key: Uint8Array): HmacDigest {
  if (!digests.has(name)) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${name}`);
  return new HmacDigest(() => mustCreateDigest(digests, name), key);
}

/** EVP_DigestFinalXOF: only SHAKE has a length of one's choice. */
function mustBeExtendable(digests: Digests, name: string, digest: Digest, length: number | undefined): void {
  if (length !== undefined && length !== digest.outputSize && !digests.isExtendable(name))
    throw OpensslErrors.notExtendable();
}

/** Hash, Hmac and oneShotDigest. Reference: Node src/crypto/crypto_hash.cc, crypto_hmac.cc. */
export function createHashClasses(realm: Realm, digests: Digests): Members {
  /** Hash::New, Hash::HashUpdate; (algorithm or another Hash to copy, length in bytes for XOFs). */
  class Hash {
    readonly #digest: Digest;
    readonly #name: string;
    readonly #length: number | undefined;
    #result: Uint8Array | null = null;

    constructor(algorithm: string | Hash, length: number | undefined) {
      this.#name = typeof algorithm === 'string' ? algorithm : algorithm.#name;
      // hash.copy(): the state so far, and the two go on apart.
      this.#digest = typeof algorithm === 'string' ? mustCreateDigest(digests, algorithm) : algorithm.#digest.copy();
      mustBeExtendable(digests, this.#name, this.#digest, length);
      this.#length = length;
    }

    update(data: unknown, encoding: unknown): boolean {
      this.#digest.update(inputBytes(realm, data, encoding));
      return true;
    }

    /** Hash::HashDigest: asking again gives the same. */
    digest(encoding: unknown): Foreign {
      // A length of 0 is no digest at all, which finish() would not understand.
      this.#result ??= this.#length === 0 ? new Uint8Array(0) : this.#digest.finish(this.#length);
      return outputOf(realm, this.#result, encoding);
    }
  }

  /** Hmac (crypto_hmac.cc). Without `init` nothing is hashed: `update` says so by false, `digest` by no bytes. */
  class Hmac {
    #message: ReturnType<HmacDigest['begin']> | null = null;

    init(name: string, key: unknown): void {
      this.#message = makeHmac(digests, name, bytesOf(key)).begin();
    }

    update(data: unknown, encoding: unknown): boolean {
      this.#message?.update(inputBytes(realm, data, encoding));
      return this.#message !== null;
    }

    digest(encoding: unknown): Foreign {
      // A second digest() gives nothing, as in C++: lib has thrown before.
      const result = this.#message?.finish() ?? new Uint8Array(0);
      this.#message = null;
      return outputOf(realm, result, encoding);
    }
  }

  /** `crypto.hash`: (name, id, cache, input, encoding, encoding number, length). */
  function oneShotDigest(
    name: string,
    _id: number,
    _cache: unknown,
    input: unknown,
    encoding: string,
    _encodingNumber: number,
    length: number | undefined,
  ): Foreign {
    const digest = digests.create(name);
    if (digest === undefined) throw new Error(`Digest method ${name} is not supported`);
    if (length !== undefined && length !== digest.outputSize && !digests.isExtendable(name))
      throw new Error(`Output length ${length} is invalid for ${name}, which does not support XOF`);
    digest.update(inputBytes(realm, input, 'utf8'));
    return outputOf(realm, length === 0 ? new Uint8Array(0) : digest.finish(length), encoding);
  }

  return { Hash, Hmac, oneShotDigest };
}

/** CRYPTO_memcmp: takes as long whatever the difference is. */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a[index]! ^ b[index]!;
  return difference === 0;
}
