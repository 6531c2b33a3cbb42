import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretKey } from './secret-keys.ts';

/**
 * Seals values at rest (SV-23). A sealed value is text:
 *
 *   sb1 . id of the key . base64url( nonce, 12 bytes | ciphertext | tag, 16 bytes )
 *
 * AES-256-GCM with a random nonce. The place where the value lives is authenticated with it, so that a value copied to
 * another row, or sealed under one name and stored under another, does not open.
 */
export interface SecretBox {
  /** `place` says where the value will live, such as `server_secrets.value:token-signing-key`. */
  seal(plain: string, place: string): string;
  /** Throws a `SealedValueError` where key, place or bytes are not those it was sealed with. */
  open(sealed: string, place: string): string;
  /** Whether a value needs sealing anew, because another key than the first one sealed it. */
  isOutdated(sealed: string): boolean;
}

/** The keys that a box seals and opens with, read anew where they may have changed. */
export interface KeySource {
  /** The first one seals, all open. */
  current(): readonly SecretKey[];
  /** Looks again, where that can help. */
  reload(): readonly SecretKey[];
}

/** A sealed value that cannot be opened here. The message holds no part of it but the key's id. */
export class SealedValueError extends Error {}

const VERSION = 'sb1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A box over keys; `loadSecretKeys` finds them. */
export function createSecretBox(source: KeySource): SecretBox {
  return {
    seal: (plain, place) => {
      const key = source.reload()[0]!;
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(associatedData(key.id, place));
      const body = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${VERSION}.${key.id}.${body.toString('base64url')}`;
    },
    open: (sealed, place) => {
      const { keyId, body } = parse(sealed, place);
      const key = find(source.current(), keyId) ?? find(source.reload(), keyId);
      if (!key)
        throw new SealedValueError(`Cannot open "${place}": it is sealed with the key "${keyId}", which is not here`);
      const decipher = createDecipheriv('aes-256-gcm', key.bytes, body.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(associatedData(keyId, place));
      decipher.setAuthTag(body.subarray(-TAG_BYTES));
      try {
        const text = decipher.update(body.subarray(NONCE_BYTES, -TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString('utf8');
      } catch (error) {
        throw new SealedValueError(`Cannot open "${place}": it was changed, or sealed for another place`, {
          cause: error,
        });
      }
    },
    isOutdated: (sealed) => parse(sealed, 'a value').keyId !== source.reload()[0]!.id,
  };
}

/** Whether a text has the shape of a sealed value; what was stored before there was a box has not. */
export function isSealed(text: string): boolean {
  return /^sb1\.[0-9a-f]{16}\.[\w-]+$/.test(text);
}

/** Readable without the key; throws for a value that is not sealed. */
export function sealingKeyId(sealed: string): string {
  return parse(sealed, 'a value').keyId;
}

function parse(sealed: string, place: string): { keyId: string; body: Buffer } {
  const [, keyId = '', text = ''] = isSealed(sealed) ? sealed.split('.') : [];
  const body = Buffer.from(text, 'base64url');
  if (body.length < NONCE_BYTES + TAG_BYTES)
    throw new SealedValueError(`Cannot open "${place}": it is no sealed value`);
  return { keyId, body };
}

function find(keys: readonly SecretKey[], id: string): SecretKey | undefined {
  return keys.find((key) => key.id === id);
}

function associatedData(keyId: string, place: string): Buffer {
  return Buffer.from(`${VERSION}.${keyId}.${place}`, 'utf8');
}
