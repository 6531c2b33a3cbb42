import { codedError } from '../../../core/coded-error.ts';
import type { Foreign, Realm } from '../../../realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import type { Members } from '../hash-classes.ts';
import { CryptoJob } from '../jobs.ts';
import { opensslError } from '../openssl-error.ts';
import { fromBigInt, toBigInt } from './der.ts';
import { knownSafePrime, MODP_GENERATOR, modpGroup } from './modp-groups.ts';
import { bitLength, isProbablePrime, power, type RandomBytes, randomPrime } from './rsa-math.ts';

/** DH_CHECK_* (openssl/dh.h). */
const Check = { notPrime: 1, notSafePrime: 2, unableToCheckGenerator: 4, notSuitableGenerator: 8 } as const;
const LEAST_BITS = 512;
/** What a BIGNUM can hold: INT_MAX / 4 bits in whole words (bn_expand_internal). */
const MOST_BYTES = 67_108_856;

const dhError = (number: string, reason: string): Error => opensslError(number, 'Diffie-Hellman routines', reason);

/** DiffieHellman, DiffieHellmanGroup, RandomPrimeJob, CheckPrimeJob. Reference: Node src/crypto/crypto_dh.cc, crypto_random.cc. */
export function createDiffieHellmanClasses(realm: Realm, random: RandomBytes): Members {
  const bufferOf = (bytes: Uint8Array): Foreign => realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));

  class Exchange {
    readonly #prime: bigint;
    readonly #generator: bigint;
    readonly verifyError: number;
    #open: bigint | null = null;
    #secret: bigint | null = null;

    constructor(prime: bigint, generator: bigint, verifyError: number) {
      this.#prime = prime;
      this.#generator = generator;
      this.verifyError = verifyError;
    }

    generateKeys(): Foreign {
      if (this.#secret === null) {
        if (bitLength(this.#prime) < LEAST_BITS) throw dhError('0280007E', 'modulus too small');
        // As long as the strength of the group asks for would do; the whole length is what a safe prime without an order gets.
        const length = fromBigInt(this.#prime).length;
        do this.#secret = toBigInt(random(length)) % (this.#prime >> 1n); while (this.#secret < 2n);
      }
      this.#open = power(this.#generator, this.#secret, this.#prime);
      return this.getPublicKey();
    }

    computeSecret(other: Foreign): Foreign {
      if (this.#secret === null) throw codedError(Error, 'ERR_CRYPTO_INVALID_STATE', 'No private key - did you forget to generate one?');
      const key = toBigInt(bytesOf(other));
      if (key <= 1n) throw codedError(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Supplied key is too small');
      if (key >= this.#prime - 1n) throw codedError(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Supplied key is too large');
      return bufferOf(fromBigInt(power(key, this.#secret, this.#prime), fromBigInt(this.#prime).length));
    }

    getPrime(): Foreign {
      return bufferOf(fromBigInt(this.#prime));
    }

    getGenerator(): Foreign {
      return bufferOf(fromBigInt(this.#generator));
    }

    getPublicKey(): Foreign {
      if (this.#open === null) throw codedError(Error, 'ERR_CRYPTO_INVALID_STATE', 'No public key - did you forget to generate one?');
      return bufferOf(fromBigInt(this.#open));
    }

    getPrivateKey(): Foreign {
      if (this.#secret === null) throw codedError(Error, 'ERR_CRYPTO_INVALID_STATE', 'No private key - did you forget to generate one?');
      return bufferOf(fromBigInt(this.#secret));
    }

    setPublicKey(key: Foreign): void {
      this.#open = toBigInt(bytesOf(key));
    }

    setPrivateKey(key: Foreign): void {
      this.#secret = toBigInt(bytesOf(key));
    }
  }

  class DiffieHellman extends Exchange {
    constructor(sizeOrPrime: Foreign, generator: Foreign) {
      const base = typeof generator === 'number' ? BigInt(generator) : toBigInt(bytesOf(generator));
      if (typeof sizeOrPrime === 'number') {
        if (sizeOrPrime < LEAST_BITS) throw dhError('0280007E', 'modulus too small');
        if (base <= 1n) throw dhError('02800065', 'bad generator');
        super(safePrime(sizeOrPrime, base, random), base, 0);
        return;
      }
      if (base <= 1n) throw dhError('02800065', 'bad generator');
      const prime = toBigInt(bytesOf(sizeOrPrime));
      super(prime, base, verify(prime, base, random));
    }
  }

  class DiffieHellmanGroup extends Exchange {
    constructor(name: string) {
      const prime = modpGroup(name.toLowerCase());
      if (prime === undefined) throw codedError(Error, 'ERR_CRYPTO_UNKNOWN_DH_GROUP', 'Unknown DH group');
      super(prime, MODP_GENERATOR, 0);
    }
  }

  class RandomPrimeJob extends CryptoJob {
    readonly #compute: () => ArrayBuffer;

    constructor(mode: number, size: number, safe: boolean, add: Foreign, rem: Foreign) {
      super(realm, mode);
      const step = add === undefined ? undefined : toBigInt(bytesOf(add));
      const rest = rem === undefined ? undefined : toBigInt(bytesOf(rem));
      // As BN_generate_prime_ex2 would loop for ever.
      if (step !== undefined && bitLength(step) > size) throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'invalid options.add');
      if (step !== undefined && rest !== undefined && step <= rest) throw codedError(RangeError, 'ERR_OUT_OF_RANGE', 'invalid options.rem');
      // Without a rest the prime is 1 more than a multiple, a safe one 3 more (BN_generate_prime_ex).
      const wanted = rest ?? (safe ? 3n : 1n);
      const suits = (prime: bigint): boolean => (step === undefined || prime % step === wanted % step) && (!safe || isProbablePrime(prime >> 1n, random));
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
      return isProbablePrime(this.#candidate, random, Math.max(this.#checks, 8));
    }
  }

  return { DiffieHellman, DiffieHellmanGroup, RandomPrimeJob, CheckPrimeJob };
}

/** Few bits: one of all there are with both of the highest set. */
function smallOrRandom(size: number, suits: (prime: bigint) => boolean, random: RandomBytes): bigint {
  if (size > 12) return randomPrime(size, random, suits);
  const all: bigint[] = [];
  for (let value = 3n << BigInt(size - 2); value < 1n << BigInt(size); value++) if (isProbablePrime(value, random) && suits(value)) all.push(value);
  if (all.length === 0) throw opensslError('0180007B', 'bignum routines', 'no suitable prime');
  return all[toNumber(random(2)) % all.length]!;
}

const toNumber = (bytes: Uint8Array): number => bytes[0]! * 256 + bytes[1]!;

/** The sizes that a published group has are those: to find one takes minutes here. */
function safePrime(size: number, generator: bigint, random: RandomBytes): bigint {
  const known = generator === MODP_GENERATOR ? knownSafePrime(size) : undefined;
  return known ?? randomPrime(size, random, (prime) => isProbablePrime(prime >> 1n, random, 1) && isProbablePrime(prime >> 1n, random));
}

/** DH_check */
function verify(prime: bigint, generator: bigint, random: RandomBytes): number {
  let found = 0;
  if (generator >= prime - 1n) found |= Check.notSuitableGenerator;
  if (!isProbablePrime(prime, random)) found |= Check.notPrime;
  else if (!isProbablePrime(prime >> 1n, random)) found |= Check.notSafePrime;
  return found;
}
