import type { Digests } from '@slipway/codecs';
import type { Realm } from '../realm/realm.ts';
import { bytesOf, ownBuffer } from './byte-source.ts';
import { equalInConstantTime, makeHmac, type Members, mustCreateDigest } from './hash-classes.ts';
import { CryptoJob } from './jobs.ts';

/** HashJob and HmacJob. Reference: HashTraits and HmacTraits in Node src/crypto/crypto_hash.cc, crypto_hmac.cc. */
export function createHashJobs(
  realm: Realm,
  digests: Digests,
  constants: { readonly kSignJobModeVerify: number },
): Members {
  class HashJob extends CryptoJob {
    readonly #name: string;
    readonly #data: Uint8Array;
    readonly #length: number | undefined;

    /** `bits` is the length of the output of SHAKE, `undefined` for all other hashes. */
    constructor(mode: number, name: string, data: unknown, bits: number | undefined) {
      super(realm, mode);
      this.#name = name;
      this.#data = Uint8Array.from(bytesOf(data));
      this.#length = bits === undefined ? undefined : bits / 8;
    }

    protected override compute(): ArrayBuffer {
      const digest = mustCreateDigest(digests, this.#name);
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
      // subtle passes a key handle, whose bytes never change: no copy.
      this.#key = bytesOf(key);
      this.#data = Uint8Array.from(bytesOf(data));
      this.#signature = Uint8Array.from(bytesOf(signature));
    }

    protected override compute(): ArrayBuffer | boolean {
      const mac = makeHmac(digests, this.#name, this.#key).of(this.#data);
      // subtle.verify answers whether, never where it differs.
      return this.#verify ? equalInConstantTime(mac, this.#signature) : mac.buffer;
    }
  }

  return { HashJob, HmacJob };
}
