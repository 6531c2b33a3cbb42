import type { Foreign } from '../realm/realm.ts';

/** How a cipher takes its blocks; `stream` is ChaCha20-Poly1305, `chacha20` it alone. */
export type CipherMode =
  | 'ecb'
  | 'cbc'
  | 'cfb'
  | 'cfb1'
  | 'cfb8'
  | 'ctr'
  | 'gcm'
  | 'ccm'
  | 'ocb'
  | 'ofb'
  | 'stream'
  | 'chacha20';

/** What there is to know of a cipher before it runs. */
export interface CipherInfo {
  readonly name: string;
  readonly nid: number;
  readonly mode: CipherMode;
  /** Bytes; a cipher of OpenSSL has one key length. */
  readonly keyLength: number;
}

/** Bytes; for GCM, CCM and OCB the default of several. */
const IV_LENGTH = {
  ecb: 0,
  cbc: 16,
  cfb: 16,
  cfb1: 16,
  cfb8: 16,
  ctr: 16,
  gcm: 12,
  ccm: 12,
  ocb: 12,
  ofb: 16,
  stream: 12,
  chacha20: 16,
} as const;
/** OpenSSL's numbers (obj_mac.h), by key length. */
const NIDS = {
  ecb: [418, 422, 426],
  cbc: [419, 423, 427],
  cfb: [421, 425, 429],
  cfb1: [650, 651, 652],
  cfb8: [653, 654, 655],
  ocb: [958, 959, 960],
  ofb: [420, 424, 428],
  ctr: [904, 905, 906],
  gcm: [895, 898, 901],
  ccm: [896, 899, 902],
} as const;
const KEY_LENGTHS = [16, 24, 32] as const;
const CIPHERS: readonly CipherInfo[] = [
  ...(['cbc', 'ccm', 'cfb', 'cfb1', 'cfb8', 'ctr', 'ecb', 'gcm', 'ocb', 'ofb'] as const).flatMap((mode) =>
    KEY_LENGTHS.map((keyLength, index) => ({
      name: `aes-${keyLength * 8}-${mode}`,
      nid: NIDS[mode][index] ?? 0,
      mode,
      keyLength,
    })),
  ),
  { name: 'chacha20', nid: 1019, mode: 'chacha20', keyLength: 32 },
  { name: 'chacha20-poly1305', nid: 1018, mode: 'stream', keyLength: 32 },
];

/** `crypto.getCiphers()`: with OpenSSL's aliases, which Node lists as well. */
export const CIPHER_NAMES: readonly string[] = [
  ...CIPHERS.map(({ name }) => name),
  ...KEY_LENGTHS.map((length) => `aes${length * 8}`),
  ...KEY_LENGTHS.flatMap((length) => [`id-aes${length * 8}-GCM`, `id-aes${length * 8}-CCM`]),
];

/** EVP_get_cipherbyname and EVP_get_cipherbynid: case does not matter; `undefined` for a cipher that is not here. */
export function findCipher(nameOrNid: string | number): CipherInfo | undefined {
  if (typeof nameOrNid === 'number') return CIPHERS.find(({ nid }) => nid === nameOrNid);
  const name = nameOrNid
    .toLowerCase()
    .replace(/^aes(128|192|256)$/, 'aes-$1-cbc')
    .replace(/^id-aes(128|192|256)-(gcm|ccm)$/, 'aes-$1-$2');
  return CIPHERS.find((cipher) => cipher.name === name);
}

/**
 * GetCipherInfo, Node src/crypto/crypto_cipher.cc: fills `target`, or answers
 * `undefined` where the lengths do not fit.
 */
export function getCipherInfo(
  target: object,
  nameOrNid: string | number,
  keyLength: number | undefined,
  ivLength: number | undefined,
): Foreign {
  const info = findCipher(nameOrNid);
  if (info === undefined || (keyLength !== undefined && keyLength !== info.keyLength)) return undefined;
  const standard = IV_LENGTH[info.mode];
  if (ivLength !== undefined && !isIvLength(info.mode, ivLength)) return undefined;
  // To OpenSSL a mode without padding is a stream cipher with blocks of one byte.
  const streams = /^(?:gcm|ctr|ccm|ofb|cfb)/.test(info.mode);
  const isStream = info.mode === 'stream' || info.mode === 'chacha20';
  return Object.assign(target, {
    mode: isStream ? 'stream' : info.mode.replace(/^cfb\d$/, 'cfb'),
    name:
      info.mode === 'gcm' || info.mode === 'ccm'
        ? `id-aes${info.keyLength * 8}-${info.mode === 'gcm' ? 'GCM' : 'ccm'}`
        : info.name,
    nid: info.nid,
    ...(isStream ? {} : { blockSize: streams ? 1 : 16 }),
    ...(standard === 0 ? {} : { ivLength: ivLength ?? standard }),
    keyLength: info.keyLength,
  });
}

/** Whether the cipher takes an initialization vector so long (SP 800-38C for CCM: 7 to 13 bytes). */
export function isIvLength(mode: CipherMode, length: number): boolean {
  if (mode === 'gcm') return length > 0;
  if (mode === 'ocb') return length >= 1 && length <= 15;
  return mode === 'ccm' ? length >= 7 && length <= 13 : length === IV_LENGTH[mode];
}
