/**
 * Promise hooks: what `async_hooks`, `domain` and `v8.promiseHooks` learn about
 * promises. Reference: V8's PromiseHook (src/execution/isolate.cc, RunPromiseHook)
 * and Isolate::SetPromiseHooks.
 *
 * V8 calls its embedder; a page's script is told nothing, so while hooks are set
 * the program's own doors are watched:
 *
 *   then, catch, finally           init, before, settled, after
 *   new Promise and its statics    init, settled
 *   await (rewritten, see modules/transform/names.ts)   init, before, after
 *
 * The one promise nobody sees being made is the result of an async function: its
 * `init` comes when it is first used, or never. Where code resumed by `await`
 * stops is not told either: its `after` comes before the next thing that runs.
 * Without hooks all this costs one comparison.
 */
type Hook = ((promise: object, parent?: object) => void) | undefined;
type Reaction = ((value: never) => unknown) | null | undefined;
type AnyPromise = Promise<unknown>;
type SettledAgain = (type: number, promise: AnyPromise, value: unknown) => void;

/** v8::PromiseRejectEvent: a promise was settled before; lib makes 'multipleResolves' of it. */
const REJECTED_AGAIN = 2;
const RESOLVED_AGAIN = 3;

/** What watching promises needs of the realm; all native ones are taken before a program can replace them. */
export interface PromiseHooksHost {
  readonly NativePromise: PromiseConstructor;
  readonly nativeThen: AnyPromise['then'];
  /** Makes a proxy that `util.inspect` does not show as one. */
  readonly invisible: <T extends object>(target: T, handler: ProxyHandler<T>) => T;
  readonly scope: { Promise: PromiseConstructor };
  readonly reportException: (error: unknown) => void;
}

/** What an `await` keeps while hooks are set. */
export class AwaitToken {
  readonly frame: unknown;
  /**
   * Stands for the rest of the function, as V8's throwaway promise does;
   * `undefined` when hooks came after the `await`.
   */
  promise: AnyPromise | undefined;

  constructor(frame: unknown) {
    this.frame = frame;
  }
}

/** Statics that make a promise of their own. */
const MAKERS = ['all', 'allSettled', 'any', 'race', 'reject', 'resolve', 'try', 'withResolvers'] as const;

/** The stand-in for v8::Context::SetPromiseHooks. */
export class PromiseHooks {
  /** Asked by everything that makes promises. */
  active = false;
  readonly #host: PromiseHooksHost;
  /** `init` comes once for each promise, however many of the doors it goes through. */
  readonly #seen = new WeakSet<object>();
  #init: Hook;
  #before: Hook;
  #after: Hook;
  #settled: Hook;
  #settledAgain: SettledAgain | undefined;
  /** What the last `await` has resumed, until something else runs: only then is its `after` due. */
  #resumed: AnyPromise | undefined;
  #watched: PromiseConstructor | undefined;

  constructor(host: PromiseHooksHost) {
    this.#host = host;
  }

  /**
   * Isolate::SetPromiseHooks: all four at once; `undefined` switches one off,
   * all undefined switch the watching off.
   */
  set(init: Hook, before: Hook, after: Hook, settled: Hook): void {
    this.#init = init;
    this.#before = before;
    this.#after = after;
    this.#settled = settled;
    // The four may change while hooks stay on: only turning on and off touches the constructor.
    const active = [init, before, after, settled].some((hook) => hook !== undefined);
    if (active === this.active) return;
    this.active = active;
    if (!active) this.#resumed = undefined;
    this.#watchConstructor();
  }

  /** Tells of promises that are settled twice, until given `undefined`. */
  watchSettling(report: SettledAgain | undefined): void {
    this.#settledAgain = report;
    this.#watchConstructor();
  }

  get(): readonly Hook[] {
    return [this.#init, this.#before, this.#after, this.#settled];
  }

  /** `then`, the reactions already carrying their frame. */
  then(parent: AnyPromise, onFulfilled: Reaction, onRejected: Reaction): unknown {
    // The derived promise exists only after `then` returns, the reactions only run later: by a box.
    const context = { derived: undefined as unknown as object };
    const react =
      (handler: Reaction, otherwise: (value: unknown) => unknown) =>
      (value: unknown): unknown => {
        // `settled` before `after`: V8 resolves the derived promise inside the reaction job.
        const { derived } = context;
        this.#enter(derived);
        try {
          return typeof handler === 'function' ? handler(value as never) : otherwise(value);
        } finally {
          this.#call(this.#settled, derived);
          this.#call(this.#after, derived);
        }
      };
    const derived = Reflect.apply(this.#host.nativeThen, parent, [
      react(onFulfilled, (value) => value),
      react(onRejected, (reason) => {
        throw reason;
      }),
    ]) as unknown as object;
    context.derived = derived;
    this.#made(derived, parent);
    return derived;
  }

