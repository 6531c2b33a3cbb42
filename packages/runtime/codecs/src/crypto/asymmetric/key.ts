/** Asymmetric keys and their ASN.1 encodings: SPKI, PKCS#8, PKCS#1, SEC 1 (RFC 5280, 5958, 8017, 5915, 8410, 4055). */
import { OKP_KINDS, okpKind, orderSize, type CurveLibrary, type EcCurve, type OkpName } from './curves.ts';
import {
  bits,
  DerError,
  DerValue,
  fromBigInt,
  integer,
  nothing,
  octets,
  oid,
  sequence,
  tagged,
  toBigInt,
} from './der.ts';
import type { RsaNumbers, RsaPrivateNumbers } from './rsa-math.ts';
import { HASH_OIDS } from './rsa-padding.ts';
import { OpensslErrors } from '../openssl-error.ts';
import type { EcCurves } from './ec-curves.ts';

/** As its parameters in the key have it (RFC 8017, A.2.3). */
export interface PssRestriction {
  readonly hash: string;
  readonly maskHash: string;
  /** Bytes; the least that a signature may use, more are allowed. */
  readonly saltLength: number;
}

/** RSA: the public numbers, and the private ones where it has them. */
export interface RsaKey {
  readonly kind: 'rsa' | 'rsa-pss';
  readonly numbers: RsaNumbers;
  readonly secret: RsaPrivateNumbers | null;
  readonly restriction: PssRestriction | null;
}

/**
 * `secret` is the scalar, big endian, as many bytes as the curve's order has; a private key's `point` is always
 * computed from it, never taken from a file.
 */
export interface EcKey {
  readonly kind: 'ec';
  readonly curve: EcCurve;
  /** Uncompressed: 4, x, y. Other forms are converted when the key is read. */
  readonly point: Uint8Array;
  readonly secret: Uint8Array | null;
  /** The curve is written as its parameters, not by name (RFC 3279, 2.3.5): `paramEncoding: 'explicit'`. */
  readonly explicit: boolean;
}

/** Ed25519, Ed448, X25519, X448: bytes as RFC 8410 has them. */
export interface OkpKey {
  readonly kind: OkpName;
  readonly point: Uint8Array;
  readonly secret: Uint8Array | null;
}

/**
 * Independent of any encoding: text and DER are made of it, and it of them.
 * Private keys hold the public half as well.
 */
export type AsymmetricKey = RsaKey | EcKey | OkpKey;

const Oid = {
  rsa: '1.2.840.113549.1.1.1',
  pss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  ec: '1.2.840.10045.2.1',
} as const;
const PSS_DEFAULT = { hash: 'sha1', saltLength: 20 } as const;

/** Both RSA types: they differ in the OID and in what they may be used for, not in the numbers. */
export const isRsa = (key: AsymmetricKey): key is RsaKey => key.kind === 'rsa' || key.kind === 'rsa-pss';
/** A curve of short Weierstrass form, that is ECDSA and ECDH. */
export const isEc = (key: AsymmetricKey): key is EcKey => key.kind === 'ec';
/** What is left: Ed25519, Ed448, X25519 and X448 of RFC 8410. */
export const isOkp = (key: AsymmetricKey): key is OkpKey => !isRsa(key) && !isEc(key);

/** The public half, as `createPublicKey` makes it of a private key; a copy, the key itself keeps its secret. */
export function withoutSecret(key: AsymmetricKey): AsymmetricKey {
  return { ...key, secret: null };
}

/** Bytes that are no point of the curve: refused in other words than what is no key at all. */
export class OffCurve extends DerError {}

/** Reads and writes keys: SPKI (RFC 5280), PKCS #8 (RFC 5958), PKCS #1 (RFC 8017), SEC 1 (RFC 5915). */
export class AsymmetricKeys {
  readonly #library: () => CurveLibrary;

  readonly curves: EcCurves;

