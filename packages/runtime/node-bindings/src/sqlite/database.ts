import { codedError } from '@slipway/node-values';
import { plain } from '../realm/bytes.ts';
import type { Foreign } from '../realm/realm.ts';
import { badState, databasePath, integerOption, mustBeObject, option, wrongArgument } from './arguments.ts';
import { type Authorizer, setAuthorizer } from './authorizer.ts';
import { Connection, type ConnectionOptions, DbConfig, type LoadedSqlite } from './connection.ts';
import type { Pointer } from './library.ts';
import { applyChangeset, type ChangesetPointers, createSession, disposeSymbol, type Session } from './session.ts';
import { makeStatement, StatementSync, type StatementOptions } from './statement.ts';
import { makeTagStore, SQLTagStore } from './tag-store.ts';
import type { UserAggregate, UserFunction } from './user-functions.ts';

/** SQLite as it runs in this process, with the C callbacks that every database shares. */
export interface Sqlite extends LoadedSqlite {
  readonly changesets: ChangesetPointers;
  readonly authorizer: Pointer;
}

/** SQLITE_UTF8, SQLITE_DETERMINISTIC, SQLITE_DIRECTONLY. */
const UTF8 = 1;
const DETERMINISTIC = 0x800;
const DIRECT_ONLY = 0x8_0000;
/** SQLITE_DESERIALIZE_FREEONCLOSE and _RESIZEABLE: SQLite owns the memory from then on, also when it fails. */
const SERIALIZED_IS_OURS = 1 | 2;
const DEFAULT_TAG_STORE_CAPACITY = 1000;

/** What a database needs of its realm, as functions: the library is loaded with the first one. */
export interface DatabaseParts {
  readonly load: () => Sqlite;
  readonly permissionsAreOn: () => boolean;
}

/** One database. Reference: DatabaseSync in Node src/node_sqlite.cc. */
export class Database {
  readonly #sqlite: Sqlite;
  readonly #connection: Connection;
  readonly #path: string;
  readonly #options: ConnectionOptions;
  readonly #allowExtension: boolean;
  #extensionsOn: boolean;

  constructor({ load, permissionsAreOn }: DatabaseParts, path: unknown, options: Foreign) {
    this.#path = databasePath(path);
    if (options !== undefined) mustBeObject(options, 'options');
    const open = option(options, 'open', 'boolean') ?? true;
    const readOnly = option(options, 'readOnly', 'boolean') ?? false;
    const foreignKeys = option(options, 'enableForeignKeyConstraints', 'boolean') ?? true;
    const stringLiterals = option(options, 'enableDoubleQuotedStringLiterals', 'boolean') ?? false;
    this.#allowExtension = option(options, 'allowExtension', 'boolean') ?? false;
    if (this.#allowExtension && permissionsAreOn()) {
      throw codedError(
        Error,
        'ERR_LOAD_SQLITE_EXTENSION',
        'Cannot load SQLite extensions when the permission model is enabled.',
      );
    }
    this.#extensionsOn = this.#allowExtension;
    const timeoutMs = integerOption(options, 'timeout') ?? 0;
    const statements: StatementOptions = {
      readBigInts: option(options, 'readBigInts', 'boolean') ?? false,
      returnArrays: option(options, 'returnArrays', 'boolean') ?? false,
      allowBareNamedParameters: option(options, 'allowBareNamedParameters', 'boolean') ?? true,
      allowUnknownNamedParameters: option(options, 'allowUnknownNamedParameters', 'boolean') ?? false,
    };
    const defensive = option(options, 'defensive', 'boolean') ?? false;
    this.#options = { readOnly, foreignKeys, stringLiterals, defensive, timeoutMs };
    // After all arguments are judged: a wrong one must not fetch the library.
    this.#sqlite = load();
    this.#connection = new Connection(this.#sqlite, statements);
    // How lib and programs recognise objects of this module.
    Object.defineProperty(this, Symbol.for('sqlite-type'), { value: 'node:sqlite', configurable: true });
    if (open) this.open();
  }

