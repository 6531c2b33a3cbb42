/** Paddings of RFC 8017; the section is named at each. */
import { concat, nothing, octets, oid, sequence } from './der.ts';
import type { RandomBytes } from './rsa-math.ts';

/** The parts count as one message. */
export type Hash = (name: string, ...parts: readonly Uint8Array[]) => Uint8Array<ArrayBuffer>;

/** By OpenSSL's names: a signature of PKCS #1 v1.5 holds the OID of its hash (RFC 8017, 9.2). */
export const HASH_OIDS: Readonly<Record<string, string>> = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  ripemd160: '1.3.36.3.2.1',
  sha224: '2.16.840.1.101.3.4.2.4',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
  'sha512-224': '2.16.840.1.101.3.4.2.5',
  'sha512-256': '2.16.840.1.101.3.4.2.6',
  'sha3-224': '2.16.840.1.101.3.4.2.7',
  'sha3-256': '2.16.840.1.101.3.4.2.8',
  'sha3-384': '2.16.840.1.101.3.4.2.9',
  'sha3-512': '2.16.840.1.101.3.4.2.10',
};

/** What does not fit or does not match; the caller knows OpenSSL's words for it. */
export class PaddingError extends Error {}

/** EMSA-PKCS1-v1_5, 9.2. Without a hash the message itself. */
export function signaturePadding(digest: Uint8Array, hashName: string | null, length: number): Uint8Array {
  const info = hashName === null ? digest : sequence(sequence(oid(mustKnow(hashName)), nothing()), octets(digest));
  return blockType(1, info, new Uint8Array(Math.max(0, length - info.length - 3)).fill(0xff), length);
}

function mustKnow(hashName: string): string {
  const known = HASH_OIDS[hashName];
  if (known === undefined) throw new PaddingError(`no object identifier of ${hashName}`);
  return known;
}

function blockType(type: number, message: Uint8Array, fill: Uint8Array, length: number): Uint8Array {
  // Three bytes of frame and eight of fill at least (RFC 8017, 7.2.1).
  if (message.length > length - 11) throw new PaddingError('data too large for key size');
  return concat(Uint8Array.of(0, type), fill, Uint8Array.of(0), message);
}

/**
 * RSAES-PKCS1-v1_5 (RFC 8017, 7.2.1). `length` is the modulus' in bytes;
 * a PaddingError where the message is too long.
 */
export function encryptionPadding(message: Uint8Array, length: number, random: RandomBytes): Uint8Array {
  const fill = Uint8Array.from({ length: Math.max(0, length - message.length - 3) }, () => {
    let byte = 0;
    // The fill ends at the first zero, so it must not hold one.
    while (byte === 0) byte = random(1)[0]!;
    return byte;
  });
  return blockType(2, message, fill, length);
}

/**
 * Throws one PaddingError whatever is wrong: to tell faults apart would be Bleichenbacher's oracle. Type 1 is
 * filled with 0xff (signatures), type 2 with noise.
 */
export function withoutBlockType(block: Uint8Array, type: number): Uint8Array {
  const end = block.indexOf(0, 2);
  const fill = block.subarray(2, Math.max(end, 2));
  if (block[0] !== 0 || block[1] !== type || end < 10 || (type === 1 && fill.some((byte) => byte !== 0xff)))
    throw new PaddingError('padding check failed');
  return block.slice(end + 1);
}

/** MGF1 (RFC 8017, B.2.1): hashes of seed and counter, cut to `length` bytes. */
function mask(hash: Hash, name: string, seed: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let counter = 0, done = 0; done < length; counter++) {
    const part = hash(name, seed, Uint8Array.of(counter >>> 24, counter >>> 16, counter >>> 8, counter));
    parts.push(part);
    done += part.length;
  }
  return concat(...parts).subarray(0, length);
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(a, (byte, index) => byte ^ b[index]!);

/** `name` is the hash of label and mask (RFC 8017, 7.1), for `hash` to compute; `label` is empty unless asked for. */
export interface OaepOptions {
  readonly hash: Hash;
  readonly name: string;
  readonly label: Uint8Array;
}

