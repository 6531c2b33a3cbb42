/** OpenSSL's elliptic curves: four that most programs use, the rest by a table that is read when one is asked for. */
import type { BinaryCurve, BinaryParameters } from './binary/binary-curve.ts';
import {
  type CurveLibrary,
  type EcCurve,
  type EcdsaOptions,
  orderSize,
  type WeierstrassCurve,
  type WeierstrassParameters,
} from './curves.ts';
import { DerError, DerValue, fromBigInt, integer, sequence, Tag, toBigInt } from './der.ts';
import { bitLength, type RandomBytes } from './rsa-math.ts';

/** The builtin `internal/slipway/library/named-curves`, generated from the pinned Node. */
export interface NamedCurvesLibrary {
  /** JSON: a `DumpedCurve` for every name of `crypto.getCurves()`, in its order. */
  readonly table: string;
  readonly BinaryCurve: new (parameters: BinaryParameters, random: RandomBytes) => BinaryCurve;
}

/** A row of the table: see `DumpedCurve` in node-lib's build. */
interface TableRow {
  readonly name: string;
  readonly oid: string | null;
  readonly nist: string | null;
  readonly recognised: string;
  readonly signs: boolean;
  readonly parameters: string;
}

interface KnownCurve extends TableRow {
  readonly curve: EcCurve;
  readonly domain: Domain;
}

/** SpecifiedECDomain (SEC 1, C.2), parsed. */
interface Domain {
  /** The prime, or `null` where the field is GF(2^m). */
  readonly prime: bigint | null;
  readonly degree: number;
  /** Exponents of the reduction polynomial below the degree. */
  readonly terms: readonly number[];
  readonly a: Uint8Array;
  readonly b: Uint8Array;
  readonly base: Uint8Array;
  readonly order: bigint;
  readonly cofactor: bigint;
}

const PRIME_FIELD = '1.2.840.10045.1.1';
const TRINOMIAL = '1.2.840.10045.1.2.3.2';
/** Of coordinates: bounds what is parsed of a key's parameters before it is compared. */
const MOST_FIELD_BITS = 571;

/** Known without the table: what TLS, JWK and Web Crypto are made of. */
const COMMON = {
  prime256v1: { library: 'p256', oid: '1.2.840.10045.3.1.7', nist: 'P-256', jwk: 'P-256', bits: 256 },
  secp384r1: { library: 'p384', oid: '1.3.132.0.34', nist: 'P-384', jwk: 'P-384', bits: 384 },
  secp521r1: { library: 'p521', oid: '1.3.132.0.35', nist: 'P-521', jwk: 'P-521', bits: 521 },
  secp256k1: { library: 'secp256k1', oid: '1.3.132.0.10', nist: null, jwk: 'secp256k1', bits: 256 },
} as const;
const COMMON_CURVES: readonly EcCurve[] = Object.entries(COMMON).map(([name, { oid, nist, jwk, bits }]) => ({
  name,
  oid,
  nist,
  jwk,
  fieldSize: Math.ceil(bits / 8),
  orderBits: bits,
  isBinary: false,
  signs: true,
}));

/** Made at the first use: precomputed points take time and memory. */
export class EcCurves {
  readonly #library: () => CurveLibrary;
  readonly #named: () => NamedCurvesLibrary;
  readonly #random: RandomBytes;
  /** By name, made at the first use: of precomputed points and fields there is one set for each curve. */
  readonly #operations = new Map<string, WeierstrassCurve>();
  readonly #binary = new Map<string, BinaryCurve>();
  #known: readonly KnownCurve[] | null = null;

  constructor(library: () => CurveLibrary, named: () => NamedCurvesLibrary, random: RandomBytes) {
    this.#library = library;
    this.#named = named;
    this.#random = random;
  }

  /** Every name, as `crypto.getCurves()` has them. */
  names(): string[] {
    return this.#all().map(({ name }) => name);
  }

  /** By OpenSSL's name alone. */
  byName(name: string): EcCurve | undefined {
    return this.#find((curve) => curve.name === name);
  }

