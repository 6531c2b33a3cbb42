import type { Foreign, Realm } from '../realm.ts';

/** `async_wrap.constants.kAsyncIdCounter`: where lib counts async ids. */
const ASYNC_ID_COUNTER = 2;

/**
 * Remembers the AsyncLocalStorage frame in which a request began, so that its
 * callback runs in the same frame. Stands for what node::AsyncWrap captures in
 * `AsyncReset` and restores in `MakeCallback` (src/async_wrap.cc).
 */
export class CallbackContext {
  readonly #carrier: Realm['frame'];
  readonly #frame: unknown;

  constructor(realm: Realm) {
    this.#carrier = realm.frame;
    this.#frame = realm.frame.current;
  }

  /** Calls `fn` in the remembered frame. The caller is already in a task of the loop. */
  call(receiver: unknown, fn: (...args: never[]) => unknown, ...args: readonly unknown[]): unknown {
    const outer = this.#carrier.current;
    this.#carrier.current = this.#frame;
    try {
      return Reflect.apply(fn, receiver, args);
    } finally {
      this.#carrier.current = outer;
    }
  }

  /** Calls `receiver[name]` where it is a function, as `MakeCallback(name)` does. */
  callMethod(receiver: object, name: string | symbol, ...args: readonly unknown[]): unknown {
    const fn: unknown = Reflect.get(receiver, name);
    return typeof fn === 'function' ? this.call(receiver, fn as () => unknown, ...args) : undefined;
  }
}

/** Base of everything lib addresses by an async id. */
export class AsyncWrap {
  readonly #context: CallbackContext;
  readonly #asyncId: number;

  constructor(realm: Realm) {
    this.#context = new CallbackContext(realm);
    const fields: Foreign = realm.internalBinding('async_wrap').async_id_fields;
    fields[ASYNC_ID_COUNTER] += 1;
    this.#asyncId = fields[ASYNC_ID_COUNTER];
  }

  getAsyncId(): number {
    return this.#asyncId;
  }

  getProviderType(): number {
    return 0;
  }

  /** Calls a function for this object in the frame of its construction; from within a loop task. */
  static call(wrap: AsyncWrap, fn: (...args: never[]) => unknown, receiver: object, ...args: readonly unknown[]): unknown {
    return wrap.#context.call(receiver, fn, ...args);
  }

  /** Calls a method of this object in the frame of its construction; from within a loop task. */
  static callMethod(wrap: AsyncWrap, name: string | symbol, ...args: readonly unknown[]): unknown {
    return wrap.#context.callMethod(wrap, name, ...args);
  }
}
