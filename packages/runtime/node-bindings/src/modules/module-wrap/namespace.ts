/**
 * Module namespace objects (ECMA-262 10.4.6).
 *
 * A module whose bindings no longer change once it has run gets a plain object:
 * properties are read as fast as any. Its one difference from the real thing is
 * that its descriptors say `writable: false`. Modules with bindings that change,
 * or that can be seen before they have run, get a proxy with the right descriptors.
 */
import type { ProxyTracker } from '../../realm/track-proxies.ts';
import { Status, type ModuleRecord, type Resolution } from './module-record.ts';

/** One brand for the realm, since V8 has it in the object itself. */
export interface NamespaceParts {
  /** Brand for util.types.isModuleNamespaceObject. */
  readonly brand: WeakSet<object>;
  readonly proxies: Pick<ProxyTracker, 'invisible'>;
}

/** `isEarly`: the program gets hold of it before the module has run, and can see what is not initialized yet. */
export function namespaceOf(module: ModuleRecord, parts: NamespaceParts, isEarly = false): object {
  if (module.namespace !== undefined) return module.namespace;
  const { exports } = module;
  if (exports === undefined)
    throw new Error(`Cannot get the namespace of "${module.url}": the module is not instantiated`);
  // 16.2.1.10 step 3.d: names in code unit order.
  const names = [...exports.keys()].sort();
  // Decides for good which kind it is: the object cannot change once somebody holds it.
  const isStable = !isEarly && !module.isCyclic && names.every((name) => isConstant(exports.get(name) as Resolution));
  const namespace = isStable ? plainNamespace(module, names, parts) : liveNamespace(exports, names, parts);
  module.namespace = namespace;
  parts.brand.add(namespace);
  return namespace;
}

/** True when importers of the module may take the value once and keep it. */
export function isConstant({ module, binding }: Resolution): boolean {
  if (binding === undefined) return true;
  return !module.isCyclic && !module.isMutable(binding);
}

/** Reads the value behind a name; a ReferenceError before the binding is initialized. */
export function readBinding({ module, binding }: Resolution, name: string, parts: NamespaceParts): unknown {
  if (binding === undefined) return namespaceOf(module, parts);
  const getter = module.getter(binding);
  if (getter === undefined) throw new ReferenceError(`Cannot access '${name}' before initialization`);
  return getter();
}

function plainNamespace(module: ModuleRecord, names: readonly string[], parts: NamespaceParts): object {
  const exports = module.exports as ReadonlyMap<string, Resolution>;
  const namespace = Object.create(null) as Record<PropertyKey, unknown>;
  for (const name of names) {
    const resolution = exports.get(name) as Resolution;
    Object.defineProperty(namespace, name, {
      // Accessors while it has not run: reading throws ReferenceError, as in the dead zone.
      get: () => readBinding(resolution, name, parts),
      enumerable: true,
      configurable: true,
    });
  }
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'Module', configurable: false });
  if (module.status === Status.evaluated && module.asyncOrder < 0) settleNamespace(module, namespace, parts);
  return namespace;
}

/** The module has run: accessors become values. */
export function settleNamespace(module: ModuleRecord, namespace: object, parts: NamespaceParts): void {
  // Settled before, or a proxy, whose target is not extensible.
  if (!Object.isExtensible(namespace)) return;
  // lib may set a builtin's exports again (syncBuiltinESMExports): those stay redefinable.
  const isFixed = module.kind === 'source-text';
  for (const [name, resolution] of module.exports ?? []) {
    const canChange = resolution.module.kind === 'synthetic' && resolution.binding !== undefined;
    Object.defineProperty(namespace, name, {
      value: readBinding(resolution, name, parts),
      writable: false,
      enumerable: true,
      configurable: canChange || !isFixed,
    });
    if (canChange && resolution.module.kind === 'synthetic') {
      resolution.module.onChange((changed) => {
        if (changed === resolution.binding)
          Object.defineProperty(namespace, name, {
            value: readBinding(resolution, name, parts),
            writable: false,
            enumerable: true,
            configurable: true,
          });
      });
    }
  }
  Object.preventExtensions(namespace);
}

function liveNamespace(
  exports: ReadonlyMap<string, Resolution>,
  names: readonly string[],
  parts: NamespaceParts,
): object {
  const target = Object.create(null) as object;
  // The target carries the shape; a proxy must not contradict a non-configurable property.
  for (const name of names)
    Object.defineProperty(target, name, { value: undefined, writable: true, enumerable: true, configurable: false });
  Object.defineProperty(target, Symbol.toStringTag, {
    value: 'Module',
    writable: false,
    enumerable: false,
    configurable: false,
  });
  Object.preventExtensions(target);
  const read = (key: string): unknown => readBinding(exports.get(key) as Resolution, key, parts);
  return parts.proxies.invisible(target, {
    get: (_, key) => (typeof key === 'string' && exports.has(key) ? read(key) : Reflect.get(target, key)),
    getOwnPropertyDescriptor(_, key) {
      if (typeof key !== 'string' || !exports.has(key)) return Reflect.getOwnPropertyDescriptor(target, key);
      return { value: read(key), writable: true, enumerable: true, configurable: false };
    },
    // Strict code throws a TypeError then (10.4.6.9 [[Set]]).
    set: () => false,
    /** 10.4.6.6 [[DefineOwnProperty]]: allowed only where it would change nothing. */
    defineProperty(_, key, wanted) {
      const current = Reflect.getOwnPropertyDescriptor(target, key);
      if (
        current === undefined ||
        wanted.configurable === true ||
        wanted.enumerable === !current.enumerable ||
        wanted.get !== undefined ||
        wanted.set !== undefined
      )
        return false;
      if (wanted.writable !== undefined && wanted.writable !== current.writable) return false;
      if (!('value' in wanted)) return true;
      return Object.is(wanted.value, typeof key === 'string' && exports.has(key) ? read(key) : current.value);
    },
  });
}
