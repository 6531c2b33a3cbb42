/**
 * Bookkeeping behind a promise, inside a program's realm. It goes through the
 * engine's own `then` (`HostGlobals.promiseThen`): the program may have replaced
 * its own, and its promise hooks are not told.
 *
 * Both ends have a reaction, since a rejection without one would reach the
 * program's `unhandledRejection` and end it. For the same reason neither may throw.
 */
export function whenSettled<Value>(
  nativeThen: Promise<unknown>['then'],
  promise: Promise<Value>,
  onFulfilled: (value: Value) => void,
  onRejected: (reason: unknown) => void,
): void {
  Reflect.apply(nativeThen as (...reactions: never[]) => unknown, promise, [onFulfilled, onRejected] as never[]);
}

/** Its rejection is told in another way, or is nobody's concern. */
export function markHandled(nativeThen: Promise<unknown>['then'], promise: Promise<unknown>): void {
  whenSettled(nativeThen, promise, nothing, nothing);
}

function nothing(): void {
  // A rejection with a handler, even one that does nothing, is none the browser reports.
}
