/** PEM and what protects a private key in it (RFC 7468, 8018; the older form is OpenSSL's own). */
import { codedError } from '../../../core/coded-error.ts';
import { BadPadding, BlockStream, type CipherLibrary, WrongFinalBlock } from '../aes-stream.ts';
import { OpensslErrors } from '../openssl-error.ts';
import { concat, DerError, DerValue, integer, nothing, octets, oid, sequence } from './der.ts';
import type { Hash } from './rsa-padding.ts';
import type { RandomBytes } from './rsa-math.ts';

export interface Protection {
  readonly ciphers: () => CipherLibrary;
  readonly hash: Hash;
  readonly random: RandomBytes;
  pbkdf2(hash: string, password: Uint8Array, salt: Uint8Array, iterations: number, length: number): Uint8Array;
}

export interface PemBlock {
  readonly label: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly der: Uint8Array<ArrayBuffer>;
}

const Oid = { pbes2: '1.2.840.113549.1.5.13', pbkdf2: '1.2.840.113549.1.5.12' } as const;
const PRFS: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1', '1.2.840.113549.2.8': 'sha224', '1.2.840.113549.2.9': 'sha256', '1.2.840.113549.2.10': 'sha384', '1.2.840.113549.2.11': 'sha512',
};
const CIPHER_OIDS: Readonly<Record<string, string>> = {
  'aes-128-cbc': '2.16.840.1.101.3.4.1.2', 'aes-192-cbc': '2.16.840.1.101.3.4.1.22', 'aes-256-cbc': '2.16.840.1.101.3.4.1.42',
};
/** PKCS5_DEFAULT_ITER of OpenSSL. */
const ITERATIONS = 2048;
const SALT_BYTES = 16;

export function readPem(text: string): PemBlock | undefined {
  const match = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)-----END \1-----/.exec(text);
  if (match === null) return undefined;
  const [, label = '', content = ''] = match;
  const split = /^([\s\S]*?:[\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(content);
  const headers = Object.fromEntries((split?.[1] ?? '').split(/\r?\n/).filter(Boolean).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
  const base64 = (split?.[2] ?? content).replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 === 1) return undefined;
  return { label, headers, der: Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)) };
}

export function writePem(label: string, der: Uint8Array, headers = ''): string {
  const base64 = btoa(Array.from(der, (byte) => String.fromCharCode(byte)).join(''));
  return `-----BEGIN ${label}-----\n${headers}${base64.replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;
}

function keyLength(cipher: string): number {
  const match = /^aes-?(128|192|256)(?:-cbc)?$/.exec(cipher.toLowerCase());
  if (match === null) throw codedError(Error, 'ERR_CRYPTO_UNKNOWN_CIPHER', 'Unknown cipher');
  return Number(match[1]) / 8;
}

function run(protection: Protection, encrypt: boolean, key: Uint8Array, iv: Uint8Array, input: Uint8Array): Uint8Array {
  const stream = new BlockStream(protection.ciphers(), key, iv, { encrypt, padding: () => true });
  try {
    const head = stream.update(input);
    return concat(head, stream.finish());
  } catch (error) {
    throw error instanceof BadPadding || error instanceof WrongFinalBlock ? OpensslErrors.badDecrypt() : error;
  }
}

/** PBES2 with PBKDF2, as OpenSSL writes it. */
export function encryptPkcs8(protection: Protection, der: Uint8Array, cipher: string, password: Uint8Array): Uint8Array {
  const size = keyLength(cipher);
  const [salt, iv] = [protection.random(SALT_BYTES), protection.random(16)];
  const encrypted = run(protection, true, protection.pbkdf2('sha256', password, salt, ITERATIONS, size), iv, der);
  const derivation = sequence(oid(Oid.pbkdf2), sequence(octets(salt), integer(ITERATIONS), sequence(oid('1.2.840.113549.2.9'), nothing())));
  const scheme = sequence(oid(CIPHER_OIDS[`aes-${size * 8}-cbc`]!), octets(iv));
  return sequence(sequence(oid(Oid.pbes2), sequence(derivation, scheme)), octets(encrypted));
}

export function decryptPkcs8(protection: Protection, der: Uint8Array, password: Uint8Array): Uint8Array {
  const [algorithm, encrypted] = new DerValue(der).items();
  const [name, parameters] = algorithm?.items() ?? [];
  if (name?.oid() !== Oid.pbes2 || parameters === undefined || encrypted === undefined) throw new DerError('encryption');
  const [derivation, scheme] = parameters.items();
  const [, derivationParameters] = derivation?.items() ?? [];
  const [salt, iterations, ...rest] = derivationParameters?.items() ?? [];
  const prf = rest.find(({ tag }) => tag === 0x30)?.items()[0]?.oid();
  const [cipher, iv] = scheme?.items() ?? [];
  const known = Object.entries(CIPHER_OIDS).find(([, id]) => id === cipher?.oid());
  const hash = prf === undefined ? 'sha1' : PRFS[prf];
  if (known === undefined || hash === undefined || salt === undefined || iterations === undefined || iv === undefined) throw new DerError('encryption');
  return run(protection, false, protection.pbkdf2(hash, password, salt.octets(), Number(iterations.integer()), keyLength(known[0])), iv.octets(), encrypted.octets());
}

/** EVP_BytesToKey with MD5 and one round. */
function traditionalKey(protection: Protection, password: Uint8Array, salt: Uint8Array, length: number): Uint8Array {
  let key: Uint8Array = new Uint8Array(0);
  for (let last: Uint8Array = new Uint8Array(0); key.length < length; key = concat(key, last)) last = protection.hash('md5', last, password, salt.subarray(0, 8));
  return key.subarray(0, length);
}

export function writeTraditionalPem(protection: Protection, label: string, der: Uint8Array, cipher: string, password: Uint8Array): string {
  const size = keyLength(cipher);
  const iv = protection.random(16);
  const encrypted = run(protection, true, traditionalKey(protection, password, iv, size), iv, der);
  const hex = Array.from(iv, (byte) => byte.toString(16).padStart(2, '0')).join('').toUpperCase();
  return writePem(label, encrypted, `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-${size * 8}-CBC,${hex}\n\n`);
}

export function decryptTraditional(protection: Protection, { headers, der }: PemBlock, password: Uint8Array): Uint8Array {
  const [cipher = '', hex = ''] = (headers['DEK-Info'] ?? '').split(',');
  const iv = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return run(protection, false, traditionalKey(protection, password, iv, keyLength(cipher)), iv, der);
}
