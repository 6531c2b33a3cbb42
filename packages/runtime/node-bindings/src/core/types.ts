import type { Foreign, Realm } from '../realm/realm.ts';
import { ExternalValue } from '../realm/external-value.ts';

type Check = (value: unknown) => boolean;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** True where `method`, applied to the value, does not throw. Throwing costs 15 µs with a stack trace, so without. */
function accepts(method: () => unknown, value: object, argument: unknown[]): boolean {
  const limits = Error as unknown as { stackTraceLimit: unknown };
  const limit = limits.stackTraceLimit;
  // A program may have frozen Error.
  const quiet = Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    Reflect.apply(method, value, argument);
    return true;
  } catch {
    // Not of this class: the check's only way to say so.
    return false;
  } finally {
    if (quiet) limits.stackTraceLimit = limit;
  }
}

/** A getter missing would make its check say no to everything: better no realm at all. */
function getterOf(prototype: object, name: PropertyKey): () => unknown {
  const getter = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (getter === undefined) throw new Error(`Cannot find the getter "${String(name)}"`);
  return getter;
}

/** Taken when the module loads, before any program can have replaced what leads to them. */
const MapIteratorPrototype = Object.getPrototypeOf(new Map().entries()) as object;
const SetIteratorPrototype = Object.getPrototypeOf(new Set().values()) as object;
const AsyncFunctionPrototype = Object.getPrototypeOf(async () => undefined) as object;
const GeneratorFunctionPrototype = Object.getPrototypeOf(function* () {
  /* empty */
}) as { prototype: object };
const AsyncGeneratorFunctionPrototype = Object.getPrototypeOf(async function* () {
  /* empty */
}) as { prototype: object };

/** `util.types` as our own bindings use it, without lib and without a realm that has started. */
export type TypeChecks = ReturnType<typeof createTypeChecks>;

/**
 * internalBinding('types'): brand checks. Reference: src/node_types.cc.
 *
 * V8 knows an object's class; a script asks a method of the prototype that
 * works on nothing else. `instanceof` and `Symbol.toStringTag` can be forged.
 */
export function createTypesBinding(realm: Realm): Foreign {
  return createTypeChecks(realm);
}

/** The brand checks themselves, without a binding around them. */
export function createTypeChecks(realm: Pick<Realm, 'proxies' | 'host' | 'namespaces'>) {
  /** Classes without a harmless method: by the prototype chain. A proxy is none of them, and its traps must not run. */
  const inheritsFrom =
    (prototype: object, type: 'object' | 'function' = 'object'): Check =>
    (value) => {
      if (typeof value !== type || value === null || realm.proxies.detailsOf(value) !== undefined) return false;
      return prototype.isPrototypeOf(value as object);
    };
  /**
   * Classes with a method that works on nothing else. What inherits from
   * Object.prototype by another way is none of them, as far as anybody writes
   * programs; an object without it may have lost its prototype and is asked.
   */
  const brand = (
    Class: { readonly prototype: object },
    method: (this: never, ...args: never[]) => unknown,
    selfArgument = false,
  ): Check => {
    const { prototype } = Class;
    return (value) => {
      if (!isObject(value) || realm.proxies.detailsOf(value) !== undefined) return false;
      // Saves the exception for the common "no": an ordinary object.
      if (!prototype.isPrototypeOf(value) && Object.prototype.isPrototypeOf(value)) return false;
      return accepts(method as () => unknown, value, selfArgument ? [value] : []);
    };
  };
  const either =
    (...checks: readonly Check[]): Check =>
    (value) =>
      checks.some((check) => check(value));

  const isArrayBuffer = brand(ArrayBuffer, getterOf(ArrayBuffer.prototype, 'byteLength'));
  const isSharedArrayBuffer = brand(SharedArrayBuffer, getterOf(SharedArrayBuffer.prototype, 'byteLength'));
  const isNumberObject = brand(Number, Number.prototype.valueOf as () => unknown);
  const isStringObject = brand(String, String.prototype.valueOf as () => unknown);
  const isBooleanObject = brand(Boolean, Boolean.prototype.valueOf as () => unknown);
  const isBigIntObject = brand(BigInt, BigInt.prototype.valueOf as () => unknown);
  const isSymbolObject = brand(Symbol, Symbol.prototype.valueOf as () => unknown);
  const isRegExpShape = brand(RegExp, getterOf(RegExp.prototype, 'source'));

  return {
    isExternal: (value: unknown) => ExternalValue.addressOf(value) !== undefined,
    isDate: brand(Date, Date.prototype.getTime as () => unknown),
    // No method works on arguments objects alone; the tag is the engine's as long as nothing overrides it.
    isArgumentsObject: (value: unknown) =>
      isObject(value) &&
      realm.proxies.detailsOf(value) === undefined &&
      !(Symbol.toStringTag in value) &&
      Object.prototype.toString.call(value) === '[object Arguments]',
    isBigIntObject,
    isBooleanObject,
    isNumberObject,
    isStringObject,
    isSymbolObject,
    isBoxedPrimitive: either(isNumberObject, isStringObject, isBooleanObject, isBigIntObject, isSymbolObject),
    isNativeError: isNativeErrorCheck(realm.host.classes.DOMException),
    // RegExp.prototype answers `source` without being a RegExp.
    isRegExp: (value: unknown) => value !== RegExp.prototype && isRegExpShape(value),
    isAsyncFunction: either(
      inheritsFrom(AsyncFunctionPrototype, 'function'),
      inheritsFrom(AsyncGeneratorFunctionPrototype, 'function'),
    ),
    isGeneratorFunction: either(
      inheritsFrom(GeneratorFunctionPrototype, 'function'),
      inheritsFrom(AsyncGeneratorFunctionPrototype, 'function'),
    ),
    isGeneratorObject: either(
      inheritsFrom(GeneratorFunctionPrototype.prototype),
      inheritsFrom(AsyncGeneratorFunctionPrototype.prototype),
    ),
    // `then` would mark the promise handled and the constructor run code: so the prototype has to do.
    isPromise: inheritsFrom(Promise.prototype),
    isMap: brand(Map, getterOf(Map.prototype, 'size')),
    isSet: brand(Set, getterOf(Set.prototype, 'size')),
    isMapIterator: inheritsFrom(MapIteratorPrototype),
    isSetIterator: inheritsFrom(SetIteratorPrototype),
    // `has` of the object itself: harmless, and false for every map that does not hold itself.
    isWeakMap: brand(WeakMap, WeakMap.prototype.has as never, true),
    isWeakSet: brand(WeakSet, WeakSet.prototype.has as never, true),
    isArrayBuffer,
    isSharedArrayBuffer,
    isAnyArrayBuffer: either(isArrayBuffer, isSharedArrayBuffer),
    isProxy: (value: unknown) => realm.proxies.detailsOf(value) !== undefined,
    isModuleNamespaceObject: (value: unknown) => isObject(value) && realm.namespaces.has(value),
  };
}

/** The host's DOMException counts as an error for the engine, Node's own class is another. */
function isNativeErrorCheck(HostDOMException: typeof DOMException): Check {
  // Error.isError (ES2026) asks the engine; before it the prototype chain has to do.
  const { isError } = Error as unknown as { isError?: Check };
  const inherits: Check = (value) => Error.prototype.isPrototypeOf(value as object);
  const check = isError ?? inherits;
  return (value) => isObject(value) && check(value) && !(value instanceof HostDOMException);
}
