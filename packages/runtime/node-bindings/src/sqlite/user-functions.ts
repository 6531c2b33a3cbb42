import type { Foreign } from '../realm/realm.ts';
import type { Pointer, SqliteLibrary } from './library.ts';
import { argumentReader, giveError, giveResult, toJavaScript } from './values.ts';

/** `database.function()`: called for each row; integers come as bigint where `bigInts` is set. */
export interface UserFunction {
  readonly bigInts: boolean;
  call(...parameters: Foreign[]): Foreign;
}

/**
 * `database.aggregate()`: `step` folds rows into an accumulator, `inverse` takes one out again (window functions).
 */
export interface UserAggregate {
  readonly bigInts: boolean;
  readonly start: Foreign;
  step(...parameters: Foreign[]): Foreign;
  readonly inverse: ((...parameters: Foreign[]) => Foreign) | undefined;
  readonly result: ((accumulator: Foreign) => Foreign) | undefined;
}

/** Function pointers that serve all functions of a library; which one is meant stands in SQLite's user data. */
export interface FunctionPointers {
  readonly call: Pointer;
  readonly step: Pointer;
  readonly final: Pointer;
  readonly value: Pointer;
  readonly inverse: Pointer;
  readonly destroy: Pointer;
}

/**
 * Functions and aggregates of the program, called by SQLite. Reference:
 * UserDefinedFunction and CustomAggregate in Node src/node_sqlite.cc.
 */
export function createFunctionPointers(library: SqliteLibrary): FunctionPointers {
  const { c } = library;
  // The number given to sqlite3_create_function leads back to the program's function.
  const userDataOf = (context: Pointer): Foreign => library.held(c['sqlite3_user_data']!(context));
  const argumentsOf = (count: number, values: Pointer, bigInts: boolean): Foreign[] =>
    Array.from({ length: count }, (_, index) =>
      toJavaScript(library, argumentReader(library, library.readPointer(values + index * 4)), bigInts),
    );
  /** An exception ends the statement; the program gets it, not SQLite's word for it. */
  const guard = (context: Pointer, work: () => void): void => {
    const done = library.guarded(() => {
      work();
      return true;
    }, false);
    // The text does not matter, `mustBeOk` throws the program's own exception; the error stops the statement.
    if (!done) giveError(library, context, '');
  };

  /** The state of one run of an aggregate, in memory that SQLite zeroes at its beginning. */
  const stateOf = (context: Pointer): { value: Foreign; isWindow: boolean } => {
    // Four bytes: the number under which the state is held; 0 on the first call of a run.
    const memory: Pointer = c['sqlite3_aggregate_context']!(context, 4);
    const id = library.readPointer(memory);
    if (id !== 0) return library.held(id);
    const { start } = userDataOf(context) as UserAggregate;
    // Each run begins anew, so an object as `start` would be shared: a function makes a fresh one.
    const state = { value: typeof start === 'function' ? start() : start, isWindow: false };
    library.writeInt(memory, library.hold(state));
    return state;
  };
  const move = (
    context: Pointer,
    count: number,
    values: Pointer,
    by: (aggregate: UserAggregate) => (...parameters: Foreign[]) => Foreign,
  ): void =>
    guard(context, () => {
      const aggregate = userDataOf(context) as UserAggregate;
      const state = stateOf(context);
      state.value = by(aggregate)(state.value, ...argumentsOf(count, values, aggregate.bigInts));
    });
  const giveValue = (context: Pointer, isLast: boolean): void =>
    guard(context, () => {
      const { result } = userDataOf(context) as UserAggregate;
      const state = stateOf(context);
      // As a window function it has given its value for each row already.
      if (isLast && state.isWindow) return;
      state.isWindow = !isLast;
      giveResult(library, context, result === undefined ? state.value : result(state.value));
    });

  return {
    call: library.functionPointer('v:iii', (context, count, values) =>
      guard(context!, () => {
        const { call, bigInts } = userDataOf(context!) as UserFunction;
        giveResult(library, context!, call(...argumentsOf(count!, values!, bigInts)));
      }),
    ),
    step: library.functionPointer('v:iii', (context, count, values) =>
      move(context!, count!, values!, (aggregate) => aggregate.step),
    ),
    inverse: library.functionPointer('v:iii', (context, count, values) =>
      move(context!, count!, values!, ({ inverse, step }) => inverse ?? step),
    ),
    value: library.functionPointer('v:i', (context) => giveValue(context!, false)),
    final: library.functionPointer('v:i', (context) => {
      giveValue(context!, true);
      const memory: Pointer = c['sqlite3_aggregate_context']!(context!, 4);
      // Also when no row came: then the number is 0 and nothing is released.
      library.release(library.readPointer(memory));
    }),
    destroy: library.functionPointer('v:i', (id) => library.release(id!)),
  };
}