  find(name: string): EcCurve | undefined {
    return this.#find((curve) => curve.name === name || curve.nist === name);
  }

  /** The curve that ECParameters (RFC 3279, 2.3.5) name or describe. Throws DerError for all that are not known. */
  read(parameters: DerValue): { curve: EcCurve; explicit: boolean } {
    const explicit = parameters.tag === Tag.sequence;
    const curve = explicit ? this.#recognise(parameters) : this.#byOid(parameters.oid());
    if (curve === undefined) throw new DerError('curve');
    return { curve, explicit };
  }

  /** SpecifiedECDomain in DER, byte for byte as OpenSSL writes it. */
  parametersOf(curve: EcCurve): Uint8Array {
    return fromHex(this.#row(curve).parameters);
  }

  /** What @noble/curves has of a curve; for binary curves the same over our own arithmetic. */
  operations(curve: EcCurve): WeierstrassCurve {
    const kept = this.#operations.get(curve.name);
    if (kept !== undefined) return kept;
    const made = curve.isBinary ? binaryOperations(curve, this.#binaryCurve(curve)) : this.#primeCurve(curve);
    this.#operations.set(curve.name, made);
    return made;
  }

  /** The bit beside x in a compressed or hybrid point (SEC 1, 2.3.3). */
  compressionBit(curve: EcCurve, point: Uint8Array): number {
    return curve.isBinary ? this.#binaryCurve(curve).compressionBit(point) : point.at(-1)! & 1;
  }

  #find(matches: (curve: EcCurve) => boolean): EcCurve | undefined {
    return COMMON_CURVES.find(matches) ?? this.#all().find(({ curve }) => matches(curve))?.curve;
  }

  #byOid(oid: string): EcCurve | undefined {
    return this.#find((curve) => curve.oid === oid);
  }

  #recognise(parameters: DerValue): EcCurve | undefined {
    const domain = domainOf(parameters);
    const row = this.#all().find((known) => isSameDomain(known.domain, domain));
    return row === undefined ? undefined : this.#find(({ name }) => name === row.recognised);
  }

  #row(curve: EcCurve): KnownCurve {
    return this.#all().find(({ name }) => name === curve.name)!;
  }

  #all(): readonly KnownCurve[] {
    this.#known ??= (JSON.parse(this.#named().table) as TableRow[]).map((row) => {
      const domain = domainOf(new DerValue(fromHex(row.parameters)));
      const curve = COMMON_CURVES.find(({ name }) => name === row.name) ?? {
        name: row.name,
        oid: row.oid === null ? null : new DerValue(fromHex(`06${lengthOf(row.oid)}${row.oid}`)).oid(),
        nist: row.nist,
        jwk: null,
        fieldSize: Math.ceil(domain.degree / 8),
        orderBits: bitLength(domain.order),
        isBinary: domain.prime === null,
        signs: row.signs,
      };
      return { ...row, curve, domain };
    });
    return this.#known;
  }

  #primeCurve(curve: EcCurve): WeierstrassCurve {
    const library = this.#library();
    if (Object.hasOwn(COMMON, curve.name)) return library[COMMON[curve.name as keyof typeof COMMON].library];
    const { prime, order, cofactor, a, b, base } = this.#row(curve).domain;
    const [Gx, Gy] = [base.subarray(1, 1 + curve.fieldSize), base.subarray(1 + curve.fieldSize)].map(toBigInt);
    const parameters: WeierstrassParameters = {
      p: prime!,
      n: order,
      h: cofactor,
      a: toBigInt(a),
      b: toBigInt(b),
      Gx: Gx!,
      Gy: Gy!,
    };
    // OpenSSL takes every point of the curve for a public key, also where the cofactor is not 1.
    const points = library.weierstrass(parameters, cofactor === 1n ? {} : { isTorsionFree: () => true });
    return library.ecdsa(points, library.sha256);
  }

  #binaryCurve(curve: EcCurve): BinaryCurve {
    const kept = this.#binary.get(curve.name);
    if (kept !== undefined) return kept;
    const made = new (this.#named().BinaryCurve)(this.#row(curve).domain, this.#random);
    this.#binary.set(curve.name, made);
    return made;
  }
}