/** EME-OAEP (RFC 8017, 7.1.1, step 2). `length` is the modulus' in bytes. */
export function oaepPadding(
  message: Uint8Array,
  length: number,
  random: RandomBytes,
  { hash, name, label }: OaepOptions,
): Uint8Array {
  const labelHash = hash(name, label);
  const size = labelHash.length;
  if (message.length > length - 2 * size - 2) throw new PaddingError('data too large for key size');
  // DB = lHash, zeros, 01, message; both halves mask each other.
  const data = concat(labelHash, new Uint8Array(length - message.length - 2 * size - 2), Uint8Array.of(1), message);
  const seed = random(size);
  const maskedData = xor(data, mask(hash, name, seed, data.length));
  return concat(Uint8Array.of(0), xor(seed, mask(hash, name, maskedData, size)), maskedData);
}

/** EME-OAEP backwards (RFC 8017, 7.1.2, step 3); throws PaddingError. */
export function withoutOaep(block: Uint8Array, { hash, name, label }: OaepOptions): Uint8Array {
  const labelHash = hash(name, label);
  const size = labelHash.length;
  if (block.length < 2 * size + 2) throw new PaddingError('oaep decoding error');
  const maskedData = block.subarray(size + 1);
  const seed = xor(block.subarray(1, size + 1), mask(hash, name, maskedData, size));
  const data = xor(maskedData, mask(hash, name, seed, maskedData.length));
  const one = data.findIndex((byte, index) => index >= size && byte !== 0);
  // One error for all three, so that nobody learns which (7.1.2, note on Manger's attack).
  if (block[0] !== 0 || labelHash.some((byte, index) => byte !== data[index]) || one < 0 || data[one] !== 1)
    throw new PaddingError('oaep decoding error');
  return data.slice(one + 1);
}

/** RFC 8017, 9.1: the digest's hash and the mask's, which OpenSSL takes as alike unless told otherwise. */
export interface PssOptions {
  readonly hash: Hash;
  readonly name: string;
  readonly maskName: string;
}

/** EMSA-PSS, 9.1.1; `bits` is one less than the modulus has. */
export function pssPadding(
  digest: Uint8Array,
  saltLength: number,
  bits: number,
  random: RandomBytes,
  { hash, name, maskName }: PssOptions,
): Uint8Array {
  const length = Math.ceil(bits / 8);
  if (length < digest.length + saltLength + 2) throw new PaddingError('data too large for key size');
  const salt = random(saltLength);
  // M' = eight zeros, digest, salt (9.1.1, step 5).
  const h = hash(name, new Uint8Array(8), digest, salt);
  const data = concat(new Uint8Array(length - saltLength - digest.length - 2), Uint8Array.of(1), salt);
  const masked = xor(data, mask(hash, maskName, h, data.length));
  // Bits beyond the modulus are cleared (step 11).
  masked[0]! &= 0xff >> (8 * length - bits);
  return concat(masked, h, Uint8Array.of(0xbc));
}

/** 9.1.2; `saltLength` undefined: whatever it is. */
export function isPss(
  block: Uint8Array,
  digest: Uint8Array,
  saltLength: number | undefined,
  bits: number,
  { hash, name, maskName }: PssOptions,
): boolean {
  const length = Math.ceil(bits / 8);
  if (block.length !== length || block.at(-1) !== 0xbc || length < digest.length + 2) return false;
  const masked = block.subarray(0, length - digest.length - 1);
  const h = block.subarray(masked.length, length - 1);
  const unused = 0xff & ~(0xff >> (8 * length - bits));
  if ((masked[0]! & unused) !== 0) return false;
  const data = xor(masked, mask(hash, maskName, h, masked.length));
  data[0]! &= 0xff >> (8 * length - bits);
  const one = data.findIndex((byte) => byte !== 0);
  if (one < 0 || data[one] !== 1) return false;
  const salt = data.subarray(one + 1);
  if (saltLength !== undefined && salt.length !== saltLength) return false;
  return hash(name, new Uint8Array(8), digest, salt).every((byte, index) => byte === h[index]);
}
