import type { Foreign, Realm } from '../realm/realm.ts';
import { collectCallSites } from './call-sites.ts';
import { makeConstructorNames } from './constructor-name.ts';
import { ExternalValue } from '../realm/external-value.ts';
import { createTypeChecks, type TypeChecks } from './types.ts';
import { bare, pristine } from '../realm/pristine.ts';
import { parseDotenv } from '../realm/dotenv.ts';
import { markHandled } from '../realm/when-settled.ts';

/** v8::PropertyFilter, the bits lib combines from `constants`; 0 is all properties. */
const Filter = { onlyWritable: 1, onlyEnumerable: 2, onlyConfigurable: 4, skipStrings: 8, skipSymbols: 16 } as const;
/** ECMA-262, 6.1.7: the greatest length is 2^32 - 1, so the greatest index is one less. */
const MAX_ARRAY_INDEX = 2 ** 32 - 2;
/** What lib's `guessHandleType` makes of the number: an index into this list. */
const HANDLE_TYPES = ['TCP', 'TTY', 'UDP', 'FILE', 'PIPE', 'UNKNOWN', 'INVALID'] as const;

/**
 * internalBinding('util'). Reference: src/node_util.cc. What C++ sees of a value and JavaScript does not (a
 * promise's state, a proxy's target) comes from trackers of the realm that were there from the start.
 */
export function createUtilBinding(realm: Realm): Foreign {
  const types = createTypeChecks(realm);
  return {
    privateSymbols: realm.privateSymbols,
    // 1 as in Environment's constructor: lib clears it while a capture callback is set.
    shouldAbortOnUncaughtToggle: Uint32Array.of(1),
    isInsideNodeModules: (frameLimit = 10) => isInsideNodeModules(frameLimit),
    // Each property loads its module on first read and becomes plain data then.
    defineLazyProperties: (target: object, id: string, keys: readonly string[], enumerable = true) => {
      for (const key of keys) defineLazyProperty(realm, target, id, key, enumerable);
    },
    getPromiseDetails: (value: unknown) =>
      types.isPromise(value) ? promiseDetails(realm, value as Promise<unknown>) : undefined,
    getProxyDetails(value: unknown, both = true) {
      const details = realm.proxies.detailsOf(value);
      if (details === undefined) return undefined;
      return both ? [details[0], details[1]] : details[0];
    },
    getCallerLocation: callerLocation,
    previewEntries: (value: unknown, isIterator?: boolean) =>
      pristine(() => previewEntries(realm, types, value, isIterator)),
    getOwnNonIndexProperties: (value: object, filter: number) => ownNonIndexProperties(value, filter),
    getConstructorName: makeConstructorNames(realm),
    getExternalValue: (value: unknown) => ExternalValue.addressOf(value) ?? 0n,
    // Frame 0 is lib's own util.getCallSites.
    getCallSites: (count: number) => pristine(() => collectCallSites(count + 1).slice(1)),
    /** Sleep of `internal/util`, ms: this worker stops, nothing of the program runs meanwhile. */
    sleep(ms: number) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    },
    parseEnv: parseDotenv,
    // V8 keeps small typed arrays on its heap until `buffer` is read; a script cannot see which.
    arrayBufferViewHasBuffer: () => true,
    constructSharedArrayBuffer: (length: number) => new SharedArrayBuffer(length),
    markPromiseAsHandled(promise: Promise<unknown>) {
      markHandled(realm.host.promiseThen, promise);
    },
    guessHandleType: (fd: number) => HANDLE_TYPES.indexOf(guessHandleType(realm, fd)),
    isConstructor: (value: unknown) => isConstructor(value),
    isArrayBufferDetached: (value: unknown) => types.isArrayBuffer(value) && (value as ArrayBuffer).detached,
    toUSVString: (text: unknown) => String(text).toWellFormed(),
    ...types,
    isArrayBufferView: (value: unknown) => ArrayBuffer.isView(value),
    isDataView: (value: unknown) => ArrayBuffer.isView(value) && !isTypedArray(value),
    isTypedArray,
    isUint8Array: (value: unknown) => typedArrayTag(value) === 'Uint8Array',
  };
}

const typedArrayTagGetter = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)!.get!;

function typedArrayTag(value: unknown): string | undefined {
  // The getter of %TypedArray%.prototype[@@toStringTag] answers undefined for anything else and never throws.
  return Reflect.apply(typedArrayTagGetter, value, []) as string | undefined;
}

function isTypedArray(value: unknown): boolean {
  return typedArrayTag(value) !== undefined;
}

/** V8 gives `[state]` for a pending promise and `[state, result]` for others. */
function promiseDetails(realm: Realm, promise: Promise<unknown>): unknown[] {
  const [state, value] = realm.promises.detailsOf(promise);
  return state === 0 ? [state, undefined] : [state, value];
}

