import { plain } from '../realm/bytes.ts';
import { codedError } from '@slipway/node-values';
import type { Foreign } from '../realm/realm.ts';
import type { Pointer, SqliteLibrary } from './library.ts';

/** Fundamental datatypes (sqlite3.h). */
const Type = { integer: 1, float: 2, text: 3, blob: 4, null: 5 } as const;
/** SQLITE_TRANSIENT: SQLite copies what it gets. Our memory is freed as soon as the call returns. */
export const TRANSIENT = -1;
const INT64_MOST = 2n ** 63n;

/** Readers of one value: a column of a row, or an argument of a function. */
interface Reader {
  readonly type: number;
  int64(): bigint;
  double(): number;
  text(): Pointer;
  blob(): Pointer;
  bytes(): number;
}

/** sqlite3_column_*: one column of the row at hand. */
export function columnReader({ c }: SqliteLibrary, statement: Pointer, column: number): Reader {
  return {
    type: c['sqlite3_column_type']!(statement, column),
    int64: () => c['sqlite3_column_int64']!(statement, column),
    double: () => c['sqlite3_column_double']!(statement, column),
    text: () => c['sqlite3_column_text']!(statement, column),
    blob: () => c['sqlite3_column_blob']!(statement, column),
    bytes: () => c['sqlite3_column_bytes']!(statement, column),
  };
}

/** sqlite3_value_*: one argument of a function. */
export function argumentReader({ c }: SqliteLibrary, value: Pointer): Reader {
  return {
    type: c['sqlite3_value_type']!(value),
    int64: () => c['sqlite3_value_int64']!(value),
    double: () => c['sqlite3_value_double']!(value),
    text: () => c['sqlite3_value_text']!(value),
    blob: () => c['sqlite3_value_blob']!(value),
    bytes: () => c['sqlite3_value_bytes']!(value),
  };
}

/**
 * SQLITE_VALUE_TO_JS of node_sqlite.cc; throws ERR_OUT_OF_RANGE for an integer a number cannot hold.
 * Blobs are copied.
 */
export function toJavaScript(library: SqliteLibrary, reader: Reader, bigInts: boolean): Foreign {
  switch (reader.type) {
    case Type.integer: {
      const value = reader.int64();
      if (bigInts) return value;
      // Node refuses instead of rounding silently; setReadBigInts is the way out.
      if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) {
        throw codedError(
          RangeError,
          'ERR_OUT_OF_RANGE',
          `Value is too large to be represented as a JavaScript number: ${value}`,
        );
      }
      return Number(value);
    }
    case Type.float:
      return reader.double();
    case Type.text: {
      const text = reader.text();
      // sqlite3_column_bytes must come after _text, which may convert the value.
      return library.text(text, reader.bytes());
    }
    case Type.blob: {
      const blob = reader.blob();
      return library.bytes(blob, reader.bytes()).slice();
    }
    default:
      return null;
  }
}

/** StatementSync::BindValue: the result of SQLite, or throws for what it cannot hold. */
export function bindValue(library: SqliteLibrary, statement: Pointer, index: number, value: unknown): number {
  const { c } = library;
  // Also whole numbers go as doubles; a column's affinity makes integers of them.
  if (typeof value === 'number') return c['sqlite3_bind_double']!(statement, index, value);
  if (typeof value === 'boolean') return c['sqlite3_bind_int']!(statement, index, value ? 1 : 0);
  if (typeof value === 'string')
    return library.withText(value, (text, length) =>
      c['sqlite3_bind_text']!(statement, index, text, length, TRANSIENT),
    );
  if (value === null) return c['sqlite3_bind_null']!(statement, index);
  if (ArrayBuffer.isView(value))
    return library.withBytes(plain(value), (bytes, length) =>
      c['sqlite3_bind_blob']!(statement, index, bytes, length, TRANSIENT),
    );
  if (typeof value === 'bigint') {
    if (value >= INT64_MOST || value < -INT64_MOST)
      throw codedError(TypeError, 'ERR_INVALID_ARG_VALUE', 'BigInt value is too large to bind.');
    return c['sqlite3_bind_int64']!(statement, index, value);
  }
  throw codedError(TypeError, 'ERR_INVALID_ARG_TYPE', `Provided value cannot be bound to SQLite parameter ${index}.`);
}

/** JSValueToSQLiteResult: what a program's function gave, or an error of SQL. */
export function giveResult(library: SqliteLibrary, context: Pointer, value: unknown): void {
  const { c } = library;
  if (value === undefined || value === null) c['sqlite3_result_null']!(context);
  else if (typeof value === 'number') c['sqlite3_result_double']!(context, value);
  else if (typeof value === 'string')
    library.withText(value, (text, length) => c['sqlite3_result_text']!(context, text, length, TRANSIENT));
  else if (ArrayBuffer.isView(value))
    library.withBytes(plain(value), (bytes, length) => c['sqlite3_result_blob']!(context, bytes, length, TRANSIENT));
  else if (typeof value === 'bigint') {
    if (value >= INT64_MOST || value < -INT64_MOST) giveError(library, context, 'BigInt value is too large for SQLite');
    else c['sqlite3_result_int64']!(context, value);
    // Would be stored as nothing: SQLite cannot wait.
  } else if (value instanceof Promise)
    giveError(library, context, 'Asynchronous user-defined functions are not supported');
  else giveError(library, context, 'Returned JavaScript value cannot be converted to a SQLite value');
}

/** sqlite3_result_error: ends the statement; the message reaches the program unless its own exception does. */
export function giveError(library: SqliteLibrary, context: Pointer, message: string): void {
  library.withText(message, (text, length) => library.c['sqlite3_result_error']!(context, text, length));
}
