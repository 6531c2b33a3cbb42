/** Elliptic curves of @noble/curves (`internal/slipway/library/curves`), by OpenSSL's names. */
export interface WeierstrassCurve {
  readonly Point: WeierstrassPoints;
  getPublicKey(secret: Uint8Array, compressed: boolean): Uint8Array;
  getSharedSecret(secret: Uint8Array, point: Uint8Array, compressed: boolean): Uint8Array;
  sign(message: Uint8Array, secret: Uint8Array, options: EcdsaOptions): Uint8Array;
  verify(signature: Uint8Array, message: Uint8Array, point: Uint8Array, options: EcdsaOptions): boolean;
}

/** The points of a curve, of which nothing is used but that they can be read and written. */
export interface WeierstrassPoints {
  fromBytes(bytes: Uint8Array): WeierstrassPoint;
}

/** y² = x³ + ax + b over the integers modulo p; a base point of order n. */
export interface WeierstrassParameters {
  readonly p: bigint;
  readonly n: bigint;
  readonly h: bigint;
  readonly a: bigint;
  readonly b: bigint;
  readonly Gx: bigint;
  readonly Gy: bigint;
}

/** Never normalised to the low half: OpenSSL takes and gives either. */
export interface EcdsaOptions {
  /** What is signed is a digest already: the program's hash need not be the one the curve is used with. */
  readonly prehash: false;
  readonly lowS: false;
  readonly format: 'der' | 'compact';
}

interface WeierstrassPoint {
  toBytes(compressed: boolean): Uint8Array;
}

/** X25519 and X448 (RFC 7748), as @noble/curves has them. */
export interface MontgomeryCurve {
  getPublicKey(secret: Uint8Array): Uint8Array;
  getSharedSecret(secret: Uint8Array, point: Uint8Array): Uint8Array;
}

/** Ed25519 and Ed448 (RFC 8032), as @noble/curves has them. */
export interface EdwardsCurve {
  getPublicKey(secret: Uint8Array): Uint8Array;
  sign(message: Uint8Array, secret: Uint8Array, options?: { context: Uint8Array }): Uint8Array;
  verify(
    signature: Uint8Array,
    message: Uint8Array,
    point: Uint8Array,
    options?: { context?: Uint8Array; zip215?: boolean },
  ): boolean;
}

/** What is used of @noble/curves, the builtin `internal/slipway/library/curves`. */
export interface CurveLibrary {
  readonly p256: WeierstrassCurve;
  readonly p384: WeierstrassCurve;
  readonly p521: WeierstrassCurve;
  readonly secp256k1: WeierstrassCurve;
  readonly ed25519: EdwardsCurve;
  readonly ed448: EdwardsCurve;
  readonly x25519: MontgomeryCurve;
  readonly x448: MontgomeryCurve;
  /** For curves that the library has no name for. */
  weierstrass(parameters: WeierstrassParameters, options: { isTorsionFree?: () => boolean }): WeierstrassPoints;
  ecdsa(points: WeierstrassPoints, hash: unknown): WeierstrassCurve;
  readonly sha256: unknown;
}

/** A curve for ECDSA and ECDH: its names, its OID, its sizes. Plain data, since keys travel between threads. */
export interface EcCurve {
  /** OpenSSL's name, which `asymmetricKeyDetails.namedCurve` shows. */
  readonly name: string;
  /** `null` for the two curves of Oakley, whose keys have no encoding by name. */
  readonly oid: string | null;
  /** NIST's name, which most functions take as well. */
  readonly nist: string | null;
  /** `crv` of a JWK (RFC 7518, 6.2.1.1; RFC 8812, 3.1). */
  readonly jwk: string | null;
  /** Bytes of a coordinate. */
  readonly fieldSize: number;
  /** Of the base point's order: a secret has as many bits, leading zeros included. */
  readonly orderBits: number;
  /** Over GF(2^m), where a point is compressed differently. */
  readonly isBinary: boolean;
  /** OpenSSL agrees with every curve, but does not sign with Oakley's. */
  readonly signs: boolean;
}

/** The bytes of a secret, and of each number of a signature. */
export const orderSize = (curve: EcCurve): number => Math.ceil(curve.orderBits / 8);

/** Key types of RFC 8410, in `asymmetricKeyType`'s spelling. */
export type OkpName = 'ed25519' | 'ed448' | 'x25519' | 'x448';

/** What RFC 8410 says of a key type: its OID, its size in bytes, whether it signs. */
export interface OkpKind {
  readonly name: OkpName;
  readonly oid: string;
  readonly jwk: string;
  /** Bytes of the public and of the private half, which are alike here. */
  readonly size: number;
  readonly signs: boolean;
}

/** OIDs are those of RFC 8410, 3, the names in a JWK those of RFC 8037. */
export const OKP_KINDS: readonly OkpKind[] = [
  { name: 'x25519', oid: '1.3.101.110', jwk: 'X25519', size: 32, signs: false },
  { name: 'x448', oid: '1.3.101.111', jwk: 'X448', size: 56, signs: false },
  { name: 'ed25519', oid: '1.3.101.112', jwk: 'Ed25519', size: 32, signs: true },
  { name: 'ed448', oid: '1.3.101.113', jwk: 'Ed448', size: 57, signs: true },
];

/** Never missing: the type allows no other names. */
export function okpKind(name: OkpName): OkpKind {
  return OKP_KINDS.find((kind) => kind.name === name)!;
}
