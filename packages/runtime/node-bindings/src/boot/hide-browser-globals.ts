/**
 * Leaves on the global object what ECMAScript put there and nothing of the
 * browser. Libraries detect their environment by names (`self`, `importScripts`,
 * `WorkerGlobalScope`), and Node's lib defines its own `URL`, `fetch`, `crypto`.
 *
 * The names sit on the instance and on its prototypes; those of EventTarget as
 * well, because the prototype chain of a global object cannot be cut.
 * A list of what stays cannot be outgrown by a new browser.
 *
 * Web IDL constants (`TEMPORARY`, `PERSISTENT`) sit on a prototype and cannot
 * be deleted; a property of the instance that does not enumerate hides them
 * from `for…in`, by which programs look for leaked globals.
 */
const ECMASCRIPT_GLOBALS = new Set([
  'Object',
  'Function',
  'Array',
  'Number',
  'parseFloat',
  'parseInt',
  'Infinity',
  'NaN',
  'undefined',
  'Boolean',
  'String',
  'Symbol',
  'Date',
  'Promise',
  'RegExp',
  'Error',
  'AggregateError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'globalThis',
  'JSON',
  'Math',
  'Intl',
  'ArrayBuffer',
  'Atomics',
  'Uint8Array',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'BigUint64Array',
  'BigInt64Array',
  'Uint8ClampedArray',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'DataView',
  'Map',
  'BigInt',
  'Set',
  'Iterator',
  'WeakMap',
  'WeakSet',
  'Proxy',
  'Reflect',
  'FinalizationRegistry',
  'WeakRef',
  'decodeURI',
  'decodeURIComponent',
  'encodeURI',
  'encodeURIComponent',
  'escape',
  'unescape',
  'eval',
  'isFinite',
  'isNaN',
  'SuppressedError',
  'DisposableStack',
  'AsyncDisposableStack',
  'SharedArrayBuffer',
  'WebAssembly',
]);

/**
 * Returns the names that could not be removed. Known are the constants of Web IDL
 * on a prototype (`TEMPORARY`, `PERSISTENT`): those are shadowed, so that neither
 * `for…in` nor a read finds them.
 */
export function hideBrowserGlobals(scope: object): string[] {
  const stuck: string[] = [];
  for (
    let holder: object | null = scope;
    holder !== null && holder !== Object.prototype;
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    // Also symbols: Symbol.toStringTag says "DedicatedWorkerGlobalScope".
    for (const key of Reflect.ownKeys(holder)) {
      if (key === 'constructor' || (holder === scope && typeof key === 'string' && ECMASCRIPT_GLOBALS.has(key)))
        continue;
      if (Reflect.deleteProperty(holder, key)) continue;
      stuck.push(String(key));
      if (holder !== scope)
        Reflect.defineProperty(scope, key, { value: undefined, writable: true, enumerable: false, configurable: true });
    }
  }
  return stuck;
}
