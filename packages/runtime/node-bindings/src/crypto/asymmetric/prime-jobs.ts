import { codedError } from '@slipway/node-values';
import {
  bitLength,
  fromBigInt,
  isProbablePrime,
  opensslError,
  type RandomBytes,
  randomPrime,
  toBigInt,
} from '@slipway/codecs';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import type { Members } from '../hash-classes.ts';
import { CryptoJob } from '../jobs.ts';

/** What a BIGNUM can hold: INT_MAX / 4 bits in whole words (bn_expand_internal). */
const MOST_BYTES = 67_108_856;

/** RandomPrimeJob, CheckPrimeJob. Reference: Node src/crypto/crypto_random.cc. */
export function createPrimeJobs(realm: Realm, random: RandomBytes): Members {
  class RandomPrimeJob extends CryptoJob {
    readonly #compute: () => ArrayBuffer;

    constructor(mode: number, size: number, safe: boolean, add: Foreign, rem: Foreign) {
      super(realm, mode);
      const step = add === undefined ? undefined : toBigInt(bytesOf(add));
      const rest = rem === undefined ? undefined : toBigInt(bytesOf(rem));
      // As BN_generate_prime_ex2 would loop for ever.
      if (step !== undefined && bitLength(step) > size)
        throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'invalid options.add');
      if (step !== undefined && rest !== undefined && step <= rest)
        throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'invalid options.rem');
      // Without a rest the prime is 1 more than a multiple, a safe one 3 more (BN_generate_prime_ex).
      const wanted = rest ?? (safe ? 3n : 1n);
      const suits = (prime: bigint): boolean =>
        (step === undefined || prime % step === wanted % step) && (!safe || isProbablePrime(prime >> 1n, random));
      // Size in bits; the answer is padded with zeros in front to whole bytes.
      this.#compute = () => ownBuffer(fromBigInt(smallOrRandom(size, suits, random), Math.ceil(size / 8)));
    }

    protected override compute(): ArrayBuffer {
      return this.#compute();
    }
  }

  class CheckPrimeJob extends CryptoJob {
    readonly #candidate: bigint;
    readonly #checks: number;

    constructor(mode: number, candidate: Foreign, checks: number) {
      super(realm, mode);
      const bytes = bytesOf(candidate);
      if (bytes.length > MOST_BYTES) throw opensslError('01800072', 'bignum routines', 'bignum too long');
      this.#candidate = toBigInt(bytes);
      this.#checks = checks;
    }

    protected override compute(): boolean {
      // Miller-Rabin rounds; OpenSSL does not go below its own minimum either.
      return isProbablePrime(this.#candidate, random, Math.max(this.#checks, 8));
    }
  }

  return { RandomPrimeJob, CheckPrimeJob };
}

/** Few bits: one of all there are with both of the highest set. */
function smallOrRandom(size: number, suits: (prime: bigint) => boolean, random: RandomBytes): bigint {
  // With 12 bits and fewer a random search might find none that suits although there are some, or never end.
  if (size > 12) return randomPrime(size, random, suits);
  const all: bigint[] = [];
  for (let value = 3n << BigInt(size - 2); value < 1n << BigInt(size); value++)
    if (isProbablePrime(value, random) && suits(value)) all.push(value);
  if (all.length === 0) throw opensslError('0180007B', 'bignum routines', 'no suitable prime');
  return all[toNumber(random(2)) % all.length]!;
}

const toNumber = (bytes: Uint8Array): number => bytes[0]! * 256 + bytes[1]!;
