/**
 * Arithmetic of GF(2^m) in a polynomial basis: 32 coefficients in a word, the lowest first. Every operation takes the
 * same steps whatever its operands are; which lines of a table are read still follows from them, as in all of
 * JavaScript's arithmetic.
 *
 * Sources: SEC 1 v2, 2.1.2 and 2.3; Hankerson, Menezes and Vanstone, Guide to Elliptic Curve Cryptography, 2.36
 * (multiplication), 2.39 (squaring), 2.3.5 (reduction); Itoh and Tsujii 1988 (inversion); IEEE 1363, A.4.7 (equations).
 */
export type Element = Uint32Array;

const WORD_BITS = 32;
const WINDOW_BITS = 4;
/** sect571 is the largest of all. */
const MOST_BITS = 571;
/** A byte -> its bits with a zero before each: squaring is that alone, since there are no mixed terms. */
const SPREAD = Uint16Array.from({ length: 256 }, (_, byte) => {
  let spread = 0;
  for (let bit = 0; bit < 8; bit++) spread |= ((byte >> bit) & 1) << (2 * bit);
  return spread;
});

/** Elements are polynomials over GF(2): adding is XOR. */
export class BinaryField {
  /** m: elements have bits 0 to m - 1. */
  readonly degree: number;
  readonly bytes: number;
  /** Exponents of the reduction polynomial below m, 0 among them. */
  readonly #terms: readonly number[];
  readonly #words: number;
  /** Multiples of a factor, and the product: written anew by every product, kept to save the memory's making. */
  readonly #window: Uint32Array;
  readonly #product: Uint32Array;

  /** Throws RangeError for terms that the reduction could not take in one pass: no curve has such. */
  constructor(degree: number, terms: readonly number[]) {
    if (!(degree <= MOST_BITS && terms.every((term) => term >= 0 && degree - term >= WORD_BITS)))
      throw new RangeError('Cannot make a field: unsuitable polynomial');
    this.degree = degree;
    this.bytes = Math.ceil(degree / 8);
    this.#terms = terms;
    // One word may be needed for the polynomial's own top bit.
    this.#words = Math.floor(degree / WORD_BITS) + 1;
    this.#window = new Uint32Array((this.#words + 1) << WINDOW_BITS);
    this.#product = new Uint32Array(2 * this.#words + 1);
  }

