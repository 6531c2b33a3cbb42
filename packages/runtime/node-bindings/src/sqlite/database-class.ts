import { codedError } from '@slipway/node-values';
import type { Foreign } from '../realm/realm.ts';
import { Database, type DatabaseParts } from './database.ts';

/** DatabaseSync as programs see it. Reference: DatabaseSync::New in Node src/node_sqlite.cc. */
export function createDatabaseClass(parts: DatabaseParts): Foreign {
  /** A constructor of C++ may be called without `new`, and says so in its own words. */
  function DatabaseSync(path: unknown, ...options: unknown[]): Foreign {
    if (new.target === undefined)
      throw codedError(TypeError, 'ERR_CONSTRUCT_CALL_REQUIRED', 'Cannot call constructor without `new`');
    return Reflect.construct(Database, [parts, path, ...options], new.target);
  }
  // Methods stand on this very prototype in Node, so a copy and no subclass.
  DatabaseSync.prototype = Object.create(Object.prototype, {
    ...Object.getOwnPropertyDescriptors(Database.prototype),
    constructor: { value: DatabaseSync, writable: true, configurable: true },
  }) as Database;
  return DatabaseSync;
}
