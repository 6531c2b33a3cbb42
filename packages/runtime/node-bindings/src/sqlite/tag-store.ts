import { codedError } from '@slipway/node-values';
import type { Foreign } from '../realm/realm.ts';
import { StatementSync } from './statement.ts';

/** Passed to the constructor, which programs may not call. */
export const makeTagStore = Symbol('makeTagStore');

/** A tag store outlives `close`, so it asks each time whether the database is open. */
export interface TagStoreOwner {
  readonly isOpen: boolean;
  prepare(sql: unknown): StatementSync;
}

/** SQLTagStore: statements by the text of a template literal, the least recently used dropped first. */
export class SQLTagStore {
  readonly #owner: TagStoreOwner;
  readonly #capacity: number;
  readonly #statements = new Map<string, StatementSync>();

  constructor(key: unknown, owner: TagStoreOwner, capacity: number) {
    if (key !== makeTagStore) throw codedError(TypeError, 'ERR_ILLEGAL_CONSTRUCTOR', 'Illegal constructor');
    this.#owner = owner;
    this.#capacity = capacity;
  }

  get capacity(): number {
    return this.#capacity;
  }

  get db(): TagStoreOwner {
    return this.#owner;
  }

  size(): number {
    return this.#statements.size;
  }

  clear(): void {
    this.#statements.clear();
  }

  run(strings: readonly string[], ...values: unknown[]): Foreign {
    return this.#statement(strings).run(...values);
  }

  get(strings: readonly string[], ...values: unknown[]): Foreign {
    return this.#statement(strings).get(...values);
  }

  all(strings: readonly string[], ...values: unknown[]): Foreign {
    return this.#statement(strings).all(...values);
  }

  iterate(strings: readonly string[], ...values: unknown[]): Foreign {
    return this.#statement(strings).iterate(...values);
  }

  #statement(strings: readonly string[]): StatementSync {
    if (!Array.isArray(strings))
      throw codedError(
        TypeError,
        'ERR_INVALID_ARG_TYPE',
        'First argument must be an array of strings (template literal).',
      );
    // The values become parameters: nothing of them is ever part of the SQL.
    const sql = strings.join('?');
    const known = this.#statements.get(sql);
    // Taken out and put in again: a Map is ordered by insertion, so the oldest comes first.
    this.#statements.delete(sql);
    // A database that was closed and opened again has finalized its statements.
    const statement = known !== undefined && StatementSync.isOpen(known) ? known : this.#owner.prepare(sql);
    this.#statements.set(sql, statement);
    const [oldest] = this.#statements.keys();
    if (this.#statements.size > this.#capacity && oldest !== undefined) this.#statements.delete(oldest);
    return statement;
  }
}