function defineLazyProperty(realm: Realm, target: object, id: string, key: string, enumerable: boolean): void {
  const define = (value: unknown) =>
    Object.defineProperty(target, key, bare({ value, writable: true, enumerable, configurable: true }));
  const get = () => {
    const value: unknown = realm.requireBuiltin(id)[key];
    define(value);
    return value;
  };
  Object.defineProperty(get, 'name', bare({ value: `get ${key}` }));
  Object.defineProperty(
    target,
    key,
    bare({
      get,
      set: Object.defineProperty(
        (value: unknown) => {
          define(value);
        },
        'name',
        bare({ value: `set ${key}` }),
      ),
      enumerable,
      configurable: true,
    }),
  );
}

/** v8::Object::GetPropertyNames with IndexFilter::kSkipIndices. */
function ownNonIndexProperties(value: object, filter: number): PropertyKey[] {
  const keys =
    ArrayBuffer.isView(value) || Array.isArray(value) || typeof value === 'object' ? Reflect.ownKeys(value) : [];
  return keys.filter((key) => {
    if (typeof key === 'string' && isArrayIndex(key)) return false;
    if ((filter & (typeof key === 'symbol' ? Filter.skipSymbols : Filter.skipStrings)) !== 0) return false;
    return hasAttributes(value, key, filter);
  });
}

function hasAttributes(value: object, key: PropertyKey, filter: number): boolean {
  if ((filter & (Filter.onlyWritable | Filter.onlyEnumerable | Filter.onlyConfigurable)) === 0) return true;
  // Gone meanwhile, or a trap said so.
  const descriptor = Object.getOwnPropertyDescriptor(value, key);
  if (descriptor === undefined) return false;
  return (
    ((filter & Filter.onlyEnumerable) === 0 || descriptor.enumerable === true) &&
    ((filter & Filter.onlyWritable) === 0 || descriptor.writable === true) &&
    ((filter & Filter.onlyConfigurable) === 0 || descriptor.configurable === true)
  );
}

function isArrayIndex(key: string): boolean {
  const number = Number(key);
  // "01" and "1.0" are names, not indices.
  return Number.isInteger(number) && number >= 0 && number <= MAX_ARRAY_INDEX && String(number) === key;
}

/** v8::Object::PreviewEntries: what maps, sets and their iterators hold. Weak collections cannot be looked into. */
function previewEntries(realm: Realm, types: TypeChecks, value: unknown, isIterator: boolean | undefined): unknown {
  const entries: unknown[] = [];
  let keyed = false;
  if (types.isMap(value)) {
    Map.prototype.forEach.call(value as Map<unknown, unknown>, (item, key) => entries.push(key, item));
    keyed = true;
  } else if (types.isSet(value)) {
    Set.prototype.forEach.call(value as Set<unknown>, (item) => entries.push(item));
  } else {
    // `undefined` for an iterator made too long ago (see IteratorTracker): shown as empty.
    const contents = realm.iterators.contentsOf(value);
    if (contents !== undefined) return isIterator === undefined ? contents[0] : contents;
  }
  return isIterator === undefined ? entries : [entries, keyed];
}

/** True when the nearest frame that is not Node's own lies in a node_modules directory. */
function isInsideNodeModules(frameLimit: number): boolean {
  const nearest = collectCallSites(frameLimit).find(
    ({ scriptName }) => scriptName !== '' && !scriptName.startsWith('node:'),
  );
  return nearest !== undefined && /[\\/]node_modules[\\/]/.test(nearest.scriptName);
}

/** `[line, column, file]` of the caller's caller. */
function callerLocation(): unknown[] | undefined {
  // Frame 0 is the function of lib that asks, 1 its caller.
  const site = collectCallSites(2)[1];
  return site === undefined ? undefined : [site.lineNumber, site.columnNumber, site.scriptName];
}

function isConstructor(value: unknown): boolean {
  if (typeof value !== 'function') return false;
  try {
    // Only asks whether `value` may be new.target; Object's construction runs nothing of it but a `prototype` getter.
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
}

/** uv_guess_handle: what stdio streams lib makes of 0, 1 and 2 depends on it. */
function guessHandleType(realm: Realm, fd: number): (typeof HANDLE_TYPES)[number] {
  const descriptor = realm.sys.descriptors.get(fd);
  if (descriptor === undefined) return 'INVALID';
  if (descriptor.kind === 'file') return 'FILE';
  // Character devices other than terminals are files to libuv.
  if (descriptor.kind === 'device') return 'FILE';
  return descriptor.end.as === 'tty' ? 'TTY' : descriptor.end.as === 'tcp' ? 'TCP' : 'PIPE';
}
