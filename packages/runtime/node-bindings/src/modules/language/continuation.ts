/**
 * AsyncLocalStorage's frame across promises. V8 carries it in every promise
 * reaction; a page's script cannot, so:
 *
 *   then   gives its callbacks the frame in which it was called
 *   await  is rewritten (see transform/names.ts): the frame waits in a variable of
 *          the function and is put back when it goes on, or in its handlers. Where
 *          there is no place for a variable `awaited` puts one reaction in front of
 *          the one that resumes the function: reactions of a promise run in order
 *          and back to back, so nothing runs in between.
 *
 * As long as no frame was ever seen, both do nothing but ask. Afterwards the
 * empty frame must be carried as well: code resumed in a frame leaves it behind
 * for whatever microtask comes next.
 */
import type { ContinuationFrame } from '../../realm/language-hooks.ts';
import { AwaitToken, type PromiseHooks } from '../../realm/promise-hooks.ts';
import { whenSettled } from '../../realm/when-settled.ts';

type Reaction = ((value: never) => unknown) | null | undefined;
type Then = Promise<unknown>['then'];

/** What stands around asynchronous code so that its context comes back. */
export interface Continuation {
  /** Stands around the operand of an `await` in an expression. */
  readonly awaited: (value: unknown) => unknown;
  /** Stands around the iterable of every `for await`. */
  readonly asyncIterable: (iterable: unknown) => unknown;
  /** The frame of now, to be kept while a function waits. */
  readonly takeFrame: () => unknown;
  /** The operand of an `await`, whose frame has just been taken. */
  readonly operand: (value: unknown, frame: unknown) => unknown;
  /** The value of an `await`, the frame put back. */
  readonly resumed: <Value>(value: Value, frame: unknown) => Value;
  /** Puts the frame back after an `await` that has thrown. */
  readonly caught: (frame: unknown) => undefined;
  /** The reaction as it must be given to the engine's own `then`: it runs in the frame of now. */
  carry<Value, Result>(reaction: (value: Value) => Result): (value: Value) => Result;
}

/** One set of helpers a realm, over its one frame; transformed code gets them as arguments. */
export function createContinuation(
  frame: ContinuationFrame,
  NativePromise: PromiseConstructor,
  nativeThen: Then,
  hooks: PromiseHooks,
): Continuation {
  const resolve = NativePromise.resolve.bind(NativePromise);
  const settled = resolve();
  // Never false again: once a frame was seen, "no frame" has to be carried as well.
  let used = false;

  const mustCarry = (): boolean => used || (used = frame.current !== undefined);

  // A reaction in front of the one that resumes the function: both are called back to back.
  const restoreBefore = (promise: Promise<unknown>): void => {
    const captured = frame.current;
    const restore = (): void => {
      frame.current = captured;
    };
    whenSettled(nativeThen, promise, restore, restore);
  };

  /** `await` of a thenable calls its `then` in a microtask of its own: that one needs the frame too. */
  const prepareThenable = (value: unknown): void => {
    const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
    // An already settled promise: its reaction runs right before the microtask that calls `then`.
    if (isObject && !(value instanceof NativePromise)) restoreBefore(settled);
  };

  const awaited = (value: unknown): unknown => {
    if (hooks.active) return hookedAwait(value);
    if (!mustCarry()) return value;
    prepareThenable(value);
    // The same promise `await` would make; awaiting it adds no tick.
    const promise = resolve(value);
    restoreBefore(promise);
    return promise;
  };

  /** The `await` of async functions while promise hooks are set: they have to hear of its promise. */
  const hookedAwait = (value: unknown): unknown => {
    const token = new AwaitToken(frame.current);
    prepareThenable(value);
    const promise = hooks.wait(value, token);
    const enter = (): void => resume(token);
    whenSettled(nativeThen, promise, enter, enter);
    return promise;
  };
  const resume = (token: AwaitToken): void => {
    hooks.resume(token);
    frame.current = token.frame;
  };

  const carry = <Value, Result>(reaction: (value: Value) => Result): ((value: Value) => Result) => {
    if (!mustCarry()) return reaction;
    const captured = frame.current;
    return (value) => {
      const before = frame.current;
      frame.current = captured;
      try {
        return reaction(value);
        // What ran before goes on in its own frame: reactions are called from within microtasks of others.
      } finally {
        frame.current = before;
      }
    };
  };

  // No frame is a frame too, and not the same as none taken.
  // undefined means "not waiting": the variable is cleared when the function goes on.
  const NOTHING = null;
  const putBack = (taken: unknown): void => {
    if (taken instanceof AwaitToken) resume(taken);
    else frame.current = taken === NOTHING ? undefined : taken;
  };

  return {
    awaited,
    // Taken even before any frame was seen: one may be set while the function waits.
    takeFrame: () => (hooks.active ? new AwaitToken(frame.current) : (frame.current ?? NOTHING)),
    operand(value, taken) {
      if (mustCarry()) prepareThenable(value);
      return taken instanceof AwaitToken ? hooks.wait(value, taken) : value;
    },
    resumed(value, taken) {
      if (taken !== undefined) putBack(taken);
      return value;
    },
    caught(taken) {
      if (taken !== undefined) putBack(taken);
      return undefined;
    },
    asyncIterable: (iterable) => carriedIterable(iterable, awaited, nativeThen, resolve),
    carry,
  };
}

