/** internalBinding('util'). Reference: src/node_util.cc. */
import type { Foreign, Realm } from '../realm.ts';
import { collectCallSites } from './call-sites.ts';
import { makeConstructorNames } from './constructor-name.ts';
import { ExternalValue } from './external-value.ts';
import { createTypeChecks, type TypeChecks } from './types.ts';
import { bare, pristine } from '../pristine.ts';
import { parseDotenv } from '../system/dotenv.ts';

/** v8::PropertyFilter, the bits of `constants`. */
const Filter = { onlyWritable: 1, onlyEnumerable: 2, onlyConfigurable: 4, skipStrings: 8, skipSymbols: 16 } as const;
/** 2^32 - 1 is not an array index. */
const MAX_ARRAY_INDEX = 2 ** 32 - 2;
/** What lib's `guessHandleType` makes of the number: an index into this list. */
const HANDLE_TYPES = ['TCP', 'TTY', 'UDP', 'FILE', 'PIPE', 'UNKNOWN', 'INVALID'] as const;

export function createUtilBinding(realm: Realm): Foreign {
  const types = createTypeChecks(realm);
  return {
    privateSymbols: realm.privateSymbols,
    // 1 as in Environment's constructor: lib clears it while a capture callback is set.
    shouldAbortOnUncaughtToggle: Uint32Array.of(1),
    isInsideNodeModules: (frameLimit = 10, internalOnly = false) => isInsideNodeModules(realm, frameLimit, internalOnly),
    defineLazyProperties: (target: object, id: string, keys: readonly string[], enumerable = true) => {
      for (const key of keys) defineLazyProperty(realm, target, id, key, enumerable);
    },
    getPromiseDetails: (value: unknown) => types.isPromise(value) ? promiseDetails(realm, value as Promise<unknown>) : undefined,
    getProxyDetails(value: unknown, both = true) {
      const details = realm.proxies.detailsOf(value);
      if (details === undefined) return undefined;
      return both ? [details[0], details[1]] : details[0];
    },
    getCallerLocation: callerLocation,
    previewEntries: (value: unknown, isIterator?: boolean) => pristine(() => previewEntries(realm, types, value, isIterator)),
    getOwnNonIndexProperties: (value: object, filter: number) => ownNonIndexProperties(value, filter),
    getConstructorName: makeConstructorNames(realm),
    getExternalValue: (value: unknown) => ExternalValue.addressOf(value) ?? 0n,
    // Frame 0 is lib's own util.getCallSites.
    getCallSites: (count: number) => pristine(() => collectCallSites(count + 1).slice(1)),
    sleep(ms: number) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    },
    parseEnv: parseDotenv,
    arrayBufferViewHasBuffer: () => true,
    constructSharedArrayBuffer: (length: number) => new SharedArrayBuffer(length),
    // A handler that does nothing, without the program's `then`.
    markPromiseAsHandled(promise: Promise<unknown>) {
      void Reflect.apply(realm.host.promiseThen, promise, [undefined, () => undefined]);
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

const typedArrayTagGetter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype) as object, Symbol.toStringTag)!.get!;

function typedArrayTag(value: unknown): string | undefined {
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
  const define = (value: unknown) => Object.defineProperty(target, key, bare({ value, writable: true, enumerable, configurable: true }));
  const get = () => {
    const value: unknown = realm.requireBuiltin(id)[key];
    define(value);
    return value;
  };
  Object.defineProperty(get, 'name', bare({ value: `get ${key}` }));
  Object.defineProperty(target, key, bare({
    get,
    set: Object.defineProperty((value: unknown) => { define(value); }, 'name', bare({ value: `set ${key}` })),
    enumerable, configurable: true,
  }));
}

/** v8::Object::GetPropertyNames with IndexFilter::kSkipIndices. */
function ownNonIndexProperties(value: object, filter: number): PropertyKey[] {
  const keys = ArrayBuffer.isView(value) || Array.isArray(value) || typeof value === 'object' ? Reflect.ownKeys(value) : [];
  return keys.filter((key) => {
    if (typeof key === 'string' && isArrayIndex(key)) return false;
    if ((filter & (typeof key === 'symbol' ? Filter.skipSymbols : Filter.skipStrings)) !== 0) return false;
    return hasAttributes(value, key, filter);
  });
}

function hasAttributes(value: object, key: PropertyKey, filter: number): boolean {
  if ((filter & (Filter.onlyWritable | Filter.onlyEnumerable | Filter.onlyConfigurable)) === 0) return true;
  const descriptor = Object.getOwnPropertyDescriptor(value, key);
  if (descriptor === undefined) return false;
  return ((filter & Filter.onlyEnumerable) === 0 || descriptor.enumerable === true)
    && ((filter & Filter.onlyWritable) === 0 || descriptor.writable === true)
    && ((filter & Filter.onlyConfigurable) === 0 || descriptor.configurable === true);
}

function isArrayIndex(key: string): boolean {
  const number = Number(key);
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
    const contents = realm.iterators.contentsOf(value);
    if (contents !== undefined) return isIterator === undefined ? contents[0] : contents;
  }
  return isIterator === undefined ? entries : [entries, keyed];
}

/** True when the nearest frame that is not Node's own lies in a node_modules directory. */
function isInsideNodeModules(realm: Realm, frameLimit: number, internalOnly: boolean): boolean {
  for (const { scriptName } of collectCallSites(frameLimit)) {
    if (scriptName === '' || scriptName.startsWith('node:')) continue;
    if (/[\\/]node_modules[\\/]/.test(scriptName)) return true;
    if (!internalOnly) return false;
    return false;
  }
  return false;
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

/** uv_guess_handle */
function guessHandleType(realm: Realm, fd: number): (typeof HANDLE_TYPES)[number] {
  const descriptor = realm.sys.descriptors.get(fd);
  if (descriptor === undefined) return 'INVALID';
  if (descriptor.kind === 'file') return 'FILE';
  // Character devices other than terminals are files to libuv.
  if (descriptor.kind === 'device') return 'FILE';
  return descriptor.end.as === 'tty' ? 'TTY' : descriptor.end.as === 'tcp' ? 'TCP' : 'PIPE';
}