  /**
   * Before an `await`: the promise to wait for. Tells `init` of it where it is new,
   * and of the rest of the function.
   */
  wait(value: unknown, token: AwaitToken): AnyPromise {
    const { NativePromise } = this.#host;
    // As Await does (ECMA-262, 27.7.5.3): a native promise is waited for itself, everything else is wrapped.
    const promise = NativePromise.resolve(value) as AnyPromise;
    if (promise !== value) this.#made(promise);
    token.promise = new NativePromise(() => undefined);
    this.#made(token.promise, promise);
    return promise;
  }

  /** After the `await`: `before` is told, and the rest of the function counts as running from here on. */
  resume(token: AwaitToken): void {
    if (token.promise === undefined || !this.active) return;
    this.#enter(token.promise);
    this.#resumed = token.promise;
  }

  /** What an `await` has resumed is over by now. */
  flush(): void {
    const resumed = this.#resumed;
    if (resumed === undefined) return;
    this.#resumed = undefined;
    this.#call(this.#after, resumed);
  }

  #enter(promise: object): void {
    this.flush();
    this.#call(this.#before, promise);
  }

  #made(promise: object, parent?: object): void {
    // A promise may come by two doors, as Promise.resolve makes one that `then` then sees.
    if (this.#seen.has(promise)) return;
    this.#seen.add(promise);
    this.#call(this.#init, promise, parent);
  }

  #call(hook: Hook, promise: object, parent?: object): void {
    if (hook === undefined) return;
    try {
      hook(promise, parent);
      // V8 reports what a hook throws and goes on; it must not reach the code that made the promise.
    } catch (error) {
      this.#host.reportException(error);
    }
  }

  get #watches(): boolean {
    return this.active || this.#settledAgain !== undefined;
  }

  /** The global name, as long as the program has not given it another meaning. */
  #watchConstructor(): void {
    const { scope, NativePromise } = this.#host;
    const on = this.#watches;
    if (this.#watched === undefined && !on) return;
    this.#watched ??= this.#makeConstructor();
    const [expected, wanted] = on ? [NativePromise, this.#watched] : [this.#watched, NativePromise];
    // Never over another implementation: a program with its own Promise keeps it.
    if (scope.Promise === expected) scope.Promise = wanted;
  }

  #makeConstructor(): PromiseConstructor {
    const { NativePromise, invisible } = this.#host;
    const watched: PromiseConstructor = invisible(NativePromise, {
      construct: (target, [executor], newTarget) =>
        // Subclasses keep themselves as `new.target`; only the watched name stands for the original.
        this.#make(target, executor, newTarget === watched ? target : newTarget),
      get: (target, key) => statics.get(key) ?? Reflect.get(target, key),
    });
    const statics = new Map<PropertyKey, unknown>(MAKERS.map((name) => [name, this.#makeStatic(name, watched)]));
    return watched;
  }

  #make(target: PromiseConstructor, executor: unknown, newTarget: unknown): object {
    // The engine throws its own TypeError for what is no function.
    if (typeof executor !== 'function' || !this.#watches)
      return Reflect.construct(target, [executor], newTarget as PromiseConstructor);
    let settle!: readonly [resolve: (value: unknown) => void, reject: (reason: unknown) => void];
    const take = (...functions: typeof settle): void => {
      settle = functions;
    };
    const promise = Reflect.construct(target, [take], newTarget as PromiseConstructor) as AnyPromise;
    if (this.active) this.#made(promise);
    let called = false;
    const [resolve, reject] = settle.map((settler, k) => (value: unknown): void => {
      // Only the first call counts; later ones are what 'multipleResolves' tells about.
      if (called) this.#settledAgain?.(k === 0 ? RESOLVED_AGAIN : REJECTED_AGAIN, promise, value);
      else if (this.active) this.#call(this.#settled, promise);
      called = true;
      settler(value);
    }) as [(value: unknown) => void, (reason: unknown) => void];
    // The executor gets wrapped functions, so it runs here and not inside the constructor: what it throws rejects.
    try {
      (executor as (resolve: unknown, reject: unknown) => void)(resolve, reject);
    } catch (error) {
      reject(error);
    }
    return promise;
  }

  #makeStatic(name: (typeof MAKERS)[number], watched: PromiseConstructor): unknown {
    const { NativePromise } = this.#host;
    const original = Reflect.get(NativePromise, name) as (...args: unknown[]) => unknown;
    const tell = (result: { promise?: object }, argument: unknown): void => {
      // Promise.resolve(promise) gives its argument back: nothing was made.
      const promise = name === 'withResolvers' ? result.promise! : result;
      if (!this.active || promise === argument) return;
      this.#made(promise);
      // An object may be a thenable, which settles it later.
      if (name === 'reject' || (name === 'resolve' && Object(argument) !== argument))
        this.#call(this.#settled, promise);
    };
    const method = {
      [name](this: unknown, ...args: unknown[]): unknown {
        // The original on the native constructor: `this` is the watched proxy in ordinary code.
        const result = Reflect.apply(original, this === watched ? NativePromise : this, args) as object;
        tell(result, args[0]);
        return result;
      },
    }[name]!;
    Object.defineProperty(method, 'length', { value: original.length, configurable: true });
    return method;
  }
}
