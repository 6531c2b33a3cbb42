import type { Realm } from '../../realm.ts';

/** What stands for V8's code cache: the engine gives a page none, so it is empty. */
export function emptyCachedData(realm: Realm): Uint8Array {
  return realm.requireBuiltin('buffer').Buffer.alloc(0) as Uint8Array;
}
