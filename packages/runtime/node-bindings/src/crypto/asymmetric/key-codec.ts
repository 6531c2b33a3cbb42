import { codedError } from '@slipway/node-values';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { bytesOf, ownBuffer } from '../byte-source.ts';
import {
  opensslError,
  type EcCurve,
  OKP_KINDS,
  okpKind,
  type OkpName,
  concat,
  DerError,
  OffCurve,
  DerValue,
  fromBigInt,
  toBigInt,
  AsymmetricKeys,
  isEc,
  isOkp,
  isRsa,
  type AsymmetricKey,
  decryptPkcs8,
  decryptTraditional,
  encryptPkcs8,
  type PemBlock,
  type Protection,
  readPem,
  writePem,
  writeTraditionalPem,
  inverse,
} from '@slipway/codecs';

/** `kKeyFormat*` and `kKeyEncoding*` of the binding. */
export interface KeyEncodings {
  readonly kKeyFormatDER: number;
  readonly kKeyFormatPEM: number;
  readonly kKeyFormatJWK: number;
  readonly kKeyFormatRawPublic: number;
  readonly kKeyFormatRawPrivate: number;
  readonly kKeyEncodingPKCS1: number;
  readonly kKeyEncodingPKCS8: number;
  readonly kKeyEncodingSPKI: number;
  readonly kKeyEncodingSEC1: number;
}

/** The input of lib's `prepareAsymmetricKey`, in its order. */
export interface KeyInput {
  /** A handle, bytes, or an object (JWK). */
  readonly data: Foreign;
  /** `kKeyFormat*`; missing means PEM. */
  readonly format: number | null | undefined;
  /** `kKeyEncoding*`, or the name of a key type for raw keys. */
  readonly type: number | string | null | undefined;
  readonly passphrase: Foreign;
  readonly namedCurve: string | null | undefined;
}

/** ERR_UNSUPPORTED of OpenSSL's decoders: no more is said about a key that cannot be read. */
const unsupported = (): Error => opensslError('1E08010C', 'DECODER routines', 'unsupported');
const invalidJwk = (what = 'Invalid JWK data'): Error => codedError(TypeError, 'ERR_CRYPTO_INVALID_JWK', what);
/** point_conversion_form_t of OpenSSL's ec.h. */
const POINT_COMPRESSED = 2;
const POINT_HYBRID = 6;

/**
 * Keys as programs give and take them: PEM, DER, JWK, raw. Reference: KeyObjectData in Node
 * src/crypto/crypto_keys.cc. Reads throw OpenSSL's "unsupported" for what is no key of the form asked for, without
 * saying where it went wrong, as OpenSSL's decoders do.
 */
export class KeyCodec {
  readonly keys: AsymmetricKeys;
  readonly #realm: Realm;
  readonly #encodings: KeyEncodings;
  readonly #protection: Protection;

  constructor(realm: Realm, encodings: KeyEncodings, keys: AsymmetricKeys, protection: Protection) {
    this.#realm = realm;
    this.#encodings = encodings;
    this.keys = keys;
    this.#protection = protection;
  }

  /** `isPrivate` false: a private key or a certificate will do as well. */
  read(input: KeyInput, isPrivate: boolean): AsymmetricKey {
    const { kKeyFormatJWK, kKeyFormatRawPublic, kKeyFormatRawPrivate, kKeyFormatDER } = this.#encodings;
    try {
      switch (input.format) {
        case kKeyFormatJWK:
          return this.#readJwk(input.data);
        case kKeyFormatRawPublic:
        case kKeyFormatRawPrivate:
          return this.#readRaw(input, input.format === kKeyFormatRawPrivate);
        case kKeyFormatDER:
          return this.#readDer(bytesOf(input.data), input, isPrivate);
        default:
          return this.#readPem(input, isPrivate);
      }
    } catch (error) {
      if (error instanceof OffCurve) throw this.#offCurve(input);
      // Errors of a wrong passphrase and the like are OpenSSL's already.
      if (error instanceof DerError) throw unsupported();
      throw error;
    }
  }

