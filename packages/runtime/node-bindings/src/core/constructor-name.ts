/** v8::Object::GetConstructorName: the class of an object, also of one that has lost its prototype. */
import type { Realm } from '../realm/realm.ts';

interface TypedSite {
  getTypeName(): string | null;
}

/** Its stack trace begins with a frame whose receiver is the object in question. */
const PROBE = `(function probe() {
  'use strict';
  const holder = {};
  Error.captureStackTrace(holder);
  return holder.stack;
})
//# sourceURL=node:internal/slipway/probe`;

/**
 * The engine keeps the class in an object's hidden class and tells it in one
 * place that runs nothing of the program: `CallSite.getTypeName` of a frame's
 * receiver (src/objects/call-site-info.cc).
 */
export function makeConstructorNames(realm: Realm): (value: object) => string {
  let probe: (() => unknown) | undefined;
  return (value) => {
    // A frame whose receiver is a proxy would run its `getPrototypeOf` trap.
    if (realm.proxies.detailsOf(value) !== undefined) return inheritedName(value);
    // Made on first use: few programs inspect objects without a prototype.
    probe ??= realm.host.indirectEval(PROBE) as () => unknown;
    return receiverType(probe, value) ?? inheritedName(value);
  };
}

/** `undefined` while another stack is being formatted, or where a program has frozen `Error`. */
function receiverType(probe: () => unknown, value: object): string | undefined {
  const engine = Error as unknown as { prepareStackTrace: unknown; stackTraceLimit: unknown };
  const { prepareStackTrace, stackTraceLimit } = engine;
  // Reflect.set instead of assignment: this code is strict, and a frozen Error would throw.
  if (!Reflect.set(engine, 'prepareStackTrace', (_: unknown, sites: unknown) => sites)) return undefined;
  try {
    if (!Reflect.set(engine, 'stackTraceLimit', 1)) return undefined;
    const sites = Reflect.apply(probe, value, []);
    return Array.isArray(sites) ? ((sites[0] as TypedSite | undefined)?.getTypeName() ?? undefined) : undefined;
  } finally {
    Reflect.set(engine, 'stackTraceLimit', stackTraceLimit);
    Reflect.set(engine, 'prepareStackTrace', prepareStackTrace);
  }
}

/** The nearest constructor's name, without running getters. */
function inheritedName(value: object): string {
  // The constructor property, as util.inspect would find it; accessors are passed over, not called.
  for (let holder: object | null = value; holder !== null; holder = Object.getPrototypeOf(holder) as object | null) {
    const constructor = Object.getOwnPropertyDescriptor(holder, 'constructor')?.value as unknown;
    if (typeof constructor === 'function') {
      const name = Object.getOwnPropertyDescriptor(constructor, 'name')?.value as unknown;
      if (typeof name === 'string' && name !== '') return name;
    }
  }
  return 'Object';
}
