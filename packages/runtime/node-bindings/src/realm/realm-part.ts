import { pristine } from './pristine.ts';
import type { Realm } from './realm.ts';

/** What is one per realm and shared by several bindings, though Node has no binding of that name; made on first use. */
export class RealmPart<Part extends object> {
  readonly #make: (realm: Realm) => Part;
  /** Weakly, by realm: the part goes with its realm, and no module has to be told that one ended. */
  readonly #made = new WeakMap<Realm, Part>();

  constructor(make: (realm: Realm) => Part) {
    this.#make = make;
  }

  of(realm: Realm): Part {
    const known = this.#made.get(realm);
    if (known !== undefined) return known;
    const part = pristine(() => this.#make(realm));
    this.#made.set(realm, part);
    return part;
  }
}
