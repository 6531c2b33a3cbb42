/** PEM and what protects a private key in it (RFC 7468, 8018; the older form is OpenSSL's own). */
import { codedError } from '@slipway/node-values';
import { BadPadding, BlockStream, type CipherLibrary, WrongFinalBlock } from '../aes-stream.ts';
import { OpensslErrors } from '../openssl-error.ts';
import { concat, DerError, DerValue, integer, nothing, octets, oid, sequence } from './der.ts';
import type { Hash } from './rsa-padding.ts';
import type { RandomBytes } from './rsa-math.ts';

/** What password-protected keys need of the outside: digests, ciphers, random bytes. */
export interface Protection {
  readonly ciphers: () => CipherLibrary;
  readonly hash: Hash;
  readonly random: RandomBytes;
  pbkdf2(hash: string, password: Uint8Array, salt: Uint8Array, iterations: number, length: number): Uint8Array;
}

/** A block of PEM (RFC 7468): label, content, headers of the old form. */
export interface PemBlock {
  readonly label: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly der: Uint8Array<ArrayBuffer>;
}

const Oid = { pbes2: '1.2.840.113549.1.5.13', pbkdf2: '1.2.840.113549.1.5.12' } as const;
/** PBKDF2's HMACs that are read (RFC 8018, B.1.2); written is SHA-256 alone. */
const PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  '1.2.840.113549.2.8': 'sha224',
  '1.2.840.113549.2.9': 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};
/** The only ciphers for PBES2 here; files protected by DES or RC2 cannot be read. */
const CIPHER_OIDS: Readonly<Record<string, string>> = {
  'aes-128-cbc': '2.16.840.1.101.3.4.1.2',
  'aes-192-cbc': '2.16.840.1.101.3.4.1.22',
  'aes-256-cbc': '2.16.840.1.101.3.4.1.42',
};
/** PKCS5_DEFAULT_ITER of OpenSSL. Few by today's measure, but files should be like Node's. */
const ITERATIONS = 2048;
/** Bytes, as OpenSSL 3 takes for PBES2. */
const SALT_BYTES = 16;

/** The first block in `text`; `undefined` where there is none. */
export function readPem(text: string): PemBlock | undefined {
  const match = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)-----END \1-----/.exec(text);
  if (match === null) return undefined;
  const [, label = '', content = ''] = match;
  // Headers of the old form end with an empty line.
  const split = /^([\s\S]*?:[\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(content);
  const headers = Object.fromEntries(
    (split?.[1] ?? '')
      .split(/\r?\n/)
      .filter(Boolean)
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const base64 = (split?.[2] ?? content).replace(/\s/g, '');
  // Four characters are three bytes, so one alone (of six bits) is no byte: `atob` would throw.
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 === 1) return undefined;
  return { label, headers, der: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) };
}

