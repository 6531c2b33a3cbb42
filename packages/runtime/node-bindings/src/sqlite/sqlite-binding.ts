import { codedError } from '@slipway/node-values';
import { compileShippedWasm } from '../realm/wasm-module.ts';
import type { BindingFactory } from '../realm/realm.ts';
import { mustBeObject } from './arguments.ts';
import { createAuthorizerPointer } from './authorizer.ts';
import { startBackup } from './backup.ts';
import { loadedSqlite } from './connection.ts';
import { Database, type Sqlite } from './database.ts';
import { createDatabaseClass } from './database-class.ts';
import { createHostImports } from './host-imports.ts';
import { SqliteLibrary } from './library.ts';
import { createChangesetPointers, Session } from './session.ts';
import { StatementSync } from './statement.ts';

// Taken before a program can replace it.
const { Module } = WebAssembly;

/**
 * internalBinding('sqlite'). Reference: Node src/node_sqlite.cc.
 *
 * SQLite's own WebAssembly build, with its Unix file layer over the files of
 * this process. It is fetched with the first database.
 */
export const createSqliteBinding: BindingFactory = (realm) => {
  let made: Sqlite | undefined;
  // One library for all databases of the realm: they share its memory and its locks.
  const load = (): Sqlite => {
    if (made !== undefined) return made;
    const { TextDecoder, TextEncoder } = realm.host.classes;
    const library = new SqliteLibrary(
      compileShippedWasm(realm, 'sqlite'),
      createHostImports(realm),
      { encoder: new TextEncoder(), decoder: new TextDecoder() },
      (bytes) => new Module(bytes),
    );
    return (made = {
      ...loadedSqlite(library),
      changesets: createChangesetPointers(library),
      authorizer: createAuthorizerPointer(library),
    });
  };
  const permission = realm.internalBinding('permission');
  const DatabaseSync = createDatabaseClass({
    load,
    permissionsAreOn: () => realm.requireBuiltin('internal/process/permission').isEnabled() && permission !== undefined,
  });

  /** Two parameters count, as in Node. */
  function backup(sourceDb: unknown, path: unknown, ...[options]: unknown[]): Promise<number> {
    mustBeObject(sourceDb, 'sourceDb');
    const connection = Database.connectionOf(sourceDb);
    if (connection === undefined) throw codedError(TypeError, 'ERR_INVALID_THIS', 'Illegal invocation');
    return startBackup(realm, connection, path, options);
  }

  return { DatabaseSync, StatementSync, Session, backup };
};