  get zero(): Element {
    return new Uint32Array(this.#words);
  }

  /** The polynomial 1; `power` is that of x. */
  monomial(power = 0): Element {
    const element = this.zero;
    element[Math.floor(power / WORD_BITS)] = 1 << (power % WORD_BITS);
    return element;
  }

  /** Big endian, of the field's length (SEC 1, 2.3.6). Throws where bits beyond the degree are set. */
  fromBytes(bytes: Uint8Array): Element {
    if (bytes.length !== this.bytes) throw new RangeError('Cannot read a field element: wrong length');
    const element = this.zero;
    bytes.forEach((byte, index) => {
      const at = bytes.length - 1 - index;
      element[at >> 2]! |= byte << (8 * (at & 3));
    });
    const excess = this.degree % WORD_BITS;
    if (element[this.#words - 1]! >>> excess !== 0) throw new RangeError('Cannot read a field element: too large');
    return element;
  }

  toBytes(element: Element): Uint8Array {
    return Uint8Array.from({ length: this.bytes }, (_, index) => {
      const at = this.bytes - 1 - index;
      return (element[at >> 2]! >>> (8 * (at & 3))) & 0xff;
    });
  }

  add(a: Element, b: Element): Element {
    const sum = new Uint32Array(this.#words);
    for (let index = 0; index < sum.length; index++) sum[index] = a[index]! ^ b[index]!;
    return sum;
  }

  isZero(a: Element): boolean {
    let bits = 0;
    for (const word of a) bits |= word;
    return bits === 0;
  }

  equal(a: Element, b: Element): boolean {
    return this.isZero(this.add(a, b));
  }

  /** Left to right comb, four bits at a time. */
  multiply(a: Element, b: Element): Element {
    const words = this.#words;
    const line = words + 1;
    const window = this.#window;
    const product = this.#product.fill(0);
    window.fill(0, 0, line);
    window.set(b, line);
    window[line + words] = 0;
    for (let multiple = 2; multiple < 1 << WINDOW_BITS; multiple++) {
      const from = (multiple >> 1) * line;
      const to = multiple * line;
      let carry = 0;
      for (let index = 0; index < line; index++) {
        const word = window[from + index]!;
        // The odd ones have b once more, which the second line holds.
        window[to + index] = ((word << 1) | carry) ^ ((multiple & 1) === 0 ? 0 : window[line + index]!);
        carry = word >>> 31;
      }
    }
    for (let shift = WORD_BITS - WINDOW_BITS; shift >= 0; shift -= WINDOW_BITS) {
      for (let index = 0; index < words; index++) {
        const from = ((a[index]! >>> shift) & 15) * line;
        for (let column = 0; column < line; column++) product[index + column]! ^= window[from + column]!;
      }
      if (shift > 0) shiftLeft(product);
    }
    return this.#reduce(product);
  }

  square(a: Element): Element {
    const product = this.#product.fill(0);
    for (let index = 0; index < this.#words; index++) {
      const word = a[index]!;
      product[2 * index] = SPREAD[word & 0xff]! | (SPREAD[(word >>> 8) & 0xff]! << 16);
      product[2 * index + 1] = SPREAD[(word >>> 16) & 0xff]! | (SPREAD[word >>> 24]! << 16);
    }
    return this.#reduce(product);
  }

  #squares(a: Element, times: number): Element {
    let power = a;
    for (let time = 0; time < times; time++) power = this.square(power);
    return power;
  }

  /** a^(2^m - 2), by the exponents 2^k - 1 for the leading bits k of m - 1; 0 for 0. */
  inverse(a: Element): Element {
    const bits = (this.degree - 1).toString(2);
    let power = a;
    let exponent = 1;
    for (const bit of bits.slice(1)) {
      power = this.multiply(this.#squares(power, exponent), power);
      exponent *= 2;
      if (bit === '0') continue;
      power = this.multiply(this.square(power), a);
      exponent++;
    }
    return this.square(power);
  }

  /** Every element has one root: squaring m times is nothing. */
  squareRoot(a: Element): Element {
    return this.#squares(a, this.degree - 1);
  }

  /** z with z² + z = a; z + 1 is the other. `undefined` where there is none, as for half of all elements. */
  solveQuadratic(a: Element): Element | undefined {
    // An element of trace 1 is needed: 1 itself has it where the degree is odd, a power of x else.
    for (let power = 0; power < this.degree; power++) {
      const seed = this.monomial(power);
      let [z, trace] = [this.zero, seed];
      for (let step = 1; step < this.degree; step++) {
        const next = this.square(trace);
        z = this.add(this.square(z), this.multiply(next, a));
        trace = this.add(next, seed);
      }
      if (this.isZero(trace)) continue;
      return this.equal(this.add(this.square(z), z), a) ? z : undefined;
    }
    return undefined;
  }

  /** A word at a time, from the top: x^m is the sum of the lower terms. */
  #reduce(product: Uint32Array): Element {
    const last = this.#words - 1;
    const excess = this.degree % WORD_BITS;
    for (let index = product.length - 1; index > last; index--) {
      const word = product[index]!;
      product[index] = 0;
      for (const term of this.#terms) addShifted(product, word, index * WORD_BITS - this.degree + term);
    }
    const word = product[last]! >>> excess;
    product[last] = product[last]! ^ (word << excess);
    for (const term of this.#terms) addShifted(product, word, term);
    return product.slice(0, this.#words);
  }
}

function addShifted(product: Uint32Array, word: number, bit: number): void {
  const index = bit >> 5;
  const shift = bit & 31;
  product[index]! ^= word << shift;
  if (shift > 0) product[index + 1]! ^= word >>> (WORD_BITS - shift);
}

function shiftLeft(product: Uint32Array): void {
  for (let index = product.length - 1; index > 0; index--)
    product[index] = (product[index]! << WINDOW_BITS) | (product[index - 1]! >>> (WORD_BITS - WINDOW_BITS));
  product[0]! <<= WINDOW_BITS;
}
