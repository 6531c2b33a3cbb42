/**
 * Curves y² + xy = x³ + ax² + b over GF(2^m) and ECDSA over them, which @noble/curves does not have: the sect*, c2pnb*,
 * c2tnb*, wap-wsg* and Oakley-EC2N-* of OpenSSL.
 *
 * Sources: SEC 1 v2, 2.2.2 (group law), 2.3.3 and 2.3.4 (points as bytes, compression), 4.1 (ECDSA); López and Dahab,
 * Fast Multiplication on Elliptic Curves over GF(2^m) without Precomputation, 1999; OpenSSL crypto/ec/ec_mult.c
 * (`ossl_ec_scalar_mul_ladder`) for the scalar's fixed length and ec2_oct.c for what it takes as a point.
 */
import { BinaryField, type Element } from './binary-field.ts';

/** What defines a curve, as SpecifiedECDomain has it. */
export interface BinaryParameters {
  readonly degree: number;
  readonly terms: readonly number[];
  readonly a: Uint8Array;
  readonly b: Uint8Array;
  /** Uncompressed. */
  readonly base: Uint8Array;
  readonly order: bigint;
  readonly cofactor: bigint;
}

interface Point {
  readonly x: Element;
  readonly y: Element;
}
/** `null` is the point at infinity. */
type MaybePoint = Point | null;

/** Both are below the curve's order. */
export interface SignatureNumbers {
  readonly r: bigint;
  readonly s: bigint;
}

/** Nonces that were drawn and did not do: one in two at the worst, so a source of zeros is told in no time. */
const MOST_ATTEMPTS = 256;

/** One curve. Points are bytes, uncompressed (4, x, y) where nothing else is said. */
export class BinaryCurve {
  readonly #field: BinaryField;
  readonly #a: Element;
  readonly #b: Element;
  readonly #base: Point;
  readonly #order: bigint;
  readonly #cardinality: bigint;
  readonly #random: (length: number) => Uint8Array;

  constructor(parameters: BinaryParameters, random: (length: number) => Uint8Array) {
    this.#field = new BinaryField(parameters.degree, parameters.terms);
    this.#a = this.#field.fromBytes(parameters.a);
    this.#b = this.#field.fromBytes(parameters.b);
    this.#order = parameters.order;
    this.#cardinality = parameters.order * parameters.cofactor;
    this.#random = random;
    this.#base = this.#decode(parameters.base);
  }

  /** In any form of SEC 1, 2.3.3, hybrid too, to the uncompressed one. Throws RangeError for what is no point. */
  toUncompressed(point: Uint8Array): Uint8Array {
    return this.#encode(this.#decode(point));
  }

  /** ỹ of SEC 1, 2.3.3: the lowest bit of y / x. */
  compressionBit(point: Uint8Array): number {
    const { x, y } = this.#decode(point);
    return this.#field.multiply(y, this.#field.inverse(x))[0]! & 1;
  }

  /** Throws RangeError for a secret that is 0 or not below the order. */
  publicKey(secret: bigint): Uint8Array {
    this.#mustBeScalar(secret);
    return this.#encode(this.#must(this.#multiply(secret, this.#base)));
  }

  /** The first coordinate of the shared point (SEC 1, 3.3.1). Throws RangeError where that is infinity. */
  sharedX(secret: bigint, point: Uint8Array): Uint8Array {
    this.#mustBeScalar(secret);
    return this.#field.toBytes(this.#must(this.#multiply(secret, this.#decode(point))).x);
  }

