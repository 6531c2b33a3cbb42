import { codedError } from '../../core/coded-error.ts';
import { plain } from '../../core/bytes.ts';
import type { Foreign, Realm } from '../../realm.ts';
import { bytesOf, ownBuffer } from './byte-source.ts';
import type { Digests } from './digests.ts';
import { CryptoJob } from './jobs.ts';
import { HmacDigest } from './key-derivation.ts';
import { OpensslErrors } from './openssl-error.ts';
import type { Digest } from './wasm-digest.ts';

/** Members of the binding; lib uses them untyped. */
export type Members = Readonly<Record<string, Foreign>>;

/** Text in an encoding of Buffer, or the bytes of a view. */
export function inputBytes(realm: Realm, data: unknown, encoding: unknown): Uint8Array {
  if (typeof data !== 'string') return bytesOf(data);
  const known = typeof encoding === 'string' && encoding !== 'buffer' ? encoding : 'utf8';
  return plain(realm.requireBuiltin('buffer').Buffer.from(data, known));
}

/** A Buffer, or its text where an encoding is asked for. */
export function outputOf(realm: Realm, bytes: Uint8Array, encoding: unknown): Foreign {
  const buffer = realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));
  return typeof encoding === 'string' && encoding !== 'buffer' ? buffer.toString(encoding) : buffer;
}

/** Hash, Hmac, HashJob, HmacJob and oneShotDigest. Reference: Node src/crypto/crypto_hash.cc, crypto_hmac.cc. */
export function createHashClasses(realm: Realm, digests: Digests, constants: { readonly kSignJobModeVerify: number }): Members {
  const mustCreate = (name: string): Digest => {
    const digest = digests.create(name);
    if (digest === undefined) throw new Error('Digest method not supported');
    return digest;
  };

  const mustBeExtendable = (name: string, digest: Digest, length: number | undefined): void => {
    if (length !== undefined && length !== digest.outputSize && !digests.isExtendable(name)) throw OpensslErrors.notExtendable();
  };

  const makeHmac = (name: string, key: Uint8Array): HmacDigest => {
    if (!digests.has(name)) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${name}`);
    return new HmacDigest(() => mustCreate(name), key);
  };

  class Hash {
    readonly #digest: Digest;
    readonly #name: string;
    readonly #length: number | undefined;
    #result: Uint8Array | null = null;

    constructor(algorithm: string | Hash, length: number | undefined) {
      this.#name = typeof algorithm === 'string' ? algorithm : algorithm.#name;
      this.#digest = typeof algorithm === 'string' ? mustCreate(algorithm) : algorithm.#digest.copy();
      mustBeExtendable(this.#name, this.#digest, length);
      this.#length = length;
    }

    update(data: unknown, encoding: unknown): boolean {
      this.#digest.update(inputBytes(realm, data, encoding));
      return true;
    }

    /** Hash::HashDigest: asking again gives the same. */
    digest(encoding: unknown): Foreign {
      this.#result ??= this.#length === 0 ? new Uint8Array(0) : this.#digest.finish(this.#length);
      return outputOf(realm, this.#result, encoding);
    }
  }

  class Hmac {
    #message: ReturnType<HmacDigest['begin']> | null = null;

    init(name: string, key: unknown): void {
      this.#message = makeHmac(name, bytesOf(key)).begin();
    }

    update(data: unknown, encoding: unknown): boolean {
      this.#message?.update(inputBytes(realm, data, encoding));
      return this.#message !== null;
    }

    digest(encoding: unknown): Foreign {
      const result = this.#message?.finish() ?? new Uint8Array(0);
      this.#message = null;
      return outputOf(realm, result, encoding);
    }
  }

  class HashJob extends CryptoJob {
    readonly #name: string;
    readonly #data: Uint8Array;
    readonly #length: number | undefined;

    /** `bits` only for SHAKE. */
    constructor(mode: number, name: string, data: unknown, bits: number | undefined) {
      super(realm, mode);
      this.#name = name;
      this.#data = Uint8Array.from(bytesOf(data));
      this.#length = bits === undefined ? undefined : bits / 8;
    }

    protected override compute(): ArrayBuffer {
      const digest = mustCreate(this.#name);
      digest.update(this.#data);
      return ownBuffer(this.#length === 0 ? new Uint8Array(0) : digest.finish(this.#length));
    }
  }

  class HmacJob extends CryptoJob {
    readonly #verify: boolean;
    readonly #name: string;
    readonly #key: Uint8Array;
    readonly #data: Uint8Array;
    readonly #signature: Uint8Array;

    constructor(mode: number, signMode: number, name: string, key: unknown, data: unknown, signature: unknown) {
      super(realm, mode);
      this.#verify = signMode === constants.kSignJobModeVerify;
      this.#name = name;
      this.#key = bytesOf(key);
      this.#data = Uint8Array.from(bytesOf(data));
      this.#signature = Uint8Array.from(bytesOf(signature));
    }

    protected override compute(): ArrayBuffer | boolean {
      const mac = makeHmac(this.#name, this.#key).of(this.#data);
      return this.#verify ? equalInConstantTime(mac, this.#signature) : mac.buffer;
    }
  }

  /** `crypto.hash`: (name, id, cache, input, encoding, encoding number, length). */
  function oneShotDigest(name: string, _id: number, _cache: unknown, input: unknown, encoding: string, _encodingNumber: number, length: number | undefined): Foreign {
    const digest = digests.create(name);
    if (digest === undefined) throw new Error(`Digest method ${name} is not supported`);
    if (length !== undefined && length !== digest.outputSize && !digests.isExtendable(name)) throw new Error(`Output length ${length} is invalid for ${name}, which does not support XOF`);
    digest.update(inputBytes(realm, input, 'utf8'));
    return outputOf(realm, length === 0 ? new Uint8Array(0) : digest.finish(length), encoding);
  }

  return { Hash, Hmac, HashJob, HmacJob, oneShotDigest };
}

export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a[index]! ^ b[index]!;
  return difference === 0;
}
