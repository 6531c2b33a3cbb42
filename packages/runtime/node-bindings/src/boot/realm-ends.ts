import { persistCompileCache } from '../modules/index.ts';
import { announceThreadEnd } from '../processes/messaging.ts';
import type { Realm } from '../realm/realm.ts';

/** None of them comes back but `leave` and `print`. */
export interface RealmEnds {
  exit(code: number): never;
  abort(signal: 'SIGABRT' | 'SIGTRAP'): never;
  leave(code: number): void;
  /** Raw text to descriptor 2, past lib's streams; throws while there is no process. */
  print(text: string): void;
}

/** `realm` is asked only once it is made. */
export function createRealmEnds(realm: () => Realm, stopLoop: () => void): RealmEnds {
  const exit = (code: number): never => {
    /** First: nothing that is queued may run while the kernel is told. */
    stopLoop();
    persistCompileCache(realm());
    // Before the worker goes: other threads hear of it only this way.
    if (!realm().isMainThread) announceThreadEnd(realm());
    return realm().sys.exit({ code, signal: null });
  };
  const abort = (signal: 'SIGABRT' | 'SIGTRAP'): never => {
    stopLoop();
    return realm().sys.exit({ code: null, signal });
  };
  /**
   * As `exit`, from the loop itself: no code of the program is under way, so the
   * worker need not be stopped by force.
   */
  const leave = (code: number): void => {
    persistCompileCache(realm());
    stopLoop();
    if (!realm().isMainThread) announceThreadEnd(realm());
    realm().sys.leave({ code, signal: null });
  };
  const print = (text: string): void => {
    const { host, sys } = realm();
    sys.descriptors.write(2, new host.classes.TextEncoder().encode(text), null);
  };
  return { exit, abort, leave, print };
}
