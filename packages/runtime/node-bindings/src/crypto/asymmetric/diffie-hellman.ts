import { codedError } from '@slipway/node-values';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { bytesOf } from '../byte-source.ts';
import type { Members } from '../hash-classes.ts';
import {
  toBigInt,
  knownSafePrime,
  MODP_GENERATOR,
  modpGroup,
  isProbablePrime,
  type RandomBytes,
  randomPrime,
} from '@slipway/codecs';
import { dhError, DiffieHellmanHandle, LEAST_BITS } from './diffie-hellman-handle.ts';

/** Bits of DH_CHECK_* (openssl/dh.h); lib shows them as `verifyError`. */
const Check = { notPrime: 1, notSafePrime: 2, unableToCheckGenerator: 4, notSuitableGenerator: 8 } as const;

/** DiffieHellman, DiffieHellmanGroup. Reference: Node src/crypto/crypto_dh.cc. */
export function createDiffieHellmanClasses(realm: Realm, random: RandomBytes): Members {
  class DiffieHellman extends DiffieHellmanHandle {
    constructor(sizeOrPrime: Foreign, generator: Foreign) {
      const base = typeof generator === 'number' ? BigInt(generator) : toBigInt(bytesOf(generator));
      // A size in bits: a group is made. lib has checked neither number.
      if (typeof sizeOrPrime === 'number') {
        if (sizeOrPrime < LEAST_BITS) throw dhError('0280007E', 'modulus too small');
        if (base <= 1n) throw dhError('02800065', 'bad generator');
        super(realm, random, safePrime(sizeOrPrime, base, random), base, 0);
        return;
      }
      if (base <= 1n) throw dhError('02800065', 'bad generator');
      const prime = toBigInt(bytesOf(sizeOrPrime));
      super(realm, random, prime, base, verify(prime, base, random));
    }
  }

  class DiffieHellmanGroup extends DiffieHellmanHandle {
    constructor(name: string) {
      // Names are compared without case (StringEqualNoCase).
      const prime = modpGroup(name.toLowerCase());
      if (prime === undefined) throw codedError(Error, 'ERR_CRYPTO_UNKNOWN_DH_GROUP', 'Unknown DH group');
      super(realm, random, prime, MODP_GENERATOR, 0);
    }
  }

  return { DiffieHellman, DiffieHellmanGroup };
}

/** The sizes that a published group has are those: to find one takes minutes here. */
function safePrime(size: number, generator: bigint, random: RandomBytes): bigint {
  const known = generator === MODP_GENERATOR ? knownSafePrime(size) : undefined;
  return (
    known ??
    randomPrime(
      size,
      random,
      // One round first, to be rid of most candidates; then as many as a prime is worth.
      (prime) => isProbablePrime(prime >> 1n, random, 1) && isProbablePrime(prime >> 1n, random),
    )
  );
}

/** DH_check of OpenSSL, as bits of `Check`; a group is used all the same, the program has to look. */
function verify(prime: bigint, generator: bigint, random: RandomBytes): number {
  let found = 0;
  if (generator >= prime - 1n) found |= Check.notSuitableGenerator;
  if (!isProbablePrime(prime, random)) found |= Check.notPrime;
  else if (!isProbablePrime(prime >> 1n, random)) found |= Check.notSafePrime;
  return found;
}
