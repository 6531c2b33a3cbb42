import type { Foreign, Realm } from '../realm/realm.ts';

/** A lock that was granted; it ends when its callback's promise settles, or when it is stolen. */
interface HeldLock {
  readonly name: string;
  readonly mode: string;
  readonly clientId: string;
  /** Ends the request with an error: somebody has taken the lock away. */
  readonly lose: (error: Error) => void;
}

interface Request {
  readonly name: string;
  readonly mode: string;
  readonly clientId: string;
  readonly grant: () => void;
}

type LockCallback = (lock: { name: string; mode: string } | null) => unknown;

/**
 * internalBinding('locks'): navigator.locks. Reference: src/node_locks.cc;
 * spec: https://w3c.github.io/web-locks/. In Node the threads of a process share
 * one manager; here each realm has its own.
 */
export function createLocksBinding(realm: Realm): Foreign {
  const { LOCK_MODE_SHARED, LOCK_MODE_EXCLUSIVE, LOCK_STOLEN_ERROR } = realm.data.bindings['locks'] as Record<
    string,
    string
  >;
  // Few at a time: lists are searched, no index is kept.
  const held: HeldLock[] = [];
  const queue: Request[] = [];

  // "Grantable" of the standard: nobody waits for the same name before, and no holder objects.
  const isGrantable = (name: string, mode: string, ahead: readonly Request[]): boolean => {
    if (ahead.some((request) => request.name === name)) return false;
    const others = held.filter((lock) => lock.name === name);
    return mode === LOCK_MODE_EXCLUSIVE ? others.length === 0 : others.every((lock) => lock.mode === LOCK_MODE_SHARED);
  };

  const remove = <Item>(list: Item[], item: Item): void => {
    const index = list.indexOf(item);
    if (index !== -1) list.splice(index, 1);
  };

  // From the front, so that a request never overtakes an earlier one of its name.
  const processQueue = (): void => {
    for (let index = 0; index < queue.length;) {
      const request = queue[index]!;
      if (isGrantable(request.name, request.mode, queue.slice(0, index))) {
        queue.splice(index, 1);
        request.grant();
      } else index += 1;
    }
  };

  return {
    LOCK_MODE_SHARED,
    LOCK_MODE_EXCLUSIVE,
    LOCK_STOLEN_ERROR,
    request(
      name: string,
      clientId: string,
      mode: string,
      steal: boolean,
      ifAvailable: boolean,
      callback: LockCallback,
    ) {
      return new Promise<unknown>((resolve, reject) => {
        const grant = (): void => {
          const lock: HeldLock = { name, mode, clientId, lose: reject };
          held.push(lock);
          // The callback runs on its own, not inside of whoever released the lock before.
          const result = Promise.resolve().then(() => callback({ name, mode }));
          result.then(resolve, reject);
          const release = (): void => {
            remove(held, lock);
            processQueue();
          };
          // In either case the lock is free: a callback that throws keeps nothing.
          result.then(release, release);
        };
        if (steal) {
          // `steal`: the holders' requests reject with AbortError (lib's), though their callbacks run on.
          for (const lock of held.filter((other) => other.name === name)) {
            remove(held, lock);
            lock.lose(new Error(LOCK_STOLEN_ERROR));
          }
          grant();
        } else if (isGrantable(name, mode, queue)) grant();
        // Called with null at once, or not at all: it never waits.
        else if (ifAvailable) resolve(Promise.resolve().then(() => callback(null)));
        else queue.push({ name, mode, clientId, grant });
      });
    },
    query() {
      const describe = ({ name, mode, clientId }: { name: string; mode: string; clientId: string }) => ({
        name,
        mode,
        clientId,
      });
      return Promise.resolve({ held: held.map(describe), pending: queue.map(describe) });
    },
  };
}
