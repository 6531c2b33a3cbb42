import { encodeText } from './text.ts';

/** A file name as directories store it: UTF-8 packed in words, zero padded. */
export interface EncodedName {
  readonly words: Int32Array;
  /** Bytes. */
  readonly length: number;
  readonly hash: number;
}

/** Reached, the cache starts anew: cheaper than keeping an order of use, and rare. */
const CACHE_LIMIT = 20_000;

/** Encoding a name costs more than finding it, and programs ask for the same few names again and again. */
export class NameCache {
  readonly #names = new Map<string, EncodedName>();

  encode(name: string): EncodedName {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const encoded = encodeName(name);
    if (this.#names.size >= CACHE_LIMIT) this.#names.clear();
    this.#names.set(name, encoded);
    return encoded;
  }
}

function encodeName(name: string): EncodedName {
  const text = encodeText(name);
  // Padded with zeros, so that comparing words compares names.
  const words = new Int32Array(Math.ceil(text.length / 4));
  new Uint8Array(words.buffer, 0, text.length).set(text);
  // FNV-1a: names are short, and the parent is mixed in by the bucket.
  let hash = 0x811c9dc5;
  for (const byte of text) hash = Math.imul(hash ^ byte, 0x01000193);
  return { words, length: text.length, hash };
}
