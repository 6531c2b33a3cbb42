import { fromBigInt, toBigInt } from './der.ts';

/** A public key (RFC 8017, 3.1): modulus and exponent. */
export interface RsaNumbers {
  readonly n: bigint;
  readonly e: bigint;
}

/** RFC 8017, 3.2, second form: what the Chinese remainder theorem needs. */
export interface RsaPrivateNumbers extends RsaNumbers {
  readonly d: bigint;
  readonly p: bigint;
  readonly q: bigint;
  readonly dp: bigint;
  readonly dq: bigint;
  readonly qi: bigint;
}

/** Must be a source for secrets (`crypto.getRandomValues`): primes and padding are made of it. */
export type RandomBytes = (length: number) => Uint8Array;

/** Dividing by these rules out most candidates before any power is computed. */
const SMALL_PRIMES = smallPrimes(2000);
const SMALL_PRODUCT = SMALL_PRIMES.reduce((product, prime) => product * BigInt(prime), 1n);
/** Rounds of Miller-Rabin for random candidates of key size (FIPS 186-5, table B.1). */
const ROUNDS = 5;

/**
 * base^exponent mod modulus, four bits of the exponent at a time. Not in constant time, as arithmetic with bigints
 * cannot be: secrets of a page are its own here.
 */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const powers = [1n % modulus, base % modulus];
  for (let index = 2; index < 16; index++) powers.push((powers[index - 1]! * powers[1]!) % modulus);
  let result = 1n % modulus;
  for (const digit of exponent.toString(16)) {
    for (let square = 0; square < 4; square++) result = (result * result) % modulus;
    const value = Number.parseInt(digit, 16);
    if (value !== 0) result = (result * powers[value]!) % modulus;
  }
  return result;
}

/** The inverse of `value`, by the extended Euclidean algorithm; throws where there is none. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [((value % modulus) + modulus) % modulus, modulus, 1n, 0n];
  while (a > 1n) {
    if (b === 0n) throw new RangeError('Cannot invert: not coprime');
    [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  }
  // A multiple of the modulus: the loop has not begun.
  if (a === 0n && modulus !== 1n) throw new RangeError('Cannot invert: not coprime');
  return ((x % modulus) + modulus) % modulus;
}

/** Bits of a number that is not negative; 0 has none. */
export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** Miller-Rabin (FIPS 186-5, B.3.1) after trial division. */
export function isProbablePrime(value: bigint, random: RandomBytes, rounds = ROUNDS): boolean {
  if (value < 2n) return false;
  for (const prime of SMALL_PRIMES) if (value % BigInt(prime) === 0n) return value === BigInt(prime);
  // Miller-Rabin: value - 1 = odd * 2^twos with `odd` odd, then base^odd is squared up to `twos` times.
  let [odd, twos] = [value - 1n, 0];
  for (; (odd & 1n) === 0n; odd >>= 1n) twos++;
  witness: for (let round = 0; round < rounds; round++) {
    const base = 2n + (toBigInt(random(fromBigInt(value).length)) % (value - 3n));
    let x = power(base, odd, value);
    if (x === 1n || x === value - 1n) continue;
    for (let square = 1; square < twos; square++) {
      x = (x * x) % value;
      if (x === value - 1n) continue witness;
    }
    return false;
  }
  return true;
}

/** A random prime with its two highest bits set, that `accept` likes. */
export function randomPrime(
  size: number,
  random: RandomBytes,
  accept: (prime: bigint) => boolean = () => true,
): bigint {
  // Two high bits, so that the product of two such primes has all its bits.
  const top = size >= 2 ? 3n << BigInt(size - 2) : 1n;
  for (;;) {
    const start = (toBigInt(random(Math.ceil(size / 8))) & ((1n << BigInt(size)) - 1n)) | top | 1n;
    // Neighbours share one division by all small primes.
    const rest = start % SMALL_PRODUCT;
    // Then a fresh start: a long walk would prefer primes behind large gaps.
    for (let step = 0n; step < 4096n; step += 2n) {
      const candidate = start + step;
      if (bitLength(candidate) !== size) break;
      const small = rest + step;
      if (size > 16 && SMALL_PRIMES.some((prime) => small % BigInt(prime) === 0n)) continue;
      if (accept(candidate) && isProbablePrime(candidate, random)) return candidate;
    }
  }
}

/** Draws primes until the modulus has exactly `size` bits. `e` has to be odd, or no prime would suit. */
export function generateRsa(size: number, e: bigint, random: RandomBytes): RsaPrivateNumbers {
  const suits = (prime: bigint): boolean => greatestCommonDivisor(prime - 1n, e) === 1n;
  for (;;) {
    const [first, second] = [
      randomPrime(Math.ceil(size / 2), random, suits),
      randomPrime(Math.floor(size / 2), random, suits),
    ];
    const [p, q] = first > second ? [first, second] : [second, first];
    if (p === q || bitLength(p * q) !== size) continue;
    const [p1, q1] = [p - 1n, q - 1n];
    // Modulo lambda(n), the smallest exponent that works (RFC 8017, 3.2).
    const d = inverse(e, (p1 * q1) / greatestCommonDivisor(p1, q1));
    return { n: p * q, e, d, p, q, dp: d % p1, dq: d % q1, qi: inverse(q, p) };
  }
}

/** The private operation, by the Chinese remainder theorem. */
export function privatePower(message: bigint, key: RsaPrivateNumbers): bigint {
  const { p, q, dp, dq, qi, d, n } = key;
  // A key may come without its primes (RFC 8017, 3.2, the first form): the slow way still works.
  if (p === 0n || q === 0n) return power(message, d, n);
  const [m1, m2] = [power(message % p, dp, p), power(message % q, dq, q)];
  // Garner's recombination (5.1.2, step 2b): about four times as fast as one large power.
  return m2 + q * (((((m1 - m2) % p) + p) * qi) % p);
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function smallPrimes(limit: number): number[] {
  const primes: number[] = [];
  for (let value = 2; value < limit; value++) if (primes.every((prime) => value % prime !== 0)) primes.push(value);
  return primes;
}
