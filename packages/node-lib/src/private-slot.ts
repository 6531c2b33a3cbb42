/**
 * Stand-in for a V8 Private (`v8::Private::New`): a property that no program
 * can see, inherit or enumerate.
 *
 * A symbol would leak into `util.inspect` and `assert.deepEqual`, so the build
 * rewrites lib's `obj[x_private_symbol]` to `slot.get(obj)` / `slot.set(obj, v)`
 * and `privateSymbols` holds these objects. Works on frozen objects and proxies.
 */
export class PrivateSlot {
  readonly name: string;
  readonly #values = new WeakMap<object, unknown>();

  constructor(name: string) {
    this.name = name;
  }

  /** `undefined` where nothing was set, also for a primitive holder. */
  get(holder: unknown): unknown {
    return this.#values.get(holder as object);
  }

  /** Returns `value`, as an assignment does. */
  set<Value>(holder: object, value: Value): Value {
    this.#values.set(holder, value);
    return value;
  }
}