/** Replaces `Promise.prototype.then`; `catch` and `finally` go through it. */
export function installCarryingThen(
  NativePromise: PromiseConstructor,
  nativeThen: Then,
  continuation: Continuation,
  hooks: PromiseHooks,
): void {
  const { carry } = continuation;
  const holder = {
    then(this: Promise<unknown>, onFulfilled: Reaction, onRejected: Reaction): unknown {
      const reactions: [Reaction, Reaction] = [
        typeof onFulfilled === 'function' ? carry(onFulfilled as (value: unknown) => unknown) : onFulfilled,
        typeof onRejected === 'function' ? carry(onRejected as (value: unknown) => unknown) : onRejected,
      ];
      // Called by the engine's own `then` with the receiver as it is:
      // subclasses and wrong receivers behave as natively.
      return hooks.active ? hooks.then(this, ...reactions) : Reflect.apply(nativeThen, this, reactions);
    },
  };
  Reflect.defineProperty(NativePromise.prototype, 'then', {
    value: holder.then,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}

interface AnyIterator {
  next(value?: unknown): unknown;
  readonly return?: ((...values: unknown[]) => unknown) | null | undefined;
}

/**
 * An iterable whose steps carry the frame. Where there is only a synchronous
 * iterator the engine would make an async one of it that cannot be reached, so
 * that step is done here (CreateAsyncFromSyncIterator, ECMA-262 27.1.6).
 */
function carriedIterable(
  iterable: unknown,
  awaited: (value: unknown) => unknown,
  nativeThen: Then,
  resolve: (value: unknown) => Promise<unknown>,
): unknown {
  if (iterable === null || iterable === undefined) return iterable;
  const holder = iterable as { [Symbol.asyncIterator]?: unknown; [Symbol.iterator]?: unknown };
  const method = holder[Symbol.asyncIterator];
  const isAsync = method !== undefined && method !== null;
  const source = isAsync ? method : holder[Symbol.iterator];
  // Not iterable: the engine says so in its own words.
  if (typeof source !== 'function') return iterable;

  return {
    [Symbol.asyncIterator](): AnyIterator {
      const iterator = Reflect.apply(source, iterable, []) as AnyIterator;
      if (typeof iterator !== 'object' || iterator === null) return iterator;
      const next = iterator.next;
      const step = (method: (value?: unknown) => unknown, values: unknown[]): unknown => {
        const result = Reflect.apply(method, iterator, values);
        return awaited(isAsync ? result : fromSyncResult(result, nativeThen, resolve));
      };
      return {
        next: (...values: unknown[]) => step(next, values),
        /** Looked up each time: the engine reads it only when the loop is left early. */
        get return() {
          const method = iterator.return;
          return method === undefined || method === null ? method : (...values: unknown[]) => step(method, values);
        },
      };
    },
  };
}

/** AsyncFromSyncIteratorContinuation (ECMA-262, 27.1.6.4): the value is awaited, `done` is not. */
function fromSyncResult(result: unknown, nativeThen: Then, resolve: (value: unknown) => Promise<unknown>): unknown {
  if (typeof result !== 'object' || result === null) return result;
  const { done, value } = result as { done?: unknown; value?: unknown };
  return Reflect.apply(nativeThen, resolve(value), [
    (unwrapped: unknown) => ({ value: unwrapped, done: Boolean(done) }),
  ]);
}
