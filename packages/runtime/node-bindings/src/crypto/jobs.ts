import { AsyncWrap } from '../handles/async-wrap.ts';
import type { Foreign, Realm } from '../realm/realm.ts';

/** `kCryptoJob*` of the binding: how a job's result gets to lib, chosen by lib per call. */
export const JobMode = { async: 0, sync: 1, webCrypto: 2 } as const;

/**
 * One cryptographic computation. Reference: CryptoJob in Node src/crypto/crypto_util.h.
 *
 *   sync        run() returns [error, result]
 *   async       run() returns; ondone(error, result) is called in a later task
 *   webCrypto   run() returns a promise
 *
 * The work is done in this worker: it must not take so long that it is felt.
 */
export abstract class CryptoJob extends AsyncWrap {
  readonly #realm: Realm;
  readonly #mode: number;

  constructor(realm: Realm, mode: number) {
    super(realm);
    this.#realm = realm;
    this.#mode = mode;
  }

  /** The result; what it throws is the job's error. May be a promise, except for synchronous jobs. */
  protected abstract compute(): unknown;

  protected get realm(): Realm {
    return this.#realm;
  }

  protected get mode(): number {
    return this.#mode;
  }

  /** CryptoJob::Run: the inputs were copied by the constructor, so the program may go on with its buffers. */
  run(): unknown {
    switch (this.#mode) {
      case JobMode.sync:
        return this.#runSync();
      case JobMode.webCrypto:
        return this.#runAsPromise();
      default:
        // In the order of the calls, one job a task.
        this.#realm.loop.enqueue(() => {
          const [error, result] = this.#runSync();
          AsyncWrap.callMethod(this, 'ondone', error, result);
          AsyncWrap.end(this);
        });
        return undefined;
    }
  }

  #runSync(): [error: unknown, result: unknown] {
    try {
      return [undefined, this.compute()];
      // Handed to lib, which decides whether to throw.
    } catch (error) {
      return [error, undefined];
    }
  }

  /** The engine's own promise, kept alive by the task. */
  #runAsPromise(): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#realm.loop.enqueue(() => {
      const [error, result] = this.#runSync();
      if (error === undefined) resolve(result);
      else reject(operationError(this.#realm, error));
    });
    return promise;
  }
}

/** Web Crypto has one error for all failures, so that it cannot serve as an oracle; `cause` is for people. */
function operationError(realm: Realm, cause: unknown): Error {
  const { DOMException } = realm.perContext.domException as Foreign;
  return new DOMException('The operation failed for an operation-specific reason', { name: 'OperationError', cause });
}
