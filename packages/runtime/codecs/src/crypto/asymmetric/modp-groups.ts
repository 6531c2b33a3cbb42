/**
 * The prime groups of RFC 2409 and RFC 3526, by their defining formula:
 *
 *   p = 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) * pi] + c)
 */
const GROUPS: Readonly<Record<string, readonly [bits: number, c: bigint]>> = {
  modp1: [768, 149_686n],
  modp2: [1024, 129_093n],
  modp5: [1536, 741_804n],
  modp14: [2048, 124_476n],
  modp15: [3072, 1_690_314n],
  modp16: [4096, 240_904n],
  modp17: [6144, 929_484n],
  modp18: [8192, 4_743_158n],
};

/** One for all groups: both RFCs chose their primes so that 2 generates a subgroup without small factors. */
export const MODP_GENERATOR = 2n;

/** The prime of `modp14` and its like; `undefined` for a name that is none. */
export function modpGroup(name: string): bigint | undefined {
  const group = Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined;
  if (group === undefined) return undefined;
  const [size, c] = group;
  const n = BigInt(size);
  return 2n ** n - 2n ** (n - 64n) - 1n + 2n ** 64n * (piTimes(n - 130n) + c);
}

/** A safe prime of this size without a search, which could take minutes: those of the RFCs are safe. */
export function knownSafePrime(size: number): bigint | undefined {
  const known = Object.entries(GROUPS).find(([, [bits]]) => bits === size);
  return known && modpGroup(known[0]);
}

/** [2^bits * pi], by Machin's formula with some bits to spare. */
function piTimes(bits: bigint): bigint {
  // The sums of some hundred terms lose less than 16 bits.
  const spare = 64n;
  const one = 1n << (bits + spare);
  const arctan = (inverse: bigint): bigint => {
    let [sum, term] = [0n, one / inverse];
    for (let k = 1n; term !== 0n; k += 2n) {
      sum += k % 4n === 1n ? term / k : -(term / k);
      term /= inverse * inverse;
    }
    return sum;
  };
  return (4n * (4n * arctan(5n) - arctan(239n))) >> spare;
}
