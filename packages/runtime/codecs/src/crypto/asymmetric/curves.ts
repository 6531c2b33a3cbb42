/** Elliptic curves of @noble/curves (`internal/slipway/library/curves`), by OpenSSL's names. */
export interface WeierstrassCurve {
  readonly Point: {
    fromBytes(bytes: Uint8Array): WeierstrassPoint;
    readonly BASE: WeierstrassPoint;
    readonly Fp: { readonly BYTES: number };
    CURVE(): { p: bigint; n: bigint; h: bigint; a: bigint; b: bigint; Gx: bigint; Gy: bigint };
  };
  getPublicKey(secret: Uint8Array, compressed: boolean): Uint8Array;
  getSharedSecret(secret: Uint8Array, point: Uint8Array, compressed: boolean): Uint8Array;
  sign(message: Uint8Array, secret: Uint8Array, options: EcdsaOptions): Uint8Array;
  verify(signature: Uint8Array, message: Uint8Array, point: Uint8Array, options: EcdsaOptions): boolean;
}

/** How a digest is signed or verified by @noble/curves. */
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
}

/** A curve of short Weierstrass form: its names, its OID, its size. */
export interface EcCurve {
  /** OpenSSL's name, which `asymmetricKeyDetails.namedCurve` shows. */
  readonly name: string;
  readonly oid: string;
  /** `crv` of a JWK (RFC 7518, 6.2.1.1). */
  readonly jwk: string;
  /** Bytes of a coordinate and of a secret, leading zeros included. */
  readonly size: number;
  readonly library: 'p256' | 'p384' | 'p521' | 'secp256k1';
  readonly aliases: readonly string[];
}

/** OpenSSL knows some eighty; these are the ones the library has. */
export const EC_CURVES: readonly EcCurve[] = [
  {
    name: 'prime256v1',
    oid: '1.2.840.10045.3.1.7',
    jwk: 'P-256',
    size: 32,
    library: 'p256',
    aliases: ['P-256', 'secp256r1'],
  },
  { name: 'secp384r1', oid: '1.3.132.0.34', jwk: 'P-384', size: 48, library: 'p384', aliases: ['P-384'] },
  { name: 'secp521r1', oid: '1.3.132.0.35', jwk: 'P-521', size: 66, library: 'p521', aliases: ['P-521'] },
  { name: 'secp256k1', oid: '1.3.132.0.10', jwk: 'secp256k1', size: 32, library: 'secp256k1', aliases: [] },
];

/** By any of its names; `undefined` for a curve that is not here. */
export function findCurve(name: string): EcCurve | undefined {
  return EC_CURVES.find((curve) => curve.name === name || curve.jwk === name || curve.aliases.includes(name));
}

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
