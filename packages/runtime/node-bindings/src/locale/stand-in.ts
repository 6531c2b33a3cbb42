/** Functions in place of the engine's own: same name, same length, no prototype where the own one has none. */

/** Typed so that any method fits; a stand-in never looks at the arguments. */
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** A method in place of `original`; what it does is `body`, called with the receiver. */
export function methodLike(original: AnyFunction, body: (self: unknown, args: unknown[]) => unknown): AnyFunction {
  const { [original.name]: method } = {
    [original.name](this: unknown, ...args: unknown[]): unknown {
      return body(this, args);
    },
  };
  return Object.defineProperty(method as AnyFunction, 'length', { value: original.length, configurable: true });
}

/** Puts a method where `holder` has one of that name; gives the new one, for `installFunctionSource`. */
export function replaceMethod(
  holder: object,
  name: string,
  make: (original: AnyFunction) => (self: unknown, args: unknown[]) => unknown,
): AnyFunction {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  if (typeof descriptor?.value !== 'function') throw new Error(`Cannot replace "${name}": there is no such method`);
  const original = descriptor.value as AnyFunction;
  const method = methodLike(original, make(original));
  Object.defineProperty(holder, name, { ...descriptor, value: method });
  return method;
}

/** A class in place of `original`, whose instances, prototype and statics stay the engine's. */
export function classLike<Class extends object>(
  original: Class,
  call: (args: unknown[], newTarget: Function | undefined) => unknown,
): Class {
  const { name, prototype } = original as unknown as { name: string; prototype: object };
  const standIn = function (...args: unknown[]): unknown {
    return call(args, new.target === standIn ? (original as unknown as Function) : new.target);
  };
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined && key !== 'prototype') Object.defineProperty(standIn, key, descriptor);
  }
  Object.defineProperty(standIn, 'name', { value: name, configurable: true });
  Object.defineProperty(standIn, 'prototype', { value: prototype, writable: false });
  Object.defineProperty(prototype, 'constructor', { value: standIn, writable: true, configurable: true });
  return standIn as unknown as Class;
}
