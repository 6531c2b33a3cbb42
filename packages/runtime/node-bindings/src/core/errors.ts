import { sourceLine, topFrame } from '../realm/source-text.ts';
import type { Foreign, Realm } from '../realm/realm.ts';

/**
 * internalBinding('errors'). Reference: src/node_errors.cc. lib's callbacks are only kept here; `src/modules/stack`
 * and the report of a fatal exception call them.
 */
export function createErrorsBinding(realm: Realm): Foreign {
  const { stack } = realm;
  return {
    /** The callback formats every stack of the realm; `src/modules/stack` calls it from Error.prepareStackTrace. */
    setPrepareStackTraceCallback(callback: typeof stack.prepareStackTrace) {
      stack.prepareStackTrace = callback;
    },
    setEnhanceStackForFatalException(
      before: typeof stack.enhanceBeforeInspector,
      after: typeof stack.enhanceAfterInspector,
    ) {
      // Called by the fatal exception's report: colours, 'Node.js v…' hints,
      // and what lib knows of the error's cause.
      stack.enhanceBeforeInspector = before;
      stack.enhanceAfterInspector = after;
    },
    setGetSourceMapErrorSource() {
      // Only asked for by GetErrorSource when V8 knows a source map of the script; it never does here.
    },
    setSourceMapsEnabled() {
      // Decides whether V8 collects source maps of what it compiles: `src/modules` compiles here, and reads the option.
    },
    setMaybeCacheGeneratedSourceMap() {
      // V8 calls it for eval and new Function with a source map comment; the engine here does not tell.
    },
    noSideEffectsToString,
    triggerUncaughtException: (error: unknown, fromPromise: boolean) =>
      realm.triggerUncaughtException(error, fromPromise),
    getErrorSourcePositions: (error: unknown) => errorSourcePositions(realm, error),
  };
}

/**
 * v8::Value::NoSideEffectsToString (Object::NoSideEffectsToString,
 * src/objects/objects.cc): runs no code of the program.
 */
function noSideEffectsToString(value: unknown): string {
  switch (typeof value) {
    case 'symbol':
      return value.toString();
    case 'bigint':
      return `${value}`;
    case 'function':
      return Function.prototype.toString.call(value);
    case 'object':
      return value === null ? 'null' : describeObject(value);
    default:
      return String(value);
  }
}

function describeObject(value: object): string {
  // Errors of this realm; V8 asks the hidden class, which a script cannot.
  if (Error.prototype.isPrototypeOf(value)) {
    const name = dataProperty(value, 'name') ?? 'Error';
    const message = dataProperty(value, 'message') ?? '';
    const text = (part: unknown) => noSideEffectsToString(part);
    // The rules of Error.prototype.toString (ECMA-262, 20.5.3.4), without its calls.
    if (name === '') return text(message);
    return message === '' ? text(name) : `${text(name)}: ${text(message)}`;
  }
  const tag = dataProperty(value, Symbol.toStringTag);
  if (typeof tag === 'string') return `[object ${tag}]`;
  const constructor = dataProperty(value, 'constructor');
  const name = typeof constructor === 'function' ? dataProperty(constructor, 'name') : undefined;
  return typeof name === 'string' && name !== '' ? `#<${name}>` : '[object Object]';
}

/** The value where it is plain data, own or inherited; accessors are not called. */
function dataProperty(value: object, name: PropertyKey): unknown {
  for (let holder: object | null = value; holder !== null; holder = Object.getPrototypeOf(holder) as object | null) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    // An accessor has no `value`: undefined, as if the property were not there.
    if (descriptor !== undefined) return descriptor.value;
  }
  return undefined;
}

/** GetErrorSourcePositions: where the error was made, for assert's source text. */
function errorSourcePositions(realm: Realm, error: unknown): object {
  const position = topFrame(error);
  // lib goes on with the line whatever it is: none is an empty one (code of eval has no file).
  if (position === undefined) return { sourceLine: '', startColumn: 0 };
  return {
    scriptResourceName: position.file,
    lineNumber: position.line,
    // lib counts columns from 0, stack traces from 1.
    startColumn: position.column - 1,
    sourceLine: sourceLine(realm, position.file, position.line) ?? '',
  };
}
