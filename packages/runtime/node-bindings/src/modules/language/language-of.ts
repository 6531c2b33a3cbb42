import { RealmPart } from '../../realm/realm-part.ts';
import type { Realm } from '../../realm/realm.ts';
import { Language } from './language.ts';

const languages = new RealmPart(
  (realm) => new Language(realm.host, realm.frame, realm.promiseHooks, (id) => realm.requireBuiltin(id)),
);

/** How text becomes code in a realm: what the bindings of this folder share. */
export function languageOf(realm: Realm): Language {
  return languages.of(realm);
}
