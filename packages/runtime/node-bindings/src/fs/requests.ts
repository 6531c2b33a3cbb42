import { AsyncWrap, CallbackContext } from '../net/async-wrap.ts';
import type { Foreign, Realm } from '../realm.ts';
import { uvException } from '../system/uv-exception.ts';
import { Failure, type Operation, Pending } from './outcome.ts';

/** Says how a result looks to lib; `shared` where an array of the binding's own may be handed out again and again. */
export type Present = (value: Foreign, shared: boolean) => unknown;

/**
 * The three forms every call has, told apart by its last parameter: none (now,
 * throws), an FSReqCallback (later, `oncomplete`), kUsePromises (later, a
 * promise). Reference: FSReqBase and its kinds, src/node_file.h.
 *
 * An operation that comes later also begins later, as one does in libuv's
 * thread pool: in a task of its own, in the order of the calls.
 */
export class Requests {
  readonly #realm: Realm;
  readonly usePromises: symbol;

  constructor(realm: Realm) {
    this.#realm = realm;
    this.usePromises = realm.symbols['fs_use_promises_symbol']!;
  }

  run(request: Foreign, operation: Operation, present?: Present): unknown {
    if (request === undefined) return this.now(operation, present);
    if (request === this.usePromises) return this.#promise(operation, present);
    // A request that has begun keeps the process alive until it is done.
    this.#later(operation, (outcome) => this.#complete(request, outcome, present));
    return undefined;
  }

  now(operation: Operation, present?: Present): unknown {
    const value = operation(true);
    if (value instanceof Failure) this.fail(value);
    return present === undefined || value === undefined ? value : present(value, true);
  }

  fail(failure: Failure): never {
    throw this.error(failure);
  }

  error(failure: Failure): Error {
    const { errno, syscall, path, dest } = failure;
    // Bytes that are no UTF-8 are shown as such.
    return uvException(this.#realm, errno, { syscall, ...(path === undefined ? {} : { path: path.toWellFormed() }), ...(dest === undefined ? {} : { dest: dest.toWellFormed() }) });
  }

  /** An error that is made while no JavaScript runs has no frames. */
  #bareError(failure: Failure): Error {
    // V8's switch, unknown to the type library.
    const switches = Error as unknown as { stackTraceLimit: number };
    const limit = switches.stackTraceLimit;
    switches.stackTraceLimit = 0;
    try {
      return this.error(failure);
    } finally {
      switches.stackTraceLimit = limit;
    }
  }

  #promise(operation: Operation, present: Present | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const context = new CallbackContext(this.#realm, { object: new FSReqPromise(), provider: 'FSREQPROMISE' });
      this.#later(operation, (outcome) => {
        if (outcome instanceof Failure) context.call(undefined, reject, this.#bareError(outcome));
        else context.call(undefined, resolve, present === undefined || outcome === undefined ? outcome : present(outcome, false));
        context.end();
      });
    });
  }

  #complete(request: AsyncWrap, outcome: unknown, present: Present | undefined): void {
    try {
      if (outcome instanceof Failure) AsyncWrap.callMethod(request, 'oncomplete', this.#bareError(outcome));
      else if (outcome === undefined) AsyncWrap.callMethod(request, 'oncomplete', null);
      else AsyncWrap.callMethod(request, 'oncomplete', null, present === undefined ? outcome : present(outcome, true));
    } finally {
      AsyncWrap.end(request);
    }
  }

  #later(operation: Operation, settle: (outcome: unknown) => void): void {
    const { loop, host } = this.#realm;
    const attempt = (): void => {
      const outcome = operation(false);
      if (!(outcome instanceof Pending)) return settle(outcome);
      const hold = loop.hold();
      const again = (): void => {
        hold.release();
        loop.enqueue(attempt);
      };
      void Reflect.apply(host.promiseThen, outcome.ready, [again, again]);
    };
    loop.enqueue(attempt);
  }
}

/** What async_hooks gets as the resource. */
class FSReqPromise {}

export function createRequestClass(realm: Realm): Foreign {
  /** FSReqCallback; lib sets `oncomplete`. The stats of one made with `true` are bigints. */
  return class FSReqCallback extends AsyncWrap {
    constructor(_bigint?: boolean) {
      super(realm);
    }
  };
}