  /** In a private key it is one reason of many that this is no key; Node has other words for DER than for PEM. */
  #offCurve({ format, type }: KeyInput): Error {
    const { kKeyFormatDER, kKeyEncodingPKCS8, kKeyEncodingSEC1 } = this.#encodings;
    if (format !== kKeyFormatDER || type === kKeyEncodingPKCS8 || type === kKeyEncodingSEC1) return unsupported();
    return Object.assign(new Error('Failed to read asymmetric key'), {
      opensslErrorStack: ['error:03000072:digital envelope routines::decode error'],
    });
  }

  /** PEM is text, DER a Buffer, JWK an object. `cipher` and `passphrase` protect private keys alone. */
  write(
    key: AsymmetricKey,
    isPrivate: boolean,
    format: number,
    type: number,
    cipher: string | null | undefined,
    passphrase: Foreign,
  ): Foreign {
    const { kKeyFormatJWK, kKeyFormatPEM, kKeyEncodingPKCS1, kKeyEncodingSEC1 } = this.#encodings;
    if (format === kKeyFormatJWK) return this.writeJwk(key, isPrivate, {});
    const password = typeof cipher === 'string' ? bytesOf(passphrase) : null;
    const [label, der] = this.#encode(key, isPrivate, type);
    if (password === null || !isPrivate) return format === kKeyFormatPEM ? writePem(label, der) : this.#buffer(der);
    // The old forms have no encryption of their own: PEM's Proc-Type headers carry it.
    if (type === kKeyEncodingPKCS1 || type === kKeyEncodingSEC1)
      return writeTraditionalPem(this.#protection, label, der, cipher as string, password);
    const encrypted = encryptPkcs8(this.#protection, der, cipher as string, password);
    return format === kKeyFormatPEM ? writePem('ENCRYPTED PRIVATE KEY', encrypted) : this.#buffer(encrypted);
  }

  /** Into `target`, in the order in which Node's C++ sets the members: programs print them. */
  writeJwk(key: AsymmetricKey, isPrivate: boolean, target: Foreign): Foreign {
    const text = (bytes: Uint8Array): string => this.#buffer(bytes).toString('base64url');
    const number = (value: bigint): string => text(fromBigInt(value));
    if (isRsa(key)) {
      // JWK has no place for the restriction (RFC 7518 knows RSA alone).
      if (key.kind === 'rsa-pss')
        throw codedError(Error, 'ERR_CRYPTO_JWK_UNSUPPORTED_KEY_TYPE', 'Unsupported JWK Key Type.');
      const { n, e } = key.numbers;
      Object.assign(target, { kty: 'RSA', n: number(n), e: number(e) });
      if (isPrivate && key.secret !== null) {
        const { d, p, q, dp, dq, qi } = key.secret;
        Object.assign(target, {
          d: number(d),
          p: number(p),
          q: number(q),
          dp: number(dp),
          dq: number(dq),
          qi: number(qi),
        });
      }
      return target;
    }
    if (isEc(key)) {
      const { name, fieldSize: size, jwk } = key.curve;
      if (jwk === null)
        throw codedError(Error, 'ERR_CRYPTO_JWK_UNSUPPORTED_CURVE', `Unsupported JWK EC curve: ${name}.`);
      Object.assign(target, {
        kty: 'EC',
        x: text(key.point.subarray(1, 1 + size)),
        y: text(key.point.subarray(1 + size)),
        crv: jwk,
      });
      return isPrivate && key.secret !== null ? Object.assign(target, { d: text(key.secret) }) : target;
    }
    Object.assign(target, { crv: okpKind(key.kind).jwk });
    if (isPrivate && key.secret !== null) Object.assign(target, { d: text(key.secret) });
    return Object.assign(target, { x: text(key.point), kty: 'OKP' });
  }

  /**
   * An EC point (SEC 1, 2.3.3) in the form asked for: 2 compressed, 4 as it is, 6 hybrid. The first byte of a
   * result is that number, and with a bit that stands for y where y is left out or repeated. Infinity has one form.
   */
  ecPoint(curve: EcCurve, point: Uint8Array, form: number): Uint8Array {
    if (point.length === 1 || (form !== POINT_COMPRESSED && form !== POINT_HYBRID)) return point;
    const bit = this.keys.curves.compressionBit(curve, point);
    return form === POINT_COMPRESSED
      ? concat(Uint8Array.of(POINT_COMPRESSED + bit), point.subarray(1, 1 + curve.fieldSize))
      : concat(Uint8Array.of(POINT_HYBRID + bit), point.subarray(1));
  }

  #buffer(bytes: Uint8Array): Foreign {
    // Memory of its own: lib hands out what lies under it.
    return this.#realm.requireBuiltin('buffer').Buffer.from(ownBuffer(bytes));
  }

  /** With PEM's label, which is as much part of the form as the DER. */
  #encode(key: AsymmetricKey, isPrivate: boolean, type: number): [label: string, der: Uint8Array] {
    const { kKeyEncodingPKCS1, kKeyEncodingSEC1 } = this.#encodings;
    if (type === kKeyEncodingPKCS1)
      return [isPrivate ? 'RSA PRIVATE KEY' : 'RSA PUBLIC KEY', this.keys.toPkcs1(key, isPrivate)];
    if (type === kKeyEncodingSEC1) return ['EC PRIVATE KEY', this.keys.toSec1(key)];
    return isPrivate ? ['PRIVATE KEY', this.keys.toPkcs8(key)] : ['PUBLIC KEY', this.keys.toSpki(key)];
  }

  #readPem(input: KeyInput, isPrivate: boolean): AsymmetricKey {
    const block = readPem(new TextDecoder('latin1').decode(bytesOf(input.data)));
    if (block === undefined) throw unsupported();
    // Encrypted the old way: headers above the base64 say how.
    const der = (): Uint8Array => (block.headers['Proc-Type'] === undefined ? block.der : this.#decrypt(input, block));
    switch (block.label) {
      // The labels OpenSSL knows for these kinds of keys;
      // a public key does not do where a private one is asked for.
      case 'PUBLIC KEY':
        if (isPrivate) break;
        return this.keys.fromSpki(block.der);
      case 'RSA PUBLIC KEY':
        if (isPrivate) break;
        return this.keys.fromPkcs1(block.der, false);
      case 'CERTIFICATE':
      case 'X509 CERTIFICATE':
        if (isPrivate) break;
        return this.#fromCertificate(block.der);
      case 'PRIVATE KEY':
        return this.keys.fromPkcs8(block.der);
      case 'ENCRYPTED PRIVATE KEY':
        return this.keys.fromPkcs8(decryptPkcs8(this.#protection, block.der, this.#password(input)));
      case 'RSA PRIVATE KEY':
        return this.keys.fromPkcs1(der(), true);
      case 'EC PRIVATE KEY':
        return this.keys.fromSec1(der());
    }
    throw unsupported();
  }

  #decrypt(input: KeyInput, block: PemBlock): Uint8Array {
    return decryptTraditional(this.#protection, block, this.#password(input));
  }

  #password({ passphrase }: KeyInput): Uint8Array {
    // OpenSSL would ask on the terminal; Node's callback says no.
    if (passphrase === undefined || passphrase === null)
      throw opensslError('07880109', 'common libcrypto routines', 'interrupted or cancelled');
    return bytesOf(passphrase);
  }

  /** DER does not say what it is: the type that was asked for does. */
  #readDer(der: Uint8Array, input: KeyInput, isPrivate: boolean): AsymmetricKey {
    const { kKeyEncodingPKCS1, kKeyEncodingPKCS8, kKeyEncodingSEC1 } = this.#encodings;
    switch (input.type) {
      case kKeyEncodingPKCS1:
        // A public key has two numbers, a private one nine: whichever is given.
        return this.keys.fromPkcs1(der, isPrivate || new DerValue(der).items().length > 2);
      case kKeyEncodingSEC1:
        return this.keys.fromSec1(der);
      case kKeyEncodingPKCS8: {
        // EncryptedPrivateKeyInfo (RFC 5958, 3) has two members, PrivateKeyInfo three or more.
        const isEncrypted = new DerValue(der).items().length === 2;
        return this.keys.fromPkcs8(isEncrypted ? decryptPkcs8(this.#protection, der, this.#password(input)) : der);
      }
      default:
        return this.keys.fromSpki(der);
    }
  }

  /** RFC 5280, 4.1: the seventh field, or the sixth where the version is not given. */
  #fromCertificate(der: Uint8Array): AsymmetricKey {
    const fields = new DerValue(der).items()[0]?.items() ?? [];
    const key = fields[fields[0]?.tag === 0xa0 ? 6 : 5];
    if (key === undefined) throw new DerError('certificate');
    return this.keys.fromSpki(key.whole);
  }

  /** Bytes alone, so the type is named beside them; an EC key needs its curve's name too. */
  #readRaw(input: KeyInput, isPrivate: boolean): AsymmetricKey {
    const bytes = Uint8Array.from(bytesOf(input.data));
    const name = String(input.type).toLowerCase();
    if (name === 'ec') {
      const curve = this.keys.curves.find(String(input.namedCurve));
      if (curve === undefined) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_CURVE', 'Invalid EC curve name');
      return this.#checked(() =>
        isPrivate ? this.keys.ecFromSecret(curve, bytes) : this.keys.ecFromPoint(curve, bytes),
      );
    }
    const kind = OKP_KINDS.find((known) => known.name === name);
    if (kind === undefined) throw codedError(TypeError, 'ERR_INVALID_ARG_VALUE', 'Unsupported key type');
    return this.#checked(() =>
      isPrivate ? this.keys.okpFromSecret(kind.name, bytes) : this.keys.okpFromPoint(kind.name, bytes),
    );
  }

  /** Any failure is the one error lib expects; the library's reason goes along as its cause. */
  #checked(work: () => AsymmetricKey): AsymmetricKey {
    try {
      return work();
    } catch (error) {
      throw Object.assign(codedError(Error, 'ERR_INVALID_ARG_VALUE', 'Invalid key data'), { cause: error });
    }
  }

  #readJwk(jwk: Foreign): AsymmetricKey {
    const bytes = (name: string): Uint8Array => {
      const value = jwk[name];
      if (typeof value !== 'string') throw invalidJwk();
      return Uint8Array.from(this.#realm.requireBuiltin('buffer').Buffer.from(value, 'base64url'));
    };
    // Whether `d` is there decides, not what was asked for; lib looks at the type of the handle afterwards.
    const isPrivate = jwk.d !== undefined;
    switch (jwk.kty) {
      case 'RSA': {
        const number = (name: string): bigint => toBigInt(bytes(name));
        const numbers = { n: number('n'), e: number('e') };
        if (!isPrivate) return { kind: 'rsa', numbers, secret: null, restriction: null };
        const [p, q, d] = [number('p'), number('q'), number('d')];
        return {
          kind: 'rsa',
          numbers,
          secret: {
            ...numbers,
            d,
            p,
            q,
            dp: number('dp'),
            dq: number('dq'),
            // May be left out: it follows from the others.
            qi: jwk.qi === undefined ? inverse(q, p) : number('qi'),
          },
          restriction: null,
        };
      }
      case 'EC': {
        const curve = this.keys.curves.find(String(jwk.crv));
        if (curve === undefined) throw codedError(TypeError, 'ERR_CRYPTO_INVALID_CURVE', 'Invalid EC curve name');
        const point = concat(Uint8Array.of(4), bytes('x'), bytes('y'));
        try {
          const open = this.keys.ecFromPoint(curve, point);
          // x and y are checked against the curve; that d belongs to them is not.
          return isPrivate ? { ...open, secret: bytes('d') } : open;
        } catch (error) {
          throw Object.assign(invalidJwk('Invalid JWK EC key'), { cause: error });
        }
      }
      case 'OKP': {
        const kind = OKP_KINDS.find((known) => known.jwk === jwk.crv);
        if (kind === undefined) throw invalidJwk('Unsupported JWK OKP curve');
        return this.#okpFromJwk(kind.name, bytes('x'), isPrivate ? bytes('d') : null);
      }
      default:
        throw invalidJwk(typeof jwk.kty === 'string' ? 'Unsupported JWK key type' : 'Invalid JWK data');
    }
  }

  /** RFC 8037. The public half follows from the private one and is not compared with `x`. */
  #okpFromJwk(kind: OkpName, point: Uint8Array, secret: Uint8Array | null): AsymmetricKey {
    try {
      return secret === null ? this.keys.okpFromPoint(kind, point) : this.keys.okpFromSecret(kind, secret);
    } catch (error) {
      throw Object.assign(invalidJwk('Invalid JWK data'), { cause: error });
    }
  }
}

export { isEc, isOkp, isRsa };
