import { codedError } from '@slipway/node-values';
import { badState } from './arguments.ts';
import type { Pointer, SqliteLibrary } from './library.ts';
import type { StatementOptions } from './statement.ts';
import { createFunctionPointers, type FunctionPointers } from './user-functions.ts';

/** SQLite's file layer with POSIX locks over our system calls; the build's default has no locks. */
const FILE_LAYER = 'unix';
const OpenFlag = { readOnly: 1, readWrite: 2, create: 4, uri: 64 } as const;
/** Verbs of sqlite3_db_config (sqlite3.h, SQLITE_DBCONFIG_*) that take a boolean. */
export const DbConfig = {
  foreignKeys: 1002,
  loadExtension: 1005,
  defensive: 1010,
  stringLiteralsInDml: 1013,
  stringLiteralsInDdl: 1014,
} as const;

/** Of `new DatabaseSync(path, options)`. */
export interface ConnectionOptions {
  readonly readOnly: boolean;
  readonly foreignKeys: boolean;
  readonly stringLiterals: boolean;
  readonly defensive: boolean;
  /** How long a statement waits for a lock before it fails with SQLITE_BUSY; this worker sleeps meanwhile. */
  readonly timeoutMs: number;
}

/** Shared by all databases of the process. */
export interface LoadedSqlite {
  readonly library: SqliteLibrary;
  readonly functions: FunctionPointers;
}

/** The library with the C functions that call back into the program. */
export function loadedSqlite(library: SqliteLibrary): LoadedSqlite {
  return { library, functions: createFunctionPointers(library) };
}

/** Closing it ends all that hangs on it (`track`). */
export class Connection {
  readonly library: SqliteLibrary;
  readonly functions: FunctionPointers;
  readonly statementOptions: StatementOptions;
  #database: Pointer = 0;
  /**
   * By owner, how to end what is open of this database. Statements, sessions and backups: they hold pointers that
   * die with the database.
   */
  readonly #dependents = new Map<object, () => void>();

  constructor(sqlite: LoadedSqlite, statementOptions: StatementOptions) {
    this.library = sqlite.library;
    this.functions = sqlite.functions;
    this.statementOptions = statementOptions;
  }

  get isOpen(): boolean {
    return this.#database !== 0;
  }

  /** The open database; throws ERR_INVALID_STATE where it is closed, so every use is checked. */
  get database(): Pointer {
    if (this.#database === 0) throw badState('database is not open');
    return this.#database;
  }

  /** Throws ERR_SQLITE_ERROR, or ERR_INVALID_STATE when it is open; a failure leaves it closed. */
  open(path: string, options: ConnectionOptions): void {
    if (this.isOpen) throw badState('database is already open');
    const database = openDatabase(this.library, path, options.readOnly);
    this.#database = database;
    this.configure(DbConfig.stringLiteralsInDml, options.stringLiterals);
    this.configure(DbConfig.stringLiteralsInDdl, options.stringLiterals);
    this.configure(DbConfig.foreignKeys, options.foreignKeys);
    this.configure(DbConfig.defensive, options.defensive);
    this.library.c['sqlite3_busy_timeout']!(database, options.timeoutMs);
  }

  configure(option: number, on: boolean): void {
    this.mustBeOk(this.library.c['sqlite3__wasm_db_config_ip']!(this.database, option, on ? 1 : 0, 0));
  }

  /** First all that depends on it ends, or close_v2 would leave a zombie connection open. */
  close(): void {
    const { database } = this;
    for (const end of this.#dependents.values()) end();
    this.#dependents.clear();
    this.mustBeOk(this.library.c['sqlite3_close_v2']!(database));
    this.#database = 0;
  }

  /** Something that cannot outlive the connection. */
  track(owner: object, end: () => void): void {
    this.#dependents.set(owner, end);
  }

  untrack(owner: object): void {
    this.#dependents.delete(owner);
  }

  mustBeOk(result: number): void {
    this.library.mustBeOk(result, this.#database);
  }

  prepare(sql: string): Pointer {
    return this.library.withText(sql, (text, length) =>
      this.library.withOut((out, value) => {
        // The length with its zero spares SQLite a copy of the text.
        this.mustBeOk(this.library.c['sqlite3_prepare_v2']!(this.database, text, length + 1, out, 0));
        const statement = value();
        // SQLite compiles comments and blanks to no statement, and calls that success.
        if (statement === 0)
          throw codedError(Error, 'ERR_INVALID_STATE', 'The supplied SQL string contains no statements');
        return statement;
      }),
    );
  }
}

/** sqlite3_open_v2; a connection that could not be opened tells why and is closed. */
export function openDatabase(library: SqliteLibrary, path: string, readOnly: boolean): Pointer {
  const flags = OpenFlag.uri | (readOnly ? OpenFlag.readOnly : OpenFlag.readWrite | OpenFlag.create);
  return library.withText(path, (text) =>
    library.withText(FILE_LAYER, (layer) =>
      library.withOut((out, value) => {
        const result: number = library.c['sqlite3_open_v2']!(text, out, flags, layer);
        const database = value();
        if (result === 0) return database;
        // Before closing: the message lives in the connection, which exists even when opening failed.
        const error = library.error(database, result);
        library.c['sqlite3_close_v2']!(database);
        throw error;
      }),
    ),
  );
}
