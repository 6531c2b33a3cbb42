/**
 * What is known about promises' states. V8 tells its embedder; a page's script
 * can only learn it by `then`, which comes later and marks the promise handled.
 * So the known ones are those that were born settled (`Promise.resolve`,
 * `Promise.reject`) and those whose rejection the engine has reported.
 */
export const enum PromiseState {
  pending = 0,
  fulfilled = 1,
  rejected = 2,
}

/** No script can ask for it: `util.inspect` shows what was noted here. */
export interface PromiseTracker {
  detailsOf(promise: Promise<unknown>): readonly [state: PromiseState, value: unknown];
  noteRejected(promise: Promise<unknown>, reason: unknown): void;
}

/** Watches `Promise.resolve` and `Promise.reject`: v8::Promise::State tells nobody here. */
export function installPromiseTracker(scope: typeof globalThis): PromiseTracker {
  const NativePromise = scope.Promise;
  const notes = new WeakMap<object, readonly [PromiseState, unknown]>();
  const pending = [PromiseState.pending, undefined] as const;

  const { resolve, reject } = NativePromise;
  const isThenable = (value: unknown) =>
    typeof value === 'function' || (typeof value === 'object' && value !== null && 'then' in value);
  const tracked = {
    resolve(this: unknown, value: unknown) {
      const promise: unknown = Reflect.apply(resolve, this, [value]);
      // An object might be thenable by a getter: asking is a read the engine does as well, but only objects are asked.
      if (
        this === NativePromise &&
        (typeof value !== 'object' || value === null || !isThenable(value)) &&
        typeof value !== 'function'
      ) {
        notes.set(promise as object, [PromiseState.fulfilled, value]);
      }
      return promise;
    },
    reject(this: unknown, reason: unknown) {
      const promise: unknown = Reflect.apply(reject, this, [reason]);
      if (this === NativePromise) notes.set(promise as object, [PromiseState.rejected, reason]);
      return promise;
    },
  };
  for (const name of ['resolve', 'reject'] as const) {
    Object.defineProperty(tracked[name], 'length', { value: 1, configurable: true });
    Object.defineProperty(NativePromise, name, {
      value: tracked[name],
      writable: true,
      configurable: true,
      enumerable: false,
    });
  }
  return {
    detailsOf: (promise) => notes.get(promise) ?? pending,
    noteRejected: (promise, reason) => {
      notes.set(promise, [PromiseState.rejected, reason]);
    },
  };
}