  constructor(library: () => CurveLibrary, curves: EcCurves) {
    this.#library = library;
    this.curves = curves;
  }

  /** The public half is computed, whatever a file says of it. */
  ecFromSecret(curve: EcCurve, secret: Uint8Array, explicit = false): EcKey {
    // Secrets arrive shorter or longer by leading zeros.
    const padded = fromBigInt(toBigInt(secret), orderSize(curve));
    return {
      kind: 'ec',
      curve,
      point: this.curves.operations(curve).getPublicKey(padded, false),
      secret: padded,
      explicit,
    };
  }

  /**
   * In any form of SEC 1, 2.3.3. Throws where the point is not on the curve: agreeing with such a point would give
   * away bits of the secret.
   */
  ecFromPoint(curve: EcCurve, point: Uint8Array, explicit = false): EcKey {
    return { kind: 'ec', curve, point: this.#uncompressed(curve, point), secret: null, explicit };
  }

  /** Also checks that the point is on the curve, which later uses rely on. */
  #uncompressed(curve: EcCurve, point: Uint8Array): Uint8Array {
    const { Point } = this.curves.operations(curve);
    // Hybrid form (X9.62): what compresses the point stands in the first byte beside both coordinates.
    const isHybrid = point[0] === 6 || point[0] === 7;
    try {
      const plain = Point.fromBytes(
        isHybrid ? Uint8Array.from(point, (byte, index) => (index === 0 ? 4 : byte)) : point,
      ).toBytes(false);
      if (!isHybrid || this.curves.compressionBit(curve, plain) === (point[0]! & 1)) return plain;
    } catch (error) {
      throw Object.assign(new OffCurve('point'), { cause: error });
    }
    throw new OffCurve('point: its form contradicts it');
  }

