/** Asymmetric keys and their ASN.1 encodings: SPKI, PKCS#8, PKCS#1, SEC 1 (RFC 5280, 5958, 8017, 5915, 8410, 4055). */
import { EC_CURVES, OKP_KINDS, okpKind, type CurveLibrary, type EcCurve, type OkpName } from './curves.ts';
import { bits, DerError, DerValue, fromBigInt, integer, nothing, octets, oid, sequence, tagged, toBigInt } from './der.ts';
import type { RsaNumbers, RsaPrivateNumbers } from './rsa-math.ts';
import { HASH_OIDS } from './rsa-padding.ts';

/** What an RSA-PSS key restricts its signatures to. */
export interface PssRestriction {
  readonly hash: string;
  readonly maskHash: string;
  readonly saltLength: number;
}

export interface RsaKey {
  readonly kind: 'rsa' | 'rsa-pss';
  readonly numbers: RsaNumbers;
  readonly secret: RsaPrivateNumbers | null;
  readonly restriction: PssRestriction | null;
}

export interface EcKey {
  readonly kind: 'ec';
  readonly curve: EcCurve;
  /** Uncompressed. */
  readonly point: Uint8Array;
  readonly secret: Uint8Array | null;
  /** Parameters are written out instead of named. */
  readonly explicit: boolean;
}

export interface OkpKey {
  readonly kind: OkpName;
  readonly point: Uint8Array;
  readonly secret: Uint8Array | null;
}

export type AsymmetricKey = RsaKey | EcKey | OkpKey;

const Oid = { rsa: '1.2.840.113549.1.1.1', pss: '1.2.840.113549.1.1.10', mgf1: '1.2.840.113549.1.1.8', ec: '1.2.840.10045.2.1', primeField: '1.2.840.10045.1.1' } as const;
const PSS_DEFAULT = { hash: 'sha1', saltLength: 20 } as const;

export const isRsa = (key: AsymmetricKey): key is RsaKey => key.kind === 'rsa' || key.kind === 'rsa-pss';
export const isEc = (key: AsymmetricKey): key is EcKey => key.kind === 'ec';
export const isOkp = (key: AsymmetricKey): key is OkpKey => !isRsa(key) && !isEc(key);

export function withoutSecret(key: AsymmetricKey): AsymmetricKey {
  return { ...key, secret: null };
}

export class AsymmetricKeys {
  readonly #library: () => CurveLibrary;

  constructor(library: () => CurveLibrary) {
    this.#library = library;
  }

