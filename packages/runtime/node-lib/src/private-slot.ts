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
  #key: symbol | undefined;

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

  /**
   * Code that the build has not rewritten, run with --expose-internals, uses the
   * slot as a property key. Only then a symbol is made that leads here from any
   * object; own keys do not show it.
   */
  [Symbol.toPrimitive](): symbol {
    if (this.#key !== undefined) return this.#key;
    const read = (holder: unknown): unknown => this.get(holder);
    const write = (holder: object, value: unknown): void => {
      this.set(holder, value);
    };
    this.#key = Symbol(this.name);
    Object.defineProperty(Object.prototype, this.#key, {
      get(this: unknown) {
        return read(this);
      },
      set(this: object, value: unknown) {
        write(this, value);
      },
      enumerable: false,
      configurable: true,
    });
    return this.#key;
  }
}
