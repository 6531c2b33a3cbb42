import { codedError } from '@slipway/node-values';
import type { Foreign } from '../realm/realm.ts';
import { badState, wrongArgument } from './arguments.ts';
import type { Connection } from './connection.ts';
import type { Pointer } from './library.ts';
import { bindValue, columnReader, toJavaScript } from './values.ts';

/** SQLITE_ROW, SQLITE_DONE. */
const Step = { row: 100, done: 101 } as const;

/** %IteratorPrototype%, so that rows have `map`, `filter` and the other iterator helpers. */
const iteratorPrototype: unknown = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));

/** How a statement takes parameters and gives rows; begins as its connection says. */
export interface StatementOptions {
  readBigInts: boolean;
  returnArrays: boolean;
  allowBareNamedParameters: boolean;
  allowUnknownNamedParameters: boolean;
}

/** The key to the constructor: only who holds it (`Database.prepare`) can make a statement, programs cannot. */
export const makeStatement = Symbol('makeStatement');

/**
 * One prepared statement; it ends with its database, and throws ERR_INVALID_STATE from then on. Reference: Node
 * src/node_sqlite.cc.
 */
export class StatementSync {
  #connection!: Connection;
  #statement: Pointer = 0;
  #options!: StatementOptions;
  /** Bare name -> full name, read when first needed. */
  #bareNames: Map<string, string> | null = null;
  /** Grows with each use: what an iterator began with tells whether it is still its turn. */
  #uses = 0;

  constructor(key: unknown, connection: Connection, statement: Pointer) {
    if (key !== makeStatement) throw codedError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
    this.#connection = connection;
    this.#statement = statement;
    this.#options = { ...connection.statementOptions };
    // The database's close finalizes its statements, which then say so.
    connection.track(this, () => {
      this.#call('sqlite3_finalize');
      this.#statement = 0;
    });
  }

  static isOpen(statement: StatementSync): boolean {
    return statement.#statement !== 0;
  }

  get sourceSQL(): string {
    this.#mustBeOpen();
    return this.#connection.library.text(this.#call('sqlite3_sql')) ?? '';
  }

  get expandedSQL(): string {
    this.#mustBeOpen();
    const { library } = this.#connection;
    const text: Pointer = this.#call('sqlite3_expanded_sql');
    if (text === 0) throw codedError(Error, 'ERR_SQLITE_ERROR', 'Expanded SQL text would exceed configured limits');
    const expanded = library.text(text) ?? '';
    library.c['sqlite3_free']!(text);
    return expanded;
  }

