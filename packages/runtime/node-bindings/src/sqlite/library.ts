import { codedError } from '@slipway/node-values';
import type { Foreign } from '../realm/realm.ts';
import { asWasmFunction, type Signature } from './wasm-function.ts';

/**
 * An address in the library's memory; 0 is NULL. Valid until C frees it, views over it only until the memory grows.
 */
export type Pointer = number;

/**
 * `sqlite3.wasm` of @sqlite.org/sqlite-wasm: the C API under its own names
 * (sqlite.org/c3ref), 64-bit integers as BigInt.
 */
export type SqliteExports = Readonly<Record<string, (...parameters: (number | bigint)[]) => Foreign>>;

/** C functions the library imports: files, clock, memory. */
export type HostImports = (
  memory: WebAssembly.Memory,
  allocate: (size: number) => Pointer,
) => Readonly<Record<'env' | 'wasi_snapshot_preview1', Record<string, Foreign>>>;

/** WebAssembly pages of 64 KiB: 8 MiB at first, 2 GiB at most, as the module was linked. */
const INITIAL_PAGES = 128;
const MOST_PAGES = 32_768;

/** SQLite in one instance of WebAssembly, with what a binding needs to talk to C. */
export class SqliteLibrary {
  readonly c: SqliteExports;
  readonly #memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: MOST_PAGES });
  readonly #table: WebAssembly.Table;
  readonly #encoder: TextEncoder;
  readonly #decoder: TextDecoder;
  readonly #compile: (bytes: Uint8Array<ArrayBuffer>) => WebAssembly.Module;
  /** What C holds a number of instead of a reference. */
  readonly #objects = new Map<number, unknown>();
  #lastId = 0;
  /** Thrown by a program's function inside of SQLite; travels around C. */
  #thrown: { readonly error: unknown } | null = null;

  constructor(
    module: WebAssembly.Module,
    imports: HostImports,
    text: { encoder: TextEncoder; decoder: TextDecoder },
    compile: (bytes: Uint8Array<ArrayBuffer>) => WebAssembly.Module,
  ) {
    this.#encoder = text.encoder;
    this.#decoder = text.decoder;
    this.#compile = compile;
    // `c` is filled a line further down; nothing allocates before.
    const host = imports(this.#memory, (size) => this.c['malloc']!(size));
    const { exports } = new WebAssembly.Instance(module, { ...host, env: { ...host.env, memory: this.#memory } });
    this.c = exports as unknown as SqliteExports;
    this.#table = exports['__indirect_function_table'] as WebAssembly.Table;
    this.c['__wasm_call_ctors']!();
    this.mustBeOk(this.c['sqlite3_initialize']!());
  }

  /** A view that is good until the next call into C. */
  bytes(pointer: Pointer, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer, pointer, length);
  }

  readPointer(pointer: Pointer): Pointer {
    return new DataView(this.#memory.buffer).getUint32(pointer, true);
  }

  writeInt(pointer: Pointer, value: number): void {
    new DataView(this.#memory.buffer).setInt32(pointer, value, true);
  }

  readBigInt(pointer: Pointer): bigint {
    return new DataView(this.#memory.buffer).getBigInt64(pointer, true);
  }

  /**
   * Text of C, or `null` for NULL. Up to its zero where no length is given: SQL text may hold zeros, so columns
   * give one.
   */
  text(pointer: Pointer, length?: number): string | null {
    if (pointer === 0) return null;
    const all = new Uint8Array(this.#memory.buffer);
    return this.#decoder.decode(
      all.subarray(pointer, length === undefined ? all.indexOf(0, pointer) : pointer + length),
    );
  }

  encode(text: string): Uint8Array<ArrayBuffer> {
    return this.#encoder.encode(text);
  }

  /**
   * Memory for one call; freed after `use` whatever happens. A size of 0 is one byte, as malloc(0) may answer NULL.
   */
  withMemory<T>(size: number, use: (pointer: Pointer) => T): T {
    const pointer: Pointer = this.c['malloc']!(Math.max(size, 1));
    if (pointer === 0) throw new RangeError('Cannot run SQLite: out of memory');
    try {
      return use(pointer);
    } finally {
      this.c['free']!(pointer);
    }
  }

  withBytes<T>(bytes: Uint8Array, use: (pointer: Pointer, length: number) => T): T {
    return this.withMemory(bytes.length, (pointer) => {
      this.bytes(pointer, bytes.length).set(bytes);
      return use(pointer, bytes.length);
    });
  }

  /**
   * `text` as a C string, for the time of `use`; `length` is in bytes, without the zero.
   * `null` becomes a null pointer.
   */
  withText<T>(text: string | null, use: (pointer: Pointer, length: number) => T): T {
    if (text === null) return use(0, 0);
    const bytes = this.encode(`${text}\0`);
    return this.withBytes(bytes, (pointer) => use(pointer, bytes.length - 1));
  }

  /** What a call writes through a pointer to a pointer. */
  withOut<T>(use: (out: Pointer, value: () => Pointer) => T): T {
    // Room for a 64-bit value as well.
    return this.withMemory(8, (out) => {
      this.bytes(out, 8).fill(0);
      return use(out, () => this.readPointer(out));
    });
  }

  /** A function pointer; lives as long as the library. */
  functionPointer(signature: Signature, call: (...parameters: number[]) => unknown): Pointer {
    // The table grows by each: to be called once for each kind of callback, never for each function of a program.
    const index = this.#table.grow(1);
    this.#table.set(index, asWasmFunction(this.#compile, signature, call));
    return index;
  }

  /** A number for C to carry instead of the object; 0 is never given, so it can stand for none. */
  hold(object: unknown): number {
    this.#objects.set(++this.#lastId, object);
    return this.#lastId;
  }

  held(id: number): Foreign {
    return this.#objects.get(id);
  }

  release(id: number): void {
    this.#objects.delete(id);
  }

  /** Runs a program's function under C: what it throws comes out of the call that led here. */
  guarded<T>(call: () => T, otherwise: T): T {
    try {
      return call();
    } catch (error) {
      // The first one: others may follow while SQLite unwinds.
      this.#thrown ??= { error };
      return otherwise;
    }
  }

  /** To be called after everything that may have run a program's function. */
  throwPending(): void {
    const thrown = this.#thrown;
    this.#thrown = null;
    if (thrown !== null) throw thrown.error;
  }

  /**
   * CHECK_ERROR_OR_THROW of node_sqlite.cc: throws for any result but SQLITE_OK, the program's own exception first.
   */
  mustBeOk(result: number, database: Pointer = 0): void {
    this.throwPending();
    if (result !== 0) throw this.error(database, result);
  }

  /**
   * ERR_SQLITE_ERROR with `errcode` (extended) and `errstr`;
   * the database's own message says more than the number's.
   */
  error(database: Pointer, result = 1): Error {
    const errcode: number = database === 0 ? result : this.c['sqlite3_extended_errcode']!(database);
    const errstr = this.text(this.c['sqlite3_errstr']!(errcode)) ?? '';
    const message = database === 0 ? errstr : (this.text(this.c['sqlite3_errmsg']!(database)) ?? errstr);
    return Object.assign(codedError(Error, 'ERR_SQLITE_ERROR', message), { errcode, errstr });
  }
}