  /** Also the brand check: `undefined` for anything that is no database, proxies of one included. */
  static connectionOf(database: unknown): Connection | undefined {
    return typeof database === 'object' && database !== null && #connection in database
      ? database.#connection
      : undefined;
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** sqlite3_get_autocommit is 0 within BEGIN and COMMIT. */
  get isTransaction(): boolean {
    return this.#call('sqlite3_get_autocommit') === 0;
  }

  open(): void {
    this.#connection.open(this.#path, this.#options);
  }

  close(): void {
    this.#connection.close();
  }

  [disposeSymbol](): void {
    if (this.isOpen) this.close();
  }

  location(...names: unknown[]): string | null {
    const { database, library } = this.#connection;
    // Rest parameters, since `length` of these methods shows to programs.
    const [name = 'main'] = names;
    if (typeof name !== 'string') throw wrongArgument('dbName', 'a string');
    const path = library.withText(name, (text) => library.text(library.c['sqlite3_db_filename']!(database, text)));
    // A database in memory has no file.
    return path === '' ? null : path;
  }

  prepare(sql: unknown): StatementSync {
    this.#mustBeOpen();
    if (typeof sql !== 'string') throw wrongArgument('sql', 'a string');
    return new StatementSync(makeStatement, this.#connection, this.#connection.prepare(sql));
  }

  exec(sql: unknown): void {
    this.#mustBeOpen();
    if (typeof sql !== 'string') throw wrongArgument('sql', 'a string');
    const { library } = this.#connection;
    library.withText(sql, (text) => this.#connection.mustBeOk(this.#call('sqlite3_exec', text, 0, 0, 0)));
  }

  function(...given: unknown[]): void {
    const [name, second, third] = given;
    this.#mustBeOpen();
    if (typeof name !== 'string') throw wrongArgument('name', 'a string');
    // (name, function) or (name, options, function); which one the count decides, not the types.
    const options: Foreign = given.length < 3 ? undefined : second;
    const call: Foreign = given.length < 3 ? second : third;
    if (given.length >= 3) mustBeObject(options, 'options');
    const bigInts = option(options, 'useBigIntArguments', 'boolean') ?? false;
    const varargs = option(options, 'varargs', 'boolean') ?? false;
    const deterministic = option(options, 'deterministic', 'boolean') ?? false;
    const directOnly = option(options, 'directOnly', 'boolean') ?? false;
    if (typeof call !== 'function') throw wrongArgument('function', 'a function');
    const { library, functions } = this.#connection;
    const flags = UTF8 | (deterministic ? DETERMINISTIC : 0) | (directOnly ? DIRECT_ONLY : 0);
    const id = library.hold({ bigInts, call: (...parameters) => call(...parameters) } satisfies UserFunction);
    library.withText(name, (text) =>
      this.#connection.mustBeOk(
        this.#call(
          'sqlite3_create_function_v2',
          text,
          // -1 takes any number; else SQLite checks the count against the function's `length`.
          varargs ? -1 : call.length,
          flags,
          id,
          functions.call,
          0,
          0,
          // Called by SQLite when the function is replaced or the database closes: releases `id`.
          functions.destroy,
        ),
      ),
    );
  }

  aggregate(name: unknown, options: Foreign): void {
    this.#mustBeOpen();
    if (typeof name !== 'string') throw wrongArgument('name', 'a string');
    mustBeObject(options, 'options');
    const { start } = options;
    if (start === undefined) throw wrongArgument('options.start', 'a function or a primitive value');
    const { step } = options;
    if (typeof step !== 'function') throw wrongArgument('options.step', 'a function');
    const bigInts = option(options, 'useBigIntArguments', 'boolean') ?? false;
    const varargs = option(options, 'varargs', 'boolean') ?? false;
    const directOnly = option(options, 'directOnly', 'boolean') ?? false;
    const inverse = option(options, 'inverse', 'function');
    const result = option(options, 'result', 'function');
    const { library, functions } = this.#connection;
    const id = library.hold({ bigInts, start, step, inverse, result } satisfies UserAggregate);
    // Less the accumulator, which comes first.
    const count = varargs ? -1 : Math.max(step.length, inverse?.length ?? 0) - 1;
    // Without `inverse` it can be no window function, and SQLite must not be given `value` either.
    const [value, back] = inverse === undefined ? [0, 0] : [functions.value, functions.inverse];
    library.withText(name, (text) =>
      this.#connection.mustBeOk(
        this.#call(
          'sqlite3_create_window_function',
          text,
          count,
          UTF8 | (directOnly ? DIRECT_ONLY : 0),
          id,
          functions.step,
          functions.final,
          value,
          back,
          functions.destroy,
        ),
      ),
    );
  }

  createTagStore(capacity: unknown): SQLTagStore {
    this.#mustBeOpen();
    return new SQLTagStore(
      makeTagStore,
      this as never,
      Number.isInteger(capacity) ? (capacity as number) : DEFAULT_TAG_STORE_CAPACITY,
    );
  }

  createSession(...[options]: unknown[]): Session {
    return createSession(this.#connection, options);
  }

  applyChangeset(changeset: unknown, ...[options]: unknown[]): boolean {
    this.#mustBeOpen();
    return applyChangeset(this.#connection, this.#sqlite.changesets, changeset, options);
  }

  setAuthorizer(callback: unknown): void {
    this.#mustBeOpen();
    if (callback !== null && typeof callback !== 'function') throw wrongArgument('callback', 'a function or null');
    setAuthorizer(this.#connection, this.#sqlite.authorizer, callback as Authorizer | null);
  }

  enableDefensive(active: unknown): void {
    this.#mustBeOpen();
    if (typeof active !== 'boolean') throw wrongArgument('active', 'a boolean');
    this.#connection.configure(DbConfig.defensive, active);
  }

  enableLoadExtension(allow: unknown): void {
    this.#mustBeOpen();
    if (typeof allow !== 'boolean') throw wrongArgument('allow', 'a boolean');
    if (allow && !this.#allowExtension)
      throw badState('Cannot enable extension loading because it was disabled at database creation.');
    this.#extensionsOn = allow;
  }

  loadExtension(path: unknown): void {
    this.#mustBeOpen();
    if (!this.#allowExtension || !this.#extensionsOn) throw badState('extension loading is not allowed');
    if (typeof path !== 'string') throw wrongArgument('path', 'a string');
    // The very error Node throws for a file that cannot be loaded.
    throw codedError(Error, 'ERR_LOAD_SQLITE_EXTENSION', `Cannot load "${path}": extensions are native code`);
  }

  serialize(...[name = 'main']: unknown[]): Uint8Array {
    this.#mustBeOpen();
    if (typeof name !== 'string') throw wrongArgument('dbName', 'a string');
    const { library } = this.#connection;
    return library.withText(name, (text) =>
      library.withMemory(8, (size) => {
        // The copy is SQLite's memory, to be freed here.
        const pointer: Pointer = this.#call('sqlite3_serialize', text, size, 0);
        const length = Number(library.readBigInt(size));
        if (pointer === 0 && length !== 0) throw library.error(this.#connection.database);
        const bytes = library.bytes(pointer, length).slice();
        library.c['sqlite3_free']!(pointer);
        return bytes;
      }),
    );
  }

  deserialize(buffer: unknown, ...[options]: unknown[]): void {
    this.#mustBeOpen();
    if (!(buffer instanceof Uint8Array)) throw wrongArgument('buffer', 'a Uint8Array');
    if (options !== undefined) mustBeObject(options, 'options');
    const name = option(options, 'dbName', 'string') ?? 'main';
    const { library } = this.#connection;
    // By SQLite's own allocator: it frees and grows it.
    const pointer: Pointer = library.c['sqlite3_malloc']!(buffer.length);
    library.bytes(pointer, buffer.length).set(plain(buffer));
    const length = BigInt(buffer.length);
    library.withText(name, (text) =>
      this.#connection.mustBeOk(this.#call('sqlite3_deserialize', text, pointer, length, length, SERIALIZED_IS_OURS)),
    );
  }

  #mustBeOpen(): void {
    if (!this.isOpen) throw badState('database is not open');
  }

  #call(name: string, ...parameters: (number | bigint)[]): Foreign {
    return this.#connection.library.c[name]!(this.#connection.database, ...parameters);
  }
}
