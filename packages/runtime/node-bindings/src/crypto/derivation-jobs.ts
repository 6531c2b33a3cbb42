import { codedError } from '@slipway/node-values';
import type { Foreign, Realm } from '../realm/realm.ts';
import { bytesOf, ownBuffer } from './byte-source.ts';
import { type Digests, type HashLibrary, hkdf, hkdfLimit, pbkdf2, type Digest } from '@slipway/codecs';
import type { Members } from './hash-classes.ts';
import { CryptoJob } from './jobs.ts';

/** getRandomValues gives no more at once (Web Cryptography, 10.1.1). */
const RANDOM_CHUNK = 65_536;

/** RandomBytesJob, PBKDF2Job, ScryptJob, HKDFJob. Reference: Node src/crypto/crypto_{random,pbkdf2,scrypt,hkdf}.cc. */
export function createDerivationJobs(realm: Realm, digests: Digests, library: () => HashLibrary): Members {
  // A digest is looked up at once, so that an unknown name throws from the call.
  const mustMake = (name: string): (() => Digest) => {
    if (!digests.has(name)) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_DIGEST', `Invalid digest: ${name}`);
    return () => digests.create(name) as Digest;
  };

  class RandomBytesJob extends CryptoJob {
    readonly #target: Uint8Array;

    constructor(mode: number, buffer: Foreign, offset: number, size: number) {
      super(realm, mode);
      const view = ArrayBuffer.isView(buffer);
      // Filled when the job runs, in the program's own memory.
      this.#target = new Uint8Array(view ? buffer.buffer : buffer, (view ? buffer.byteOffset : 0) + offset, size);
    }

    protected override compute(): undefined {
      for (let at = 0; at < this.#target.length; at += RANDOM_CHUNK) {
        // By way of memory of its own: the browser refuses to fill shared memory.
        const chunk = new Uint8Array(Math.min(RANDOM_CHUNK, this.#target.length - at));
        realm.host.crypto.getRandomValues(chunk);
        this.#target.set(chunk, at);
      }
      return undefined;
    }
  }

  class PBKDF2Job extends CryptoJob {
    readonly #derive: () => Uint8Array;

    constructor(mode: number, password: unknown, salt: unknown, iterations: number, length: number, digest: string) {
      super(realm, mode);
      const [make, secret, bytes] = [
        mustMake(digest),
        Uint8Array.from(bytesOf(password)),
        Uint8Array.from(bytesOf(salt)),
      ];
      this.#derive = () => pbkdf2(make, secret, bytes, iterations, length);
    }

    protected override compute(): ArrayBuffer {
      return ownBuffer(this.#derive());
    }
  }

  class HKDFJob extends CryptoJob {
    readonly #derive: () => Uint8Array;

    constructor(mode: number, digest: string, key: unknown, salt: unknown, info: unknown, length: number) {
      super(realm, mode);
      const make = mustMake(digest);
      // 255 times the digest's size (RFC 5869, 2.3).
      if (length > hkdfLimit(make().outputSize))
        throw codedError(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Invalid key length');
      const [secret, bytes, context] = [
        Uint8Array.from(bytesOf(key)),
        Uint8Array.from(bytesOf(salt)),
        Uint8Array.from(bytesOf(info)),
      ];
      this.#derive = () => hkdf(make, secret, bytes, context, length);
    }

    protected override compute(): ArrayBuffer {
      return ownBuffer(this.#derive());
    }
  }

  class ScryptJob extends CryptoJob {
    readonly #derive: () => Uint8Array;

    constructor(
      mode: number,
      password: unknown,
      salt: unknown,
      N: number,
      r: number,
      p: number,
      maxmem: number,
      length: number,
    ) {
      super(realm, mode);
      // RFC 7914, 2: N is a power of two above one; OpenSSL's bound on r and p.
      if (N < 2 || (N & (N - 1)) !== 0 || r < 1 || p < 1)
        throw codedError(RangeError, 'ERR_CRYPTO_INVALID_SCRYPT_PARAMS', 'Invalid scrypt params');
      // RFC 7914, 2: N below 2^(128 r / 8); OpenSSL reports it like the memory limit.
      // The bytes scrypt will need come first: OpenSSL asks the same of maxmem.
      if (128 * r * (N + p + 2) > maxmem || r * p >= 2 ** 30 || (16 * r <= 32 && N >= 2 ** (16 * r))) {
        throw codedError(
          RangeError,
          'ERR_CRYPTO_INVALID_SCRYPT_PARAMS',
          'Invalid scrypt params: error:030000AC:digital envelope routines::memory limit exceeded',
        );
      }
      const [secret, bytes] = [Uint8Array.from(bytesOf(password)), Uint8Array.from(bytesOf(salt))];
      this.#derive = () =>
        length === 0
          ? new Uint8Array(0)
          : // The limit was judged above; the library counts a little more than OpenSSL.
            library().scrypt(secret, bytes, { N, r, p, dkLen: length, maxmem: maxmem + 1024 ** 2 });
    }

    protected override compute(): ArrayBuffer {
      return ownBuffer(this.#derive());
    }
  }

  return { RandomBytesJob, PBKDF2Job, HKDFJob, ScryptJob };
}
