import { codedError } from '../core/coded-error.ts';
import type { Foreign } from '../realm.ts';
import { StatementSync } from './statement.ts';

export const makeTagStore = Symbol('makeTagStore');

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
    if (!Array.isArray(strings)) throw codedError(TypeError, 'ERR_INVALID_ARG_TYPE', 'First argument must be an array of strings (template literal).');
    const sql = strings.join('?');
    const known = this.#statements.get(sql);
    this.#statements.delete(sql);
    const statement = known !== undefined && StatementSync.isOpen(known) ? known : this.#owner.prepare(sql);
    this.#statements.set(sql, statement);
    const [oldest] = this.#statements.keys();
    if (this.#statements.size > this.#capacity && oldest !== undefined) this.#statements.delete(oldest);
    return statement;
  }
}
