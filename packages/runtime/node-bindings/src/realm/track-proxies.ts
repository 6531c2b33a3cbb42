/**
 * Knows which objects are proxies and what is behind them: V8 tells its
 * embedder, a page's script is told nothing. The global `Proxy` is replaced by
 * one that looks the same and keeps a note.
 */
export interface ProxyTracker {
  /** Target and handler, or `undefined` when `value` is no proxy; both null once revoked. */
  detailsOf(value: unknown): readonly [target: object | null, handler: object | null] | undefined;
  /** A proxy that `util.inspect` shall not see as one: objects with native interceptors in Node. */
  invisible<T extends object>(target: T, handler: ProxyHandler<T>): T;
}

type Details = readonly [object | null, object | null];

/** Remembers target and handler of every Proxy: v8::Proxy tells nobody here. */
export function installProxyTracker(scope: typeof globalThis): ProxyTracker {
  const NativeProxy = scope.Proxy;
  const notes = new WeakMap<object, Details>();

  // Like the real one: no prototype property, two parameters, only with `new`.
  const Proxy = function Proxy(this: unknown, target: object, handler: ProxyHandler<object>): object {
    if (new.target === undefined) throw new TypeError("Constructor Proxy requires 'new'");
    const proxy = new NativeProxy(target, handler);
    notes.set(proxy, [target, handler]);
    return proxy;
  };
  // Once revoked, inspect shows `<Revoked Proxy>`: the note must change with it.
  const revocable = function revocable(target: object, handler: ProxyHandler<object>) {
    const pair = NativeProxy.revocable(target, handler);
    notes.set(pair.proxy, [target, handler]);
    const { revoke } = pair;
    pair.revoke = () => {
      revoke();
      notes.set(pair.proxy, [null, null]);
    };
    return pair;
  };
  Object.defineProperty(Proxy, 'prototype', { value: undefined, writable: false });
  Object.defineProperty(Proxy, 'revocable', {
    value: revocable,
    writable: true,
    configurable: true,
    enumerable: false,
  });
  Object.defineProperty(scope, 'Proxy', { value: Proxy, writable: true, configurable: true, enumerable: false });
  return {
    // `get` of a WeakMap answers undefined for what is no object.
    detailsOf: (value) => notes.get(value as object),
    invisible: (target, handler) => new NativeProxy(target, handler),
  };
}