  /** SEC 1, 4.1.3, of a digest of any length. */
  sign(digest: Uint8Array, secret: bigint): SignatureNumbers {
    const n = this.#order;
    this.#mustBeScalar(secret);
    const e = this.#truncated(digest);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const nonce = this.#randomScalar();
      const r = this.#firstNumber(this.#multiply(nonce, this.#base));
      // The secret is never seen alone by the inversion, whose time depends on what it inverts.
      const blind = this.#randomScalar();
      const s = (modularInverse((nonce * blind) % n, n) * ((((e + r * secret) % n) * blind) % n)) % n;
      if (r !== 0n && s !== 0n) return { r, s };
    }
    throw new RangeError('Cannot sign: the random numbers are none');
  }

  /** SEC 1, 4.1.4. */
  verify({ r, s }: SignatureNumbers, digest: Uint8Array, point: Uint8Array): boolean {
    const n = this.#order;
    if (r < 1n || r >= n || s < 1n || s >= n) return false;
    const inverse = modularInverse(s, n);
    const [first, second] = [(this.#truncated(digest) * inverse) % n, (r * inverse) % n];
    const sum = this.#add(this.#multiply(first, this.#base), this.#multiply(second, this.#decode(point)));
    return sum !== null && this.#firstNumber(sum) === r;
  }

  #firstNumber(point: MaybePoint): bigint {
    return point === null ? 0n : toNumber(this.#field.toBytes(point.x)) % this.#order;
  }

  /** The leftmost bits of a digest, as many as the order has (SEC 1, 4.1.3, step 5). */
  #truncated(digest: Uint8Array): bigint {
    const excess = digest.length * 8 - bitsOf(this.#order);
    return excess > 0 ? toNumber(digest) >> BigInt(excess) : toNumber(digest);
  }

  /** From 1 to the order less one, each as likely. */
  #randomScalar(): bigint {
    const bits = bitsOf(this.#order);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const length = Math.ceil(bits / 8);
      const value = toNumber(this.#random(length)) >> BigInt(length * 8 - bits);
      if (value > 0n && value < this.#order) return value;
    }
    throw new RangeError('Cannot draw a secret: the random numbers are none');
  }

  #mustBeScalar(secret: bigint): void {
    if (secret < 1n || secret >= this.#order) throw new RangeError('Cannot use the secret: out of range');
  }

  #must(point: MaybePoint): Point {
    if (point === null) throw new RangeError('Cannot use the point: infinity');
    return point;
  }

  #encode({ x, y }: Point): Uint8Array {
    return Uint8Array.from([4, ...this.#field.toBytes(x), ...this.#field.toBytes(y)]);
  }

  #decode(bytes: Uint8Array): Point {
    const field = this.#field;
    const form = bytes[0] ?? 0;
    const isCompressed = form === 2 || form === 3;
    if (bytes.length !== 1 + field.bytes * (isCompressed ? 1 : 2) || (!isCompressed && ![4, 6, 7].includes(form)))
      throw new RangeError('Cannot read the point: no such form');
    const x = field.fromBytes(bytes.subarray(1, 1 + field.bytes));
    if (isCompressed) return { x, y: this.#decompress(x, form & 1) };
    const y = field.fromBytes(bytes.subarray(1 + field.bytes));
    // y² + xy = x³ + ax² + b, as y(y + x) = x²(x + a) + b.
    const right = field.add(field.multiply(field.square(x), field.add(x, this.#a)), this.#b);
    if (!field.equal(field.multiply(y, field.add(y, x)), right))
      throw new RangeError('Cannot read the point: not on the curve');
    // The hybrid form says twice what y is.
    if (form !== 4 && (field.multiply(y, field.inverse(x))[0]! & 1) !== (form & 1))
      throw new RangeError('Cannot read the point: its form contradicts it');
    return { x, y };
  }

  /** SEC 1, 2.3.4, step 2.4. */
  #decompress(x: Element, bit: number): Element {
    const field = this.#field;
    // The one point of order two, whatever the bit says.
    if (field.isZero(x)) return field.squareRoot(this.#b);
    const shape = field.add(field.add(x, this.#a), field.multiply(this.#b, field.square(field.inverse(x))));
    const z = field.solveQuadratic(shape);
    if (z === undefined) throw new RangeError('Cannot read the point: not on the curve');
    return field.multiply(x, (z[0]! & 1) === bit ? z : field.add(z, field.monomial()));
  }

  #add(p: MaybePoint, q: MaybePoint): MaybePoint {
    if (p === null || q === null) return p ?? q;
    const field = this.#field;
    if (field.equal(p.x, q.x)) {
      // Opposite points, or a point of order two with itself.
      if (!field.equal(p.y, q.y) || field.isZero(p.x)) return null;
      const slope = field.add(p.x, field.multiply(p.y, field.inverse(p.x)));
      const x = field.add(field.add(field.square(slope), slope), this.#a);
      return { x, y: field.add(field.square(p.x), field.multiply(field.add(slope, field.monomial()), x)) };
    }
    const slope = field.multiply(field.add(p.y, q.y), field.inverse(field.add(p.x, q.x)));
    const x = [slope, p.x, q.x, this.#a].reduce((sum, part) => field.add(sum, part), field.square(slope));
    return { x, y: field.add(field.add(field.multiply(slope, field.add(p.x, x)), x), p.y) };
  }

  /** Montgomery's ladder over x alone, as many steps for every scalar; y follows from its two last points. */
  #multiply(scalar: bigint, point: Point): MaybePoint {
    const field = this.#field;
    const { x, y } = point;
    if (field.isZero(x)) return (scalar & 1n) === 0n ? null : point;
    // Once or twice the group's size more: the same point, and always the same length.
    const once = scalar + this.#cardinality;
    const fixed = bitsOf(once) > bitsOf(this.#cardinality) ? once : once + this.#cardinality;
    const pairs: [[Element, Element], [Element, Element]] = [
      [x, field.monomial()],
      [field.add(field.square(field.square(x)), this.#b), field.square(x)],
    ];
    for (let index = bitsOf(fixed) - 2; index >= 0; index--) {
      const bit = Number((fixed >> BigInt(index)) & 1n);
      const [doubled, other] = [pairs[bit]!, pairs[1 - bit]!];
      const [left, right] = [field.multiply(other[0], doubled[1]), field.multiply(doubled[0], other[1])];
      const z = field.square(field.add(left, right));
      const [squareX, squareZ] = [field.square(doubled[0]), field.square(doubled[1])];
      pairs[1 - bit] = [field.add(field.multiply(x, z), field.multiply(left, right)), z];
      pairs[bit] = [
        field.add(field.square(squareX), field.multiply(this.#b, field.square(squareZ))),
        field.multiply(squareX, squareZ),
      ];
    }
    const [[x1, z1], [x2, z2]] = pairs;
    if (field.isZero(z1)) return null;
    // The next multiple is infinity: this one is the point's opposite.
    if (field.isZero(z2)) return { x, y: field.add(x, y) };
    return this.#recover(point, [x1, z1], [x2, z2]);
  }

  #recover({ x, y }: Point, [x1, z1]: [Element, Element], [x2, z2]: [Element, Element]): Point {
    const field = this.#field;
    const both = field.multiply(z1, z2);
    const inverse = field.inverse(field.multiply(x, both));
    // 1 / z1 is x z2 / (x z1 z2).
    const affine = field.multiply(x1, field.multiply(inverse, field.multiply(x, z2)));
    const sum = field.add(
      field.multiply(field.add(x1, field.multiply(x, z1)), field.add(x2, field.multiply(x, z2))),
      field.multiply(field.add(field.square(x), y), both),
    );
    return { x: affine, y: field.add(field.multiply(field.multiply(field.add(x, affine), sum), inverse), y) };
  }
}

const bitsOf = (value: bigint): number => value.toString(2).length;

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x0${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`);
}

/** By Fermat: the order is prime wherever something is signed. */
function modularInverse(value: bigint, modulus: bigint): bigint {
  let [result, base] = [1n, value % modulus];
  for (let exponent = modulus - 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}
