import { codedError } from '@slipway/node-values';
import { bitLength, fromBigInt, opensslError, power, type RandomBytes, toBigInt } from '@slipway/codecs';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';

/** DH_MIN_MODULUS_BITS: smaller groups are refused. For compatibility only, 512 bits are no protection. */
export const LEAST_BITS = 512;

/** `number` is OpenSSL's packed one, in hex: library and reason, as messages show it. */
export const dhError = (number: string, reason: string): Error =>
  opensslError(number, 'Diffie-Hellman routines', reason);

const bufferOf = (realm: Realm, bytes: Uint8Array): Foreign =>
  realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));

/** One side of an exchange in a known group. Reference: DiffieHellman in Node src/crypto/crypto_dh.cc. */
export class DiffieHellmanHandle {
  readonly #realm: Realm;
  readonly #random: RandomBytes;
  readonly #prime: bigint;
  readonly #generator: bigint;
  /** Bits of DH_check's complaints about the group (DH_NOT_SUITABLE_GENERATOR and so on); 0 is a good one. */
  readonly verifyError: number;
  #open: bigint | null = null;
  #secret: bigint | null = null;

  constructor(realm: Realm, random: RandomBytes, prime: bigint, generator: bigint, verifyError: number) {
    this.#realm = realm;
    this.#random = random;
    this.#prime = prime;
    this.#generator = generator;
    this.verifyError = verifyError;
  }

  /** DiffieHellman::GenerateKeys: a secret that was set before is kept, its public key computed. */
  generateKeys(): Foreign {
    if (this.#secret === null) {
      if (bitLength(this.#prime) < LEAST_BITS) throw dhError('0280007E', 'modulus too small');
      // As long as the strength of the group asks for would do; the whole length
      // is what a safe prime without an order gets.
      const length = fromBigInt(this.#prime).length;
      // Below half the prime: the order of the subgroup a safe prime has.
      do this.#secret = toBigInt(this.#random(length)) % (this.#prime >> 1n);
      while (this.#secret < 2n);
    }
    this.#open = power(this.#generator, this.#secret, this.#prime);
    return this.getPublicKey();
  }

  computeSecret(other: Foreign): Foreign {
    if (this.#secret === null)
      throw codedError(Error, 'ERR_CRYPTO_INVALID_STATE', 'No private key - did you forget to generate one?');
    const key = toBigInt(bytesOf(other));
    // 0, 1 and p - 1 would give away the result: DH_check_pub_key.
    if (key <= 1n) throw codedError(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Supplied key is too small');
    if (key >= this.#prime - 1n) throw codedError(RangeError, 'ERR_CRYPTO_INVALID_KEYLEN', 'Supplied key is too large');
    // As long as the prime, zeros in front, as DH_compute_key_padded.
    return bufferOf(this.#realm, fromBigInt(power(key, this.#secret, this.#prime), fromBigInt(this.#prime).length));
  }

  getPrime(): Foreign {
    return bufferOf(this.#realm, fromBigInt(this.#prime));
  }

  getGenerator(): Foreign {
    return bufferOf(this.#realm, fromBigInt(this.#generator));
  }

  getPublicKey(): Foreign {
    if (this.#open === null)
      throw codedError(Error, 'ERR_CRYPTO_INVALID_STATE', 'No public key - did you forget to generate one?');
    return bufferOf(this.#realm, fromBigInt(this.#open));
  }

  getPrivateKey(): Foreign {
    if (this.#secret === null)
      throw codedError(Error, 'ERR_CRYPTO_INVALID_STATE', 'No private key - did you forget to generate one?');
    return bufferOf(this.#realm, fromBigInt(this.#secret));
  }

  setPublicKey(key: Foreign): void {
    this.#open = toBigInt(bytesOf(key));
  }

  setPrivateKey(key: Foreign): void {
    this.#secret = toBigInt(bytesOf(key));
  }
}