  ecFromSecret(curve: EcCurve, secret: Uint8Array, explicit = false): EcKey {
    const padded = fromBigInt(toBigInt(secret), curve.size);
    return { kind: 'ec', curve, point: this.#library()[curve.library].getPublicKey(padded, false), secret: padded, explicit };
  }

  /** Throws where the point is not on the curve. */
  ecFromPoint(curve: EcCurve, point: Uint8Array, explicit = false): EcKey {
    // Hybrid form (X9.62): the sign stands in the first byte beside both coordinates.
    const plain = point[0] === 6 || point[0] === 7 ? Uint8Array.from(point, (byte, index) => (index === 0 ? 4 : byte)) : point;
    return { kind: 'ec', curve, point: this.#library()[curve.library].Point.fromBytes(plain).toBytes(false), secret: null, explicit };
  }

  okpFromSecret(kind: OkpName, secret: Uint8Array): OkpKey {
    if (secret.length !== okpKind(kind).size) throw new DerError('length of the key');
    return { kind, point: this.#library()[kind].getPublicKey(secret), secret };
  }

  okpFromPoint(kind: OkpName, point: Uint8Array): OkpKey {
    if (point.length !== okpKind(kind).size) throw new DerError('length of the key');
    return { kind, point, secret: null };
  }

  fromSpki(der: Uint8Array): AsymmetricKey {
    const [algorithm, key] = new DerValue(der).items();
    return this.#fromAlgorithm(algorithm, key, {
      rsa: (body) => ({ numbers: rsaPublic(body.bits()), secret: null }),
      ec: (body, curve, explicit) => this.ecFromPoint(curve, body.bits(), explicit),
      okp: (body, kind) => this.okpFromPoint(kind, body.bits().slice()),
    });
  }

  fromPkcs8(der: Uint8Array): AsymmetricKey {
    const [, algorithm, key] = new DerValue(der).items();
    return this.#fromAlgorithm(algorithm, key, {
      rsa: (body) => {
        const numbers = rsaPrivate(body.octets());
        return { numbers: { n: numbers.n, e: numbers.e }, secret: numbers };
      },
      ec: (body, curve, explicit) => this.ecFromSecret(curve, must(new DerValue(body.octets()).items()[1]).octets(), explicit),
      okp: (body, kind) => this.okpFromSecret(kind, new DerValue(body.octets()).octets().slice()),
    });
  }

  fromPkcs1(der: Uint8Array, isPrivate: boolean): AsymmetricKey {
    if (!isPrivate) return { kind: 'rsa', numbers: rsaPublic(der), secret: null, restriction: null };
    const numbers = rsaPrivate(der);
    return { kind: 'rsa', numbers: { n: numbers.n, e: numbers.e }, secret: numbers, restriction: null };
  }

  fromSec1(der: Uint8Array): AsymmetricKey {
    const [, secret, ...rest] = new DerValue(der).items();
    const parameters = rest.find(({ tag }) => tag === 0xa0)?.items()[0];
    const { curve, explicit } = curveOf(must(parameters));
    return this.ecFromSecret(curve, must(secret).octets(), explicit);
  }

  toSpki(key: AsymmetricKey): Uint8Array {
    if (isRsa(key)) return sequence(rsaAlgorithm(key), bits(sequence(integer(key.numbers.n), integer(key.numbers.e))));
    if (isEc(key)) return sequence(sequence(oid(Oid.ec), this.#parameters(key)), bits(key.point));
    return sequence(sequence(oid(okpKind(key.kind).oid)), bits(key.point));
  }

  toPkcs8(key: AsymmetricKey): Uint8Array {
    if (isRsa(key)) return sequence(integer(0), rsaAlgorithm(key), octets(this.toPkcs1(key, true)));
    if (isEc(key)) {
      const body = sequence(integer(1), octets(must(key.secret)), tagged(1, bits(key.point)));
      return sequence(integer(0), sequence(oid(Oid.ec), this.#parameters(key)), octets(body));
    }
    return sequence(integer(0), sequence(oid(okpKind(key.kind).oid)), octets(octets(must(key.secret))));
  }

  toPkcs1(key: AsymmetricKey, isPrivate: boolean): Uint8Array {
    if (!isRsa(key)) throw new DerError('not an RSA key');
    if (!isPrivate) return sequence(integer(key.numbers.n), integer(key.numbers.e));
    const { n, e, d, p, q, dp, dq, qi } = must(key.secret);
    return sequence(...[0n, n, e, d, p, q, dp, dq, qi].map(integer));
  }

  toSec1(key: AsymmetricKey): Uint8Array {
    if (!isEc(key)) throw new DerError('not an EC key');
    return sequence(integer(1), octets(must(key.secret)), tagged(0, this.#parameters(key)), tagged(1, bits(key.point)));
  }

  #parameters({ curve, explicit }: EcKey): Uint8Array {
    if (!explicit) return oid(curve.oid);
    const { p, n, h, a, b, Gx, Gy } = this.#library()[curve.library].Point.CURVE();
    const field = (value: bigint): Uint8Array => fromBigInt(value, curve.size);
    const base = Uint8Array.from([4, ...field(Gx), ...field(Gy)]);
    const shape = [octets(field(a)), octets(field(b)), ...(SEEDS[curve.name] === undefined ? [] : [bits(fromBigInt(SEEDS[curve.name]!, 20))])];
    return sequence(integer(1), sequence(oid(Oid.primeField), integer(p)), sequence(...shape), octets(base), integer(n), integer(h));
  }

  #fromAlgorithm(algorithm: DerValue | undefined, key: DerValue | undefined, read: {
    rsa(body: DerValue): Pick<RsaKey, 'numbers' | 'secret'>;
    ec(body: DerValue, curve: EcCurve, explicit: boolean): EcKey;
    okp(body: DerValue, kind: OkpName): OkpKey;
  }): AsymmetricKey {
    const [name, parameters] = must(algorithm).items();
    const id = must(name).oid();
    const body = must(key);
    if (id === Oid.rsa) return { kind: 'rsa', ...read.rsa(body), restriction: null };
    if (id === Oid.pss) return { kind: 'rsa-pss', ...read.rsa(body), restriction: restrictionOf(parameters) };
    if (id === Oid.ec) {
      const { curve, explicit } = curveOf(must(parameters));
      return read.ec(body, curve, explicit);
    }
    const okp = OKP_KINDS.find((kind) => kind.oid === id);
    if (okp === undefined) throw new DerError(`algorithm ${id}`);
    return read.okp(body, okp.name);
  }
}

/** Seeds of the curves' parameters (SEC 2), which OpenSSL writes with them. */
const SEEDS: Readonly<Record<string, bigint>> = {
  prime256v1: 0xc49d360886e704936a6678e1139d26b7819f7e90n,
  secp384r1: 0xa335926aa319a27a1d00896a6773a4827acdac73n,
  secp521r1: 0xd09e8800291cb85396cc6717393284aaa0da64ban,
};

/** Field primes of the curves, to recognise parameters that are written out. */
const PRIMES: Readonly<Record<string, bigint>> = {
  prime256v1: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
  secp384r1: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
  secp521r1: 2n ** 521n - 1n,
  secp256k1: 2n ** 256n - 2n ** 32n - 977n,
};

function curveOf(parameters: DerValue): { curve: EcCurve; explicit: boolean } {
  const explicit = parameters.tag === 0x30;
  const prime = explicit ? must(must(parameters.items()[1]).items()[1]).integer() : 0n;
  const id = explicit ? '' : parameters.oid();
  const curve = EC_CURVES.find(({ name, oid: known }) => (explicit ? PRIMES[name] === prime : known === id));
  if (curve === undefined) throw new DerError('curve');
  return { curve, explicit };
}

function must<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw new DerError('something is missing');
  return value;
}

function rsaPublic(der: Uint8Array): RsaNumbers {
  const [n, e] = new DerValue(der).items();
  return { n: must(n).integer(), e: must(e).integer() };
}

function rsaPrivate(der: Uint8Array): RsaPrivateNumbers {
  const [, n, e, d, p, q, dp, dq, qi] = new DerValue(der).items().map((item) => item.integer());
  return { n: must(n), e: must(e), d: must(d), p: must(p), q: must(q), dp: must(dp), dq: must(dq), qi: must(qi) };
}

function rsaAlgorithm({ kind, restriction }: RsaKey): Uint8Array {
  if (kind === 'rsa') return sequence(oid(Oid.rsa), nothing());
  if (restriction === null) return sequence(oid(Oid.pss));
  const { hash, maskHash, saltLength } = restriction;
  const algorithm = (name: string): Uint8Array => sequence(oid(HASH_OIDS[name]!), nothing());
  return sequence(oid(Oid.pss), sequence(
    ...(hash === PSS_DEFAULT.hash ? [] : [tagged(0, algorithm(hash))]),
    ...(maskHash === PSS_DEFAULT.hash ? [] : [tagged(1, sequence(oid(Oid.mgf1), algorithm(maskHash)))]),
    ...(saltLength === PSS_DEFAULT.saltLength ? [] : [tagged(2, integer(saltLength))]),
  ));
}

function restrictionOf(parameters: DerValue | undefined): PssRestriction | null {
  if (parameters === undefined || parameters.tag !== 0x30) return null;
  const fields = new Map(parameters.items().map((item) => [item.tag & 0x1f, item.items()[0]!]));
  const hashName = (value: DerValue | undefined): string => {
    const id = value?.items()[0]?.oid();
    return id === undefined ? PSS_DEFAULT.hash : (Object.entries(HASH_OIDS).find(([, known]) => known === id)?.[0] ?? id);
  };
  return {
    hash: hashName(fields.get(0)), maskHash: hashName(fields.get(1)?.items()[1]),
    saltLength: fields.has(2) ? Number(fields.get(2)!.integer()) : PSS_DEFAULT.saltLength,
  };
}