/** A block of PEM, 64 characters a line (RFC 7468, 2). */
export function writePem(label: string, der: Uint8Array, headers = ''): string {
  const base64 = btoa(Array.from(der, (byte) => String.fromCharCode(byte)).join(''));
  return `-----BEGIN ${label}-----\n${headers}${base64.replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;
}

/**
 * Bytes of the key for a cipher's name, with or without "-cbc".
 * Throws ERR_CRYPTO_UNKNOWN_CIPHER for all but AES-CBC.
 */
function keyLength(cipher: string): number {
  const match = /^aes-?(128|192|256)(?:-cbc)?$/.exec(cipher.toLowerCase());
  if (match === null) throw codedError(Error, 'ERR_CRYPTO_UNKNOWN_CIPHER', 'Unknown cipher');
  return Number(match[1]) / 8;
}

/** Throws OpenSSL's "bad decrypt" where the padding is wrong, which is how a wrong password shows. */
function run(protection: Protection, encrypt: boolean, key: Uint8Array, iv: Uint8Array, input: Uint8Array): Uint8Array {
  const stream = new BlockStream(protection.ciphers(), key, iv, { encrypt, padding: () => true });
  try {
    const head = stream.update(input);
    return concat(head, stream.finish());
  } catch (error) {
    throw error instanceof BadPadding || error instanceof WrongFinalBlock ? OpensslErrors.badDecrypt() : error;
  }
}

/** PBES2 with PBKDF2 (RFC 8018), HMAC-SHA-256 and OpenSSL's round count. Throws for ciphers other than AES-CBC. */
export function encryptPkcs8(
  protection: Protection,
  der: Uint8Array,
  cipher: string,
  password: Uint8Array,
): Uint8Array {
  const size = keyLength(cipher);
  const [salt, iv] = [protection.random(SALT_BYTES), protection.random(16)];
  const encrypted = run(protection, true, protection.pbkdf2('sha256', password, salt, ITERATIONS, size), iv, der);
  const derivation = sequence(
    oid(Oid.pbkdf2),
    // The PRF is written out, as SHA-256 is not the default.
    sequence(octets(salt), integer(ITERATIONS), sequence(oid('1.2.840.113549.2.9'), nothing())),
  );
  const scheme = sequence(oid(CIPHER_OIDS[`aes-${size * 8}-cbc`]!), octets(iv));
  return sequence(sequence(oid(Oid.pbes2), sequence(derivation, scheme)), octets(encrypted));
}

/** The PKCS #8 inside an EncryptedPrivateKeyInfo (RFC 5958, 3). */
export function decryptPkcs8(protection: Protection, der: Uint8Array, password: Uint8Array): Uint8Array {
  const [algorithm, encrypted] = new DerValue(der).items();
  const [name, parameters] = algorithm?.items() ?? [];
  if (name?.oid() !== Oid.pbes2 || parameters === undefined || encrypted === undefined)
    throw new DerError('encryption');
  const [derivation, scheme] = parameters.items();
  const [, derivationParameters] = derivation?.items() ?? [];
  const [salt, iterations, ...rest] = derivationParameters?.items() ?? [];
  // Optional, like the key's length before it: told apart by its tag.
  const prf = rest
    .find(({ tag }) => tag === 0x30)
    ?.items()[0]
    ?.oid();
  const [cipher, iv] = scheme?.items() ?? [];
  const known = Object.entries(CIPHER_OIDS).find(([, id]) => id === cipher?.oid());
  // RFC 8018, A.2: HMAC-SHA-1 is the default, and DER leaves defaults out.
  const hash = prf === undefined ? 'sha1' : PRFS[prf];
  if (known === undefined || hash === undefined || salt === undefined || iterations === undefined || iv === undefined)
    throw new DerError('encryption');
  return run(
    protection,
    false,
    protection.pbkdf2(hash, password, salt.octets(), Number(iterations.integer()), keyLength(known[0])),
    iv.octets(),
    encrypted.octets(),
  );
}

/** EVP_BytesToKey with MD5 and one round. Weak, but the old form of PEM has no other way to say how. */
function traditionalKey(protection: Protection, password: Uint8Array, salt: Uint8Array, length: number): Uint8Array {
  let key: Uint8Array = new Uint8Array(0);
  for (let last: Uint8Array = new Uint8Array(0); key.length < length; key = concat(key, last))
    // OpenSSL takes the first half of the vector as salt.
    last = protection.hash('md5', last, password, salt.subarray(0, 8));
  return key.subarray(0, length);
}

/** PEM of the old form, encrypted by its DEK-Info header (RFC 1421, 4.6.1.3). */
export function writeTraditionalPem(
  protection: Protection,
  label: string,
  der: Uint8Array,
  cipher: string,
  password: Uint8Array,
): string {
  const size = keyLength(cipher);
  const iv = protection.random(16);
  const encrypted = run(protection, true, traditionalKey(protection, password, iv, size), iv, der);
  const hex = Array.from(iv, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
  return writePem(label, encrypted, `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-${size * 8}-CBC,${hex}\n\n`);
}

/** A wrong password shows as bad padding or, once in some 256 times, as DER that makes no sense. */
export function decryptTraditional(
  protection: Protection,
  { headers, der }: PemBlock,
  password: Uint8Array,
): Uint8Array {
  const [cipher = '', hex = ''] = (headers['DEK-Info'] ?? '').split(',');
  // The IV is the salt as well, see `traditionalKey`.
  const iv = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return run(protection, false, traditionalKey(protection, password, iv, keyLength(cipher)), iv, der);
}
