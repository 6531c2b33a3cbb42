import type { Realm } from '../realm/realm.ts';
import type { AsyncContext, AsyncHooks } from '../realm/async-hooks.ts';

/** What a request is called in async_hooks, and the object that stands for it. */
export interface AsyncRequest {
  readonly object: object;
  readonly provider: string;
}

/**
 * Remembers the AsyncLocalStorage frame in which a request began, so that its
 * callback runs in the same frame. Stands for what node::AsyncWrap captures in
 * `AsyncReset` and restores in `MakeCallback` (src/async_wrap.cc). With a
 * `request` it has an async id of its own.
 */
export class CallbackContext {
  readonly #carrier: Realm['frame'];
  readonly #frame: unknown;
  readonly #hooks: AsyncHooks;
  readonly #context: AsyncContext | undefined;

  constructor(realm: Realm, request?: AsyncRequest) {
    // The carrier is kept, not the realm: a request may outlive what made it, and this is all it needs.
    this.#carrier = realm.frame;
    this.#frame = realm.frame.current;
    this.#hooks = realm.asyncHooks;
    if (request !== undefined) this.#context = beginContext(realm.asyncHooks, request);
  }

  /** Calls `fn` in the remembered frame. The caller is already in a task of the loop. */
  call(receiver: unknown, fn: (...args: never[]) => unknown, ...args: readonly unknown[]): unknown {
    return this.callIn(this.#context, receiver, fn, args);
  }

  /** Calls `receiver[name]` where it is a function, as `MakeCallback(name)` does. */
  callMethod(receiver: object, name: string | symbol, ...args: readonly unknown[]): unknown {
    // Looked up now, not when the request began: lib sets `oncomplete` after the call that starts it.
    const fn: unknown = Reflect.get(receiver, name);
    return typeof fn === 'function' ? this.callIn(this.#context, receiver, fn as () => unknown, args) : undefined;
  }

  /** The same under an async id that somebody else keeps. */
  callIn(
    context: AsyncContext | undefined,
    receiver: unknown,
    fn: (...args: never[]) => unknown,
    args: readonly unknown[],
  ): unknown {
    const outer = this.#carrier.current;
    this.#carrier.current = this.#frame;
    try {
      return context === undefined
        ? Reflect.apply(fn, receiver, args as never[])
        : this.#hooks.makeCallback(context, receiver, fn, args);
    } finally {
      this.#carrier.current = outer;
    }
  }

  /** The request is over: its callback has run. */
  end(): void {
    if (this.#context !== undefined) this.#hooks.emitDestroy(this.#context.asyncId);
  }
}

function beginContext(hooks: AsyncHooks, { object, provider }: AsyncRequest): AsyncContext {
  // The id is taken before `init` is told: a hook that makes handles of its own must get later ones.
  const context = { asyncId: hooks.newId(), triggerAsyncId: hooks.triggerId, resource: object };
  hooks.emitInit(context.asyncId, provider, context.triggerAsyncId, object);
  return context;
}

/**
 * Names of providers (`async_wrap.Providers`) by the name of the class; the others are
 * the class's name in capitals.
 */
const PROVIDERS: Readonly<Record<string, string>> = {
  TCP: 'TCPWRAP',
  Pipe: 'PIPEWRAP',
  TTY: 'TTYWRAP',
  UDP: 'UDPWRAP',
  Process: 'PROCESSWRAP',
  Signal: 'SIGNALWRAP',
  FSEvent: 'FSEVENTWRAP',
  Zlib: 'ZLIB',
  BrotliEncoder: 'ZLIB',
  BrotliDecoder: 'ZLIB',
  ZstdCompress: 'ZLIB',
  ZstdDecompress: 'ZLIB',
  Http2SessionHandle: 'HTTP2SESSION',
  Http2Session: 'HTTP2SESSION',
  Http2StreamHandle: 'HTTP2STREAM',
  Http2Stream: 'HTTP2STREAM',
  TLSWrap: 'TLSWRAP',
  QueryReqWrap: 'QUERYWRAP',
  SendWrap: 'UDPSENDWRAP',
  HashJob: 'HASHREQUEST',
  HmacJob: 'SIGNREQUEST',
  AESCipherJob: 'CIPHERREQUEST',
  RandomBytesJob: 'RANDOMBYTESREQUEST',
  PBKDF2Job: 'PBKDF2REQUEST',
  HKDFJob: 'DERIVEBITSREQUEST',
  ScryptJob: 'SCRYPTREQUEST',
  SecretKeyGenJob: 'KEYGENREQUEST',
};

/** What lib's class of a request is called in async_hooks: `WriteWrap` -> `WRITEWRAP`. */
export function providerOf(object: object): string {
  const { name } = object.constructor;
  return PROVIDERS[name] ?? name.toUpperCase();
}

/** One whose id comes with `reset`: it has none before. */
export const NO_PROVIDER = 'NONE';

/**
 * Base of everything lib addresses by an async id. Reference: AsyncWrap, Node src/async_wrap.cc. What is not a
 * method of lib's is static, so that nothing of ours shows on the prototype that programs can see.
 */
export class AsyncWrap {
  readonly #realm: Realm;
  #provider: string;
  #callbacks: CallbackContext;
  #context: AsyncContext | undefined;

  constructor(realm: Realm, provider: string = PROVIDERS[new.target.name] ?? new.target.name.toUpperCase()) {
    this.#realm = realm;
    this.#provider = provider;
    this.#callbacks = new CallbackContext(realm);
    if (provider !== NO_PROVIDER) this.#context = beginContext(realm.asyncHooks, { object: this, provider });
  }

  /** AsyncWrap::GetAsyncId; -1 (kInvalidAsyncId) before the first `reset` and after the end. */
  getAsyncId(): number {
    return this.#context?.asyncId ?? -1;
  }

  /** AsyncWrap::GetProviderType: an index into `async_wrap.Providers`, 0 (NONE) for names Node does not list. */
  getProviderType(): number {
    const { Providers } = this.#realm.data.bindings['async_wrap'] as { Providers: Readonly<Record<string, number>> };
    return Providers[this.#provider] ?? 0;
  }

  /** AsyncWrap::AsyncReset(object): a pooled handle (an HTTP parser) begins to serve another `resource`. */
  asyncReset(resource: object): void {
    AsyncWrap.reset(this, this.#provider, resource);
  }

  /** Calls a function for this object in the frame of its construction; from within a loop task. */
  static call(
    wrap: AsyncWrap,
    fn: (...args: never[]) => unknown,
    receiver: object,
    ...args: readonly unknown[]
  ): unknown {
    return wrap.#callbacks.callIn(wrap.#context, receiver, fn, args);
  }

  /** Calls a method of this object in the frame of its construction; from within a loop task. */
  static callMethod(wrap: AsyncWrap, name: string | symbol, ...args: readonly unknown[]): unknown {
    const fn: unknown = Reflect.get(wrap, name);
    return typeof fn === 'function'
      ? wrap.#callbacks.callIn(wrap.#context, wrap, fn as () => unknown, args)
      : undefined;
  }

  /** AsyncWrap::AsyncReset: a new id, and the frame of now. */
  static reset(wrap: AsyncWrap, provider: string, resource: object): void {
    // The old id is destroyed first: hooks see one life end before the next begins.
    AsyncWrap.end(wrap);
    wrap.#provider = provider;
    wrap.#callbacks = new CallbackContext(wrap.#realm);
    wrap.#context = beginContext(wrap.#realm.asyncHooks, { object: resource, provider });
  }

  /** AsyncWrap::EmitDestroy; twice is once. */
  static end(wrap: AsyncWrap): void {
    if (wrap.#context === undefined) return;
    wrap.#realm.asyncHooks.emitDestroy(wrap.#context.asyncId);
    wrap.#context = undefined;
  }
}