  /** Throws DerError for a wrong length. Bits that RFC 7748 fixes are set when the key is used, not here. */
  okpFromSecret(kind: OkpName, secret: Uint8Array): OkpKey {
    if (secret.length !== okpKind(kind).size) throw new DerError('length of the key');
    return { kind, point: this.#library()[kind].getPublicKey(secret), secret };
  }

  okpFromPoint(kind: OkpName, point: Uint8Array): OkpKey {
    if (point.length !== okpKind(kind).size) throw new DerError('length of the key');
    return { kind, point, secret: null };
  }

  /**
   * Each `from…` throws DerError where the bytes are something else;
   * the caller makes OpenSSL's "unsupported" of it.
   */
  fromSpki(der: Uint8Array): AsymmetricKey {
    const [algorithm, key] = new DerValue(der).items();
    return this.#fromAlgorithm(algorithm, key, {
      // An RSAPublicKey of PKCS #1 inside the BIT STRING (RFC 3279, 2.3.1).
      rsa: (body) => ({ numbers: rsaPublic(body.bits()), secret: null }),
      ec: (body, curve, explicit) => this.ecFromPoint(curve, body.bits(), explicit),
      okp: (body, kind) => this.okpFromPoint(kind, body.bits().slice()),
    });
  }

  fromPkcs8(der: Uint8Array): AsymmetricKey {
    // The version in front says nothing that is needed; attributes behind are ignored (RFC 5958, 2).
    const [, algorithm, key] = new DerValue(der).items();
    return this.#fromAlgorithm(algorithm, key, {
      rsa: (body) => {
        const numbers = rsaPrivate(body.octets());
        return { numbers: { n: numbers.n, e: numbers.e }, secret: numbers };
      },
      // An ECPrivateKey without parameters: those stand in the algorithm (RFC 5915, 3).
      ec: (body, curve, explicit) => this.#fromEcPrivateKey(new DerValue(body.octets()).items(), curve, explicit),
      // CurvePrivateKey is an OCTET STRING inside the OCTET STRING (RFC 8410, 7).
      okp: (body, kind) => this.okpFromSecret(kind, new DerValue(body.octets()).octets().slice()),
    });
  }

  fromPkcs1(der: Uint8Array, isPrivate: boolean): AsymmetricKey {
    if (!isPrivate) return { kind: 'rsa', numbers: rsaPublic(der), secret: null, restriction: null };
    const numbers = rsaPrivate(der);
    return { kind: 'rsa', numbers: { n: numbers.n, e: numbers.e }, secret: numbers, restriction: null };
  }

  /**
   * ECPrivateKey (RFC 5915, 3). Its parameters are optional there,
   * but without an algorithm around it they must be present.
   */
  fromSec1(der: Uint8Array): AsymmetricKey {
    const items = new DerValue(der).items();
    // Both optional fields have tags: 0 the parameters, 1 the public key.
    const parameters = items.find(({ tag }) => tag === 0xa0)?.items()[0];
    const { curve, explicit } = this.curves.read(must(parameters));
    return this.#fromEcPrivateKey(items, curve, explicit);
  }

  #fromEcPrivateKey(items: readonly DerValue[], curve: EcCurve, explicit: boolean): EcKey {
    // The public key beside the secret is computed anew, but it has to be one.
    const open = items.find(({ tag }) => tag === 0xa1)?.items()[0];
    if (open !== undefined) this.ecFromPoint(curve, open.bits());
    return this.ecFromSecret(curve, must(items[1]).octets(), explicit);
  }

  toSpki(key: AsymmetricKey): Uint8Array {
    if (isRsa(key)) return sequence(rsaAlgorithm(key), bits(sequence(integer(key.numbers.n), integer(key.numbers.e))));
    if (isEc(key)) return sequence(sequence(oid(Oid.ec), this.#parameters(key)), bits(key.point));
    return sequence(sequence(oid(okpKind(key.kind).oid)), bits(key.point));
  }

  /** Version 0 throughout: version 1 only says that a public key stands behind, which OpenSSL does not write. */
  toPkcs8(key: AsymmetricKey): Uint8Array {
    if (isRsa(key)) return sequence(integer(0), rsaAlgorithm(key), octets(this.toPkcs1(key, true)));
    if (isEc(key)) {
      // OpenSSL leaves the parameters out and writes the public key, as RFC 5915 allows.
      const body = sequence(integer(1), octets(must(key.secret)), tagged(1, bits(key.point)));
      return sequence(integer(0), sequence(oid(Oid.ec), this.#parameters(key)), octets(body));
    }
    return sequence(integer(0), sequence(oid(okpKind(key.kind).oid)), octets(octets(must(key.secret))));
  }

  toPkcs1(key: AsymmetricKey, isPrivate: boolean): Uint8Array {
    if (!isRsa(key)) throw new DerError('not an RSA key');
    if (!isPrivate) return sequence(integer(key.numbers.n), integer(key.numbers.e));
    const { n, e, d, p, q, dp, dq, qi } = must(key.secret);
    // The first number is the version: 0 means two primes (RFC 8017, A.1.2).
    return sequence(...[0n, n, e, d, p, q, dp, dq, qi].map(integer));
  }

  toSec1(key: AsymmetricKey): Uint8Array {
    if (!isEc(key)) throw new DerError('not an EC key');
    if (key.curve.oid === null && !key.explicit) throw OpensslErrors.missingOidOfCurve();
    // ecPrivkeyVer1 in front (RFC 5915, 3).
    return sequence(integer(1), octets(must(key.secret)), tagged(0, this.#parameters(key)), tagged(1, bits(key.point)));
  }

  /**
   * namedCurve, or SpecifiedECDomain (RFC 3279, 2.3.5): field, a and b with the seed, base point, order, cofactor.
   */
  #parameters({ curve, explicit }: EcKey): Uint8Array {
    if (explicit) return this.curves.parametersOf(curve);
    if (curve.oid === null) throw OpensslErrors.missingOid();
    return oid(curve.oid);
  }

  #fromAlgorithm(
    algorithm: DerValue | undefined,
    key: DerValue | undefined,
    read: {
      rsa(body: DerValue): Pick<RsaKey, 'numbers' | 'secret'>;
      ec(body: DerValue, curve: EcCurve, explicit: boolean): EcKey;
      okp(body: DerValue, kind: OkpName): OkpKey;
    },
  ): AsymmetricKey {
    const [name, parameters] = must(algorithm).items();
    const id = must(name).oid();
    const body = must(key);
    if (id === Oid.rsa) return { kind: 'rsa', ...read.rsa(body), restriction: null };
    if (id === Oid.pss) return { kind: 'rsa-pss', ...read.rsa(body), restriction: restrictionOf(parameters) };
    if (id === Oid.ec) {
      const { curve, explicit } = this.curves.read(must(parameters));
      return read.ec(body, curve, explicit);
    }
    const okp = OKP_KINDS.find((kind) => kind.oid === id);
    if (okp === undefined) throw new DerError(`algorithm ${id}`);
    return read.okp(body, okp.name);
  }
}

function must<T>(value: T | null | undefined): T {
  if (value === undefined || value === null) throw new DerError('something is missing');
  return value;
}

/** RSAPublicKey (RFC 8017, A.1.1). */
function rsaPublic(der: Uint8Array): RsaNumbers {
  const [n, e] = new DerValue(der).items();
  return { n: must(n).integer(), e: must(e).integer() };
}

/** RSAPrivateKey (RFC 8017, A.1.2). Keys of more than two primes end with a SEQUENCE, and so in a DerError. */
function rsaPrivate(der: Uint8Array): RsaPrivateNumbers {
  const [, n, e, d, p, q, dp, dq, qi] = new DerValue(der).items().map((item) => item.integer());
  return { n: must(n), e: must(e), d: must(d), p: must(p), q: must(q), dp: must(dp), dq: must(dq), qi: must(qi) };
}

function rsaAlgorithm({ kind, restriction }: RsaKey): Uint8Array {
  if (kind === 'rsa') return sequence(oid(Oid.rsa), nothing());
  if (restriction === null) return sequence(oid(Oid.pss));
  const { hash, maskHash, saltLength } = restriction;
  const algorithm = (name: string): Uint8Array => sequence(oid(HASH_OIDS[name]!), nothing());
  // Only what differs from the defaults (RFC 4055, 3.1).
  return sequence(
    oid(Oid.pss),
    sequence(
      ...(hash === PSS_DEFAULT.hash ? [] : [tagged(0, algorithm(hash))]),
      ...(maskHash === PSS_DEFAULT.hash ? [] : [tagged(1, sequence(oid(Oid.mgf1), algorithm(maskHash)))]),
      ...(saltLength === PSS_DEFAULT.saltLength ? [] : [tagged(2, integer(saltLength))]),
    ),
  );
}

/** RSASSA-PSS-params (RFC 4055, 3.1); a hash that is not known here keeps its OID as name. */
function restrictionOf(parameters: DerValue | undefined): PssRestriction | null {
  // A PSS key without parameters may sign with any.
  if (parameters === undefined || parameters.tag !== 0x30) return null;
  // By the tag's number: 0 hash, 1 mask, 2 length of the salt; all optional.
  const fields = new Map(parameters.items().map((item) => [item.tag & 0x1f, item.items()[0]!]));
  const hashName = (value: DerValue | undefined): string => {
    const id = value?.items()[0]?.oid();
    return id === undefined
      ? PSS_DEFAULT.hash
      : (Object.entries(HASH_OIDS).find(([, known]) => known === id)?.[0] ?? id);
  };
  return {
    hash: hashName(fields.get(0)),
    maskHash: hashName(fields.get(1)?.items()[1]),
    saltLength: fields.has(2) ? Number(fields.get(2)!.integer()) : PSS_DEFAULT.saltLength,
  };
}