  all(...parameters: unknown[]): Foreign[] {
    return this.#run(parameters, () => {
      const rows: Foreign[] = [];
      while (this.#step()) rows.push(this.#row());
      return rows;
    });
  }

  get(...parameters: unknown[]): Foreign {
    // A statement that gives no rows (INSERT) has no first row either.
    return this.#run(parameters, () => (this.#step() && this.#columnCount() > 0 ? this.#row() : undefined));
  }

  run(...parameters: unknown[]): Foreign {
    return this.#run(parameters, () => {
      this.#step();
      // What a statement that returns rows has changed counts when it has ended.
      this.#call('sqlite3_reset');
      const { library, database } = this.#connection;
      const lastInsertRowid: bigint = library.c['sqlite3_last_insert_rowid']!(database);
      const changes: bigint = library.c['sqlite3_changes64']!(database);
      return this.#options.readBigInts
        ? { changes, lastInsertRowid }
        : { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
    });
  }

  iterate(...parameters: unknown[]): Foreign {
    this.#mustBeOpen();
    this.#begin(parameters);
    const use = this.#uses;
    let done = false;
    // `value: null`, not undefined: as C++ makes it.
    const finished = (): Foreign => Object.assign(Object.create(null), { done: true, value: null });
    const stop = (): void => {
      // Another use of the statement has reset it and goes on with it.
      if (!done && this.#statement !== 0 && use === this.#uses) this.#call('sqlite3_reset');
      done = true;
    };
    const iterator = Object.create(iteratorPrototype as object);
    return Object.assign(iterator, {
      next: (): Foreign => {
        this.#mustBeOpen();
        if (!done && use !== this.#uses) throw badState('iterator was invalidated');
        if (done) return finished();
        if (!this.#step()) {
          stop();
          return finished();
        }
        return Object.assign(Object.create(null), { done: false, value: this.#row() });
      },
      return: (): Foreign => {
        this.#mustBeOpen();
        stop();
        return finished();
      },
    });
  }

  columns(): Foreign[] {
    this.#mustBeOpen();
    const { library } = this.#connection;
    return Array.from({ length: this.#columnCount() }, (_, index) => {
      const text = (name: string): string | null => library.text(this.#call(`sqlite3_column_${name}`, index));
      return Object.assign(Object.create(null), {
        column: text('origin_name'),
        database: text('database_name'),
        name: text('name'),
        table: text('table_name'),
        type: text('decltype'),
      });
    });
  }

  setAllowBareNamedParameters(allow: unknown): void {
    this.#set('allowBareNamedParameters', allow);
  }

  setAllowUnknownNamedParameters(allow: unknown): void {
    this.#set('allowUnknownNamedParameters', allow, 'enabled');
  }

  setReadBigInts(read: unknown): void {
    this.#set('readBigInts', read);
  }

  setReturnArrays(arrays: unknown): void {
    this.#set('returnArrays', arrays);
  }

  #set(option: keyof StatementOptions, value: unknown, argument: string = option): void {
    this.#mustBeOpen();
    if (typeof value !== 'boolean') throw wrongArgument(argument, 'a boolean');
    this.#options[option] = value;
  }

  #mustBeOpen(): void {
    if (this.#statement === 0) throw badState('statement has been finalized');
  }

  #call(name: string, ...parameters: number[]): Foreign {
    return this.#connection.library.c[name]!(this.#statement, ...parameters);
  }

  #columnCount(): number {
    return this.#call('sqlite3_column_count');
  }

  /** Every use starts at the first row, whatever the one before left undone. */
  #begin(parameters: readonly unknown[]): void {
    // Iterators that were under way are invalid from now on.
    this.#uses++;
    this.#connection.mustBeOk(this.#call('sqlite3_reset'));
    this.#bind(parameters);
  }

  #run<T>(parameters: readonly unknown[], work: () => T): T {
    this.#mustBeOpen();
    this.#begin(parameters);
    try {
      return work();
    } finally {
      // A user function may have closed the database meanwhile.
      if (this.#statement !== 0) this.#call('sqlite3_reset');
    }
  }

  /** True when there is a row. */
  #step(): boolean {
    const result: number = this.#call('sqlite3_step');
    // A function of the program may have thrown although SQLite went on.
    if (result === Step.row || result === Step.done) this.#connection.library.throwPending();
    else this.#connection.mustBeOk(result);
    return result === Step.row;
  }

  #row(): Foreign {
    const { library } = this.#connection;
    const { readBigInts, returnArrays } = this.#options;
    const values = Array.from({ length: this.#columnCount() }, (_, index) =>
      toJavaScript(library, columnReader(library, this.#statement, index), readBigInts),
    );
    if (returnArrays) return values;
    // Without a prototype: a column may be called `__proto__` or `constructor`.
    const row = Object.create(null);
    for (const [index, value] of values.entries())
      row[library.text(this.#call('sqlite3_column_name', index)) ?? ''] = value;
    return row;
  }

  /** StatementSync::BindParams: an object of named parameters first, then the others in order. */
  #bind(parameters: readonly unknown[]): void {
    // Parameters that are not given are NULL, never those of the run before.
    this.#connection.mustBeOk(this.#call('sqlite3_clear_bindings'));
    const [first] = parameters;
    // A Uint8Array is a value, not an object of names.
    const named = typeof first === 'object' && first !== null && !ArrayBuffer.isView(first);
    if (named) this.#bindNamed(first as Readonly<Record<string, unknown>>);
    let index = 1;
    for (const value of named ? parameters.slice(1) : parameters) {
      // Positional values go to the parameters without names.
      while (this.#isNamed(index)) index++;
      this.#connection.mustBeOk(bindValue(this.#connection.library, this.#statement, index++, value));
    }
  }

  /** `:a`, `$a`, `@a`, or bare `a` where that is allowed. */
  #bindNamed(values: Readonly<Record<string, unknown>>): void {
    const { library } = this.#connection;
    const indexOf = (name: string): number =>
      library.withText(name, (text) => this.#call('sqlite3_bind_parameter_index', text));
    // Only now: two parameters `$a` and `:a` are an error of whoever uses bare names.
    if (this.#options.allowBareNamedParameters) this.#bareNames ??= this.#readBareNames();
    for (const [name, value] of Object.entries(values)) {
      const full = this.#options.allowBareNamedParameters ? this.#bareNames?.get(name) : undefined;
      const index = indexOf(name) || (full === undefined ? 0 : indexOf(full));
      if (index === 0) {
        if (this.#options.allowUnknownNamedParameters) continue;
        throw badState(`Unknown named parameter '${name}'`);
      }
      this.#connection.mustBeOk(bindValue(library, this.#statement, index, value));
    }
  }

  /** `?3` is a position, not a name. */
  #isNamed(index: number): boolean {
    const name = this.#connection.library.text(this.#call('sqlite3_bind_parameter_name', index));
    return name !== null && !name.startsWith('?');
  }

  #readBareNames(): Map<string, string> {
    const names = new Map<string, string>();
    const count: number = this.#call('sqlite3_bind_parameter_count');
    for (let index = 1; index <= count; index++) {
      const full = this.#connection.library.text(this.#call('sqlite3_bind_parameter_name', index));
      if (full === null) continue;
      const bare = full.slice(1);
      const known = names.get(bare);
      if (known !== undefined && known !== full) {
        throw badState(
          `Cannot create bare named parameter '${bare}' because of conflicting names '${known}' and '${full}'.`,
        );
      }
      names.set(bare, full);
    }
    return names;
  }
}
