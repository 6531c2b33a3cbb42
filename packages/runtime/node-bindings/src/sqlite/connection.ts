import { codedError } from '../core/coded-error.ts';
import { badState } from './arguments.ts';
import type { Pointer, SqliteLibrary } from './library.ts';
import type { StatementOptions } from './statement.ts';
import { createFunctionPointers, type FunctionPointers } from './user-functions.ts';

/** The build's default has no locks. */
const FILE_LAYER = 'unix';
const OpenFlag = { readOnly: 1, readWrite: 2, create: 4, uri: 64 } as const;
/** sqlite3_db_config (sqlite3.h). */
export const DbConfig = { foreignKeys: 1002, loadExtension: 1005, defensive: 1010, stringLiteralsInDml: 1013, stringLiteralsInDdl: 1014 } as const;

export interface ConnectionOptions {
  readonly readOnly: boolean;
  readonly foreignKeys: boolean;
  readonly stringLiterals: boolean;
  readonly defensive: boolean;
  readonly timeoutMs: number;
}

/** A library in use, with what its callbacks need. */
export interface LoadedSqlite {
  readonly library: SqliteLibrary;
  readonly functions: FunctionPointers;
}

export function loadedSqlite(library: SqliteLibrary): LoadedSqlite {
  return { library, functions: createFunctionPointers(library) };
}

/** A database file and what hangs on its being open. */
export class Connection {
  readonly library: SqliteLibrary;
  readonly functions: FunctionPointers;
  readonly statementOptions: StatementOptions;
  #database: Pointer = 0;
  /** By owner, how to end what is open of this database. */
  readonly #dependents = new Map<object, () => void>();

  constructor(sqlite: LoadedSqlite, statementOptions: StatementOptions) {
    this.library = sqlite.library;
    this.functions = sqlite.functions;
    this.statementOptions = statementOptions;
  }

  get isOpen(): boolean {
    return this.#database !== 0;
  }

  /** The open database. */
  get database(): Pointer {
    if (this.#database === 0) throw badState('database is not open');
    return this.#database;
  }

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
        this.mustBeOk(this.library.c['sqlite3_prepare_v2']!(this.database, text, length + 1, out, 0));
        const statement = value();
        if (statement === 0) throw codedError(Error, 'ERR_INVALID_STATE', 'The supplied SQL string contains no statements');
        return statement;
      }));
  }
}

/** sqlite3_open_v2; a connection that could not be opened tells why and is closed. */
export function openDatabase(library: SqliteLibrary, path: string, readOnly: boolean): Pointer {
  const flags = OpenFlag.uri | (readOnly ? OpenFlag.readOnly : OpenFlag.readWrite | OpenFlag.create);
  return library.withText(path, (text) =>
    library.withText(FILE_LAYER, (layer) => library.withOut((out, value) => {
      const result: number = library.c['sqlite3_open_v2']!(text, out, flags, layer);
      const database = value();
      if (result === 0) return database;
      const error = library.error(database, result);
      library.c['sqlite3_close_v2']!(database);
      throw error;
    })));
}
