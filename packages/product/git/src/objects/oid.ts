import { createHash } from 'node:crypto';
import { GitError } from './git-error.ts';

/** In git's spelling, which is hashed with the object. */
export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

/** A SHA-1 as 40 small hexadecimal digits. */
export type Oid = string;

/** Stands for "no object": the old value of a ref that is made, the new one of a ref that is deleted. */
export const ZERO_OID = '0000000000000000000000000000000000000000';

/** The tree without entries. Git knows it without having it. */
export const EMPTY_TREE_OID = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

const OID_PATTERN = /^[0-9a-f]{40}$/;
const TYPES: ReadonlySet<string> = new Set<ObjectType>(['blob', 'tree', 'commit', 'tag']);

/** git reads capitals as well, but never writes them. */
export function isOid(text: string): boolean {
  return OID_PATTERN.test(text);
}

/** Case matters, as for git. */
export function isObjectType(text: string): text is ObjectType {
  return TYPES.has(text);
}

/** Throws `bad-oid` for what is no id in small hexadecimal letters. */
export function parseOid(text: string): Oid {
  if (!isOid(text)) throw new GitError('bad-oid', `Cannot read object id ${JSON.stringify(text.slice(0, 60))}`);
  return text;
}

/** Hashes an object that arrives in parts: its size is hashed before its bytes. */
export class ObjectHash {
  readonly #hash = createHash('sha1');

  constructor(type: ObjectType, size: number) {
    this.#hash.update(`${type} ${size}\0`);
  }

  update(bytes: Uint8Array): this {
    this.#hash.update(bytes);
    return this;
  }

  oid(): Oid {
    return this.#hash.digest('hex');
  }
}

/** The id of an object: SHA-1 of type, size and bytes. */
export function oidOf(type: ObjectType, bytes: Uint8Array): Oid {
  return new ObjectHash(type, bytes.length).update(bytes).oid();
}

/** An id as the 20 bytes that stand in trees and packs. */
export function oidToBytes(oid: Oid): Uint8Array {
  return Buffer.from(parseOid(oid), 'hex');
}

/** The id that stands at `at` as 20 bytes. */
export function oidFromBytes(bytes: Uint8Array, at = 0): Oid {
  if (at + 20 > bytes.length) throw new GitError('bad-oid', 'Cannot read object id: fewer than 20 bytes are left');
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, 20).toString('hex');
}
