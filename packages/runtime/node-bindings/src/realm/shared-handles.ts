import type { Realm } from './realm.ts';

/**
 * Handles that stay one and the same when they are posted within their thread.
 * In Node the two ends share memory behind the handle, across threads too; a
 * page's threads get a copy instead.
 */
export class SharedHandles<Handle extends object> {
  /** An id is random, not counted: the same number in another thread must not find a handle that is none of it. */
  readonly #realm: Realm;
  readonly #byId = new Map<string, WeakRef<Handle>>();
  readonly #ids = new WeakMap<Handle, string>();
  /** A handle that nobody can post any more needs no name. */
  readonly #gone = new FinalizationRegistry<string>((id) => this.#byId.delete(id));

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /** The same id for the handle as long as it lives; it travels in the message in place of the handle. */
  idOf(handle: Handle): string {
    const known = this.#ids.get(handle);
    if (known !== undefined) return known;
    const id = this.#realm.host.crypto.randomUUID();
    this.#ids.set(handle, id);
    this.#byId.set(id, new WeakRef(handle));
    this.#gone.register(handle, id);
    return id;
  }

  /** `undefined` where the handle lives in another thread. */
  find(id: string): Handle | undefined {
    return this.#byId.get(id)?.deref();
  }
}
