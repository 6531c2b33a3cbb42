import { RealmPart } from './realm-part.ts';
import type { Realm } from './realm.ts';

const standIns = new RealmPart(() => new Set<unknown>());

/** Functions of ours in place of the engine's: `Function.prototype.toString` shows them as native code. */
export function standInsOf(realm: Realm): Set<unknown> {
  return standIns.of(realm);
}
