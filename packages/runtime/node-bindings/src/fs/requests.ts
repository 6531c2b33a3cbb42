import { AsyncWrap, CallbackContext } from '../handles/async-wrap.ts';
import type { Foreign, Realm } from '../realm/realm.ts';
import { uvException } from '../realm/uv-exception.ts';
import { Failure, type Operation, Pending } from './outcome.ts';
import { whenSettled } from '../realm/when-settled.ts';

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

  /** The result now, or `undefined` for a callback, or a promise. `present` gives the value its form for lib. */
  run(request: Foreign, operation: Operation, present?: Present): unknown {
    if (request === undefined) return this.now(operation, present);
    if (request === this.usePromises) return this.#promise(operation, present);
    // A request that has begun keeps the process alive until it is done.
    this.#later(operation, (outcome) => this.#complete(request, outcome, present));
    return undefined;
  }

  /**
   * Throws what a Failure says. The operation may block: Atomics.wait on a pipe stops this worker,
   * as read(2) would.
   */
  now(operation: Operation, present?: Present): unknown {
    const value = operation(true);
    if (value instanceof Failure) this.fail(value);
    return present === undefined || value === undefined ? value : present(value, true);
  }

  /** For members that go straight through, without an Operation. */
  fail(failure: Failure): never {
    throw this.error(failure);
  }

  /** The uvException of a failure, with path and dest as the program wrote them. */
  error(failure: Failure): Error {
    const { errno, syscall, path, dest } = failure;
    // Bytes that are no UTF-8 are shown as such.
    return uvException(this.#realm, errno, {
      syscall,
      ...(path === undefined ? {} : { path: path.toWellFormed() }),
      ...(dest === undefined ? {} : { dest: dest.toWellFormed() }),
    });
  }

  /** An error that is made while no JavaScript runs has no frames. */
  #bareError(failure: Failure): Error {
    // V8's switch, unknown to the type library.
    const switches = Error as unknown as { stackTraceLimit: number };
    // Collecting frames of ours would cost 15 µs for each of the many "file not found" of a module search.
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
        // In the frame of the caller: reactions of the promise run in it.
        if (outcome instanceof Failure) context.call(undefined, reject, this.#bareError(outcome));
        else
          context.call(
            undefined,
            resolve,
            // Not the shared arrays: a promise's reaction runs later, when another stat may have filled them.
            present === undefined || outcome === undefined ? outcome : present(outcome, false),
          );
        context.end();
      });
    });
  }

  #complete(request: AsyncWrap, outcome: unknown, present: Present | undefined): void {
    try {
      if (outcome instanceof Failure) AsyncWrap.callMethod(request, 'oncomplete', this.#bareError(outcome));
      else if (outcome === undefined) AsyncWrap.callMethod(request, 'oncomplete', null);
      else AsyncWrap.callMethod(request, 'oncomplete', null, present === undefined ? outcome : present(outcome, true));
      // The id is destroyed also when the callback threw.
    } finally {
      AsyncWrap.end(request);
    }
  }

  #later(operation: Operation, settle: (outcome: unknown) => void): void {
    const { loop, host } = this.#realm;
    const attempt = (): void => {
      // First try now; only pipes and terminals are ever Pending.
      const outcome = operation(false);
      if (!(outcome instanceof Pending)) return settle(outcome);
      const hold = loop.hold();
      const again = (): void => {
        hold.release();
        loop.enqueue(attempt);
      };
      /** `ready` tells that trying is worth it, not what will come of it: hence the same for both ends. */
      whenSettled(host.promiseThen, outcome.ready, again, again);
    };
    loop.enqueue(attempt);
  }
}

/** What async_hooks gets as the resource. */
class FSReqPromise {}

/** The class behind callbacks of fs. Reference: FSReqCallback, Node src/node_file.h. */
export function createRequestClass(realm: Realm): Foreign {
  /** FSReqCallback; lib sets `oncomplete`. The stats of one made with `true` are bigints. */
  return class FSReqCallback extends AsyncWrap {
    constructor(_bigint?: boolean) {
      super(realm);
    }
  };
}