/** Our binary curves in the shape of the library's. */
function binaryOperations(curve: EcCurve, binary: BinaryCurve): WeierstrassCurve {
  const size = orderSize(curve);
  return {
    Point: {
      fromBytes: (bytes) => {
        const point = binary.toUncompressed(bytes);
        return { toBytes: () => point };
      },
    },
    getPublicKey: (secret) => binary.publicKey(toBigInt(secret)),
    getSharedSecret: (secret, point) => Uint8Array.from([4, ...binary.sharedX(toBigInt(secret), point)]),
    sign(digest, secret, { format }) {
      const { r, s } = binary.sign(digest, toBigInt(secret));
      return format === 'der'
        ? sequence(integer(r), integer(s))
        : Uint8Array.from([...fromBigInt(r, size), ...fromBigInt(s, size)]);
    },
    verify: (signature, digest, point, { format }) =>
      binary.verify(readSignature(signature, format, size), digest, point),
  };
}

/** Throws DerError for what is no signature; DER in any other form than the shortest is none. */
function readSignature(signature: Uint8Array, format: EcdsaOptions['format'], size: number): { r: bigint; s: bigint } {
  if (format === 'compact') {
    if (signature.length !== 2 * size) throw new DerError('length of the signature');
    return { r: toBigInt(signature.subarray(0, size)), s: toBigInt(signature.subarray(size)) };
  }
  const [r, s] = new DerValue(signature).items().map((item) => item.integer());
  if (r === undefined || s === undefined) throw new DerError('signature');
  const written = sequence(integer(r), integer(s));
  if (written.length !== signature.length || written.some((byte, index) => byte !== signature[index]))
    throw new DerError('signature');
  return { r, s };
}

function domainOf(parameters: DerValue): Domain {
  const [, field, equation, base, order, cofactor] = parameters.items();
  const [a, b] = must(equation).items();
  const common = {
    a: must(a).octets(),
    b: must(b).octets(),
    base: must(base).octets(),
    order: must(order).integer(),
    cofactor: cofactor?.integer() ?? 0n,
  };
  const [kind, shape] = must(field).items();
  if (must(kind).oid() === PRIME_FIELD) {
    const prime = must(shape).integer();
    return mustBeBounded({ ...common, prime, degree: bitLength(prime), terms: [] });
  }
  // Characteristic-two (SEC 1, C.2): the degree, the basis' kind and its exponents, one of a trinomial, three else.
  const [degree, basis, exponents] = must(shape).items();
  const middle =
    must(basis).oid() === TRINOMIAL
      ? [must(exponents).integer()]
      : must(exponents)
          .items()
          .map((item) => item.integer());
  return mustBeBounded({
    ...common,
    prime: null,
    degree: Number(must(degree).integer()),
    terms: [...middle.map(Number).sort((one, other) => other - one), 0],
  });
}

function mustBeBounded(domain: Domain): Domain {
  if (domain.degree > MOST_FIELD_BITS) throw new DerError('curve');
  return domain;
}

/** A seed may be missing, and a cofactor; the base point may be compressed, of which x is enough. */
function isSameDomain(known: Domain, given: Domain): boolean {
  const isSame = (one: Uint8Array, other: Uint8Array): boolean => toBigInt(one) === toBigInt(other);
  const size = Math.ceil(known.degree / 8);
  return (
    known.prime === given.prime &&
    known.degree === given.degree &&
    known.terms.join() === given.terms.join() &&
    known.order === given.order &&
    (given.cofactor === 0n || known.cofactor === given.cofactor) &&
    isSame(known.a, given.a) &&
    isSame(known.b, given.b) &&
    isSame(known.base.subarray(1, 1 + size), given.base.subarray(1, 1 + size))
  );
}

const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const lengthOf = (hex: string): string => (hex.length / 2).toString(16).padStart(2, '0');

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new DerError('something is missing');
  return value;
}
