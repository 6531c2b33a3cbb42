import { createHash, randomBytes } from 'node:crypto';

/** A key of 256 bits and the name by which values know it. */
export interface SecretKey {
  id: string;
  bytes: Buffer;
}

const KEY_BYTES = 32;
/** So many keys at once are more than any rotation needs. */
const KEYS_LIMIT = 16;

/** A fresh key as an operator writes it down: base64url. */
export function makeKeyText(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/**
 * Reads keys from a text: 32 bytes each, in base64 or base64url, with commas or space
 * between them. No key is ever part of the error.
 */
export function parseKeys(text: string, where: string): SecretKey[] {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  if (parts.length === 0) throw new Error(`Cannot use ${where}: it holds no key`);
  if (parts.length > KEYS_LIMIT) throw new Error(`Cannot use ${where}: it holds more than ${KEYS_LIMIT} keys`);
  return parts.map((part, at) => {
    const bytes = /^[\w+/-]+={0,2}$/.test(part) ? Buffer.from(part, 'base64') : Buffer.alloc(0);
    if (bytes.length !== KEY_BYTES)
      throw new Error(`Cannot use ${where}: key ${at + 1} is not ${KEY_BYTES} bytes in base64`);
    return { id: keyId(bytes), bytes };
  });
}

/** From the key by a hash: it tells keys apart and says nothing of them. */
function keyId(bytes: Buffer): string {
  return createHash('sha256').update('slipway key id').update(bytes).digest('hex').slice(0, 16);
}
