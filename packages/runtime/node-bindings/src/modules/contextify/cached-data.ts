import type { Realm } from '../../realm/realm.ts';
import { textHash } from '../cache/text-hash.ts';

const MAGIC = 'slipway code cache 1 ';

/**
 * What stands for V8's code cache, which the engine does not give a page: a seal
 * of the text. It saves no work, but what does not belong to a text is told from what does.
 */
export function cachedDataFor(realm: Realm, source: string): Uint8Array {
  return realm.requireBuiltin('buffer').Buffer.from(`${MAGIC}${textHash(source)}`) as Uint8Array;
}

/**
 * Whether `data` were made of another text (v8::ScriptCompiler::CachedData::rejected); V8 would also refuse those
 * of another version.
 */
export function isRejected(realm: Realm, source: string, data: ArrayBufferView): boolean {
  const { Buffer } = realm.requireBuiltin('buffer');
  return (
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1') !== `${MAGIC}${textHash(source)}`
  );
}
