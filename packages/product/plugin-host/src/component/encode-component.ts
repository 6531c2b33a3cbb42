import { MANIFEST_SECTION } from '../manifest/manifest.ts';
import { ByteWriter } from '../wasm/byte-writer.ts';
import { GUEST_INTERFACE, WORLD_EXPORTS, WORLD_IMPORTS } from './world.ts';
import { flatten, type WitFunction, type WitType } from './canonical-abi.ts';

/** Puts a manifest into a component: it is then one file that says all of itself. */
export function withManifest(component: Uint8Array, manifest: unknown): Uint8Array<ArrayBuffer> {
  const content = new ByteWriter().name(MANIFEST_SECTION).bytes(new TextEncoder().encode(JSON.stringify(manifest)));
  return new ByteWriter(component.length + content.length + 8).bytes(component).sized(0, content).finish();
}

/** Names of the core functions that a module exports for the world's. */
const CORE_EXPORTS = {
  init: 'init',
  'handle-event': 'handle_event',
  'on-tenant-created': 'on_tenant_created',
} as const;

/**
 * Makes a component of a core module that imports the world's functions as
 * `slipway:plugin/db@1.0.0` `insert` and so on, and exports `memory`, `cabi_realloc`,
 * `init`, `handle_event` and `on_tenant_created`: what AssemblyScript and WAT write.
 *
 * The host's functions need the module's memory, and the module the host's functions. So the
 * module gets functions that call through a table, and the table is filled afterwards.
 */
export function wrapCoreModule(core: Uint8Array): Uint8Array<ArrayBuffer> {
  const functions = Object.entries(WORLD_IMPORTS).flatMap(([module, all], instance) =>
    Object.entries(all as Record<string, WitFunction>).map(([name, type]) => ({ module, name, type, instance })),
  );
  const cores = functions.map(({ type }) => flatten(type, 'lower'));
  const out = new ByteWriter(core.length + 4096).byte(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0);
  // Types 0 to 2 are those of the instances that are imported.
  const types = new ByteWriter().u32(Object.keys(WORLD_IMPORTS).length);
  for (const all of Object.values(WORLD_IMPORTS)) instanceType(types, all);
  out.sized(7, types);
  const imports = new ByteWriter().u32(Object.keys(WORLD_IMPORTS).length);
  for (const [index, name] of Object.keys(WORLD_IMPORTS).entries()) imports.byte(0).name(name).byte(5).u32(index);
  out.sized(10, imports);
  out.sized(1, new ByteWriter().bytes(core));
  out.sized(1, new ByteWriter().bytes(shimModule(cores)));
  out.sized(1, new ByteWriter().bytes(fixupModule(cores)));
  // Core instance 0: the shim. 1, 2, 3: its functions under the world's names. 4: the module.
  out.sized(2, new ByteWriter().u32(1).byte(0).u32(1).u32(0));
  const shims = new ByteWriter().u32(functions.length);
  for (const index of functions.keys()) shims.byte(0, 0, 1).u32(0).name(String(index));
  out.sized(6, shims);
  const instances = new ByteWriter().u32(4);
  for (const module of Object.keys(WORLD_IMPORTS)) {
    const own = [...functions.entries()].filter(([, entry]) => entry.module === module);
    instances.byte(1).u32(own.length);
    for (const [index, { name }] of own) instances.name(name).byte(0).u32(index);
  }
  instances.byte(0).u32(0).u32(3);
  for (const [index, module] of Object.keys(WORLD_IMPORTS).entries())
    instances
      .name(module)
      .byte(0x12)
      .u32(index + 1);
  out.sized(2, instances);
  // Core memory 0, the allocating function behind the shims, the table, and the functions to lower.
  const aliases = new ByteWriter().u32(3 + functions.length);
  aliases.byte(0, 2, 1).u32(4).name('memory').byte(0, 0, 1).u32(4).name('cabi_realloc');
  aliases.byte(0, 1, 1).u32(0).name('table');
  for (const { instance, name } of functions) aliases.byte(1, 0).u32(instance).name(name);
  out.sized(6, aliases);
  const realloc = functions.length;
  const lowers = new ByteWriter().u32(functions.length);
  for (const index of functions.keys()) {
    lowers.byte(1, 0).u32(index).u32(3).byte(0, 3).u32(0).byte(4).u32(realloc);
  }
  out.sized(8, lowers);
  const fixup = new ByteWriter()
    .u32(2)
    .byte(1)
    .u32(functions.length + 1)
    .name('table')
    .byte(1)
    .u32(0);
  for (const index of functions.keys())
    fixup
      .name(String(index))
      .byte(0)
      .u32(realloc + 1 + index);
  fixup.byte(0).u32(2).u32(1).name('shim').byte(0x12).u32(5);
  out.sized(2, fixup);
  liftExports(out, { type: Object.keys(WORLD_IMPORTS).length, core: realloc + 1 + functions.length, realloc });
  return out.finish();
}

/** The three functions of the guest's interface, and the interface itself. */
function liftExports(out: ByteWriter, first: { type: number; core: number; realloc: number }): void {
  const names = Object.keys(CORE_EXPORTS) as (keyof typeof CORE_EXPORTS)[];
  const aliases = new ByteWriter().u32(names.length);
  for (const name of names) aliases.byte(0, 0, 1).u32(4).name(CORE_EXPORTS[name]);
  out.sized(6, aliases);
  // Each needs the result's type before its own.
  const types = new ByteWriter().u32(2 * names.length);
  const scope = { count: first.type };
  const places = names.map((name) => functionType(types, WORLD_EXPORTS[name], scope));
  out.sized(7, types);
  const lifts = new ByteWriter().u32(names.length);
  const functions = Object.values(WORLD_IMPORTS).reduce((sum, all) => sum + Object.keys(all).length, 0);
  for (const [index] of names.entries()) {
    lifts
      .byte(0, 0)
      .u32(first.core + index)
      .u32(3)
      .byte(0, 3)
      .u32(0)
      .byte(4)
      .u32(first.realloc)
      .u32(places[index]!);
  }
  out.sized(8, lifts);
  const instance = new ByteWriter().u32(1).byte(1).u32(names.length);
  for (const [index, name] of names.entries())
    instance
      .byte(0)
      .name(name)
      .byte(1)
      .u32(functions + index);
  out.sized(5, instance);
  const imported = Object.keys(WORLD_IMPORTS).length;
  out.sized(11, new ByteWriter().u32(1).byte(0).name(GUEST_INTERFACE).byte(5).u32(imported).byte(0));
}

/**
 * The type of an imported instance (0x42): of every function first its type, then a declaration that exports
 * it (04).
 */
function instanceType(out: ByteWriter, functions: Readonly<Record<string, WitFunction>>): void {
  const content = new ByteWriter();
  const scope = { count: 0, declarations: 0 };
  for (const [name, type] of Object.entries(functions)) {
    const place = functionType(content, type, scope);
    content.byte(4, 0).name(name).byte(1).u32(place);
    scope.declarations++;
  }
  out.byte(0x42).u32(scope.declarations).bytes(content.view());
}

interface Scope {
  count: number;
  /** Inside an instance's type every type is a declaration. */
  declarations?: number;
}

/** Writes a function's type behind the types it needs; returns its number. */
function functionType(out: ByteWriter, { params, result }: WitFunction, scope: Scope): number {
  const refs = params.map((type) => valueType(out, type, scope));
  const resultRef = result === undefined ? undefined : valueType(out, result, scope);
  declare(out, scope).byte(0x40).u32(params.length);
  for (const [index, ref] of refs.entries()) writeRef(out.name(`a${index}`), ref);
  if (resultRef === undefined) out.byte(1, 0);
  else writeRef(out.byte(0), resultRef);
  return scope.count++;
}

/** What goes in front of a type inside an instance's type: 01, and it counts as a declaration. */
function declare(out: ByteWriter, scope: Scope): ByteWriter {
  if (scope.declarations === undefined) return out;
  scope.declarations++;
  return out.byte(1);
}

/** Where a type is named: primitive ones by a negative one-byte code, others by their number as s33. */
type Reference = { primitive: number } | { index: number };

function writeRef(out: ByteWriter, ref: Reference): void {
  if ('primitive' in ref) out.byte(ref.primitive);
  else out.s64(ref.index);
}

/** Codes of `primvaltype`. */
const PRIMITIVES = { string: 0x73, u32: 0x79, u64: 0x77 } as const;

/** Writes a type behind those it is made of and says how to name it. 0x6d enum, 0x70 list, 0x72 record, 0x6a result. */
function valueType(out: ByteWriter, type: WitType, scope: Scope): Reference {
  if (typeof type === 'string') return { primitive: PRIMITIVES[type] };
  if ('enum' in type) {
    declare(out, scope).byte(0x6d).u32(type.enum.length);
    for (const name of type.enum) out.name(name);
    return named(out, scope, 'level');
  }
  if ('list' in type) {
    const item = valueType(out, type.list, scope);
    writeRef(declare(out, scope).byte(0x70), item);
    return { index: scope.count++ };
  }
  if ('record' in type) {
    const fields = type.record.map(([name, field]) => [name, valueType(out, field, scope)] as const);
    declare(out, scope).byte(0x72).u32(fields.length);
    for (const [name, ref] of fields) writeRef(out.name(name), ref);
    return named(out, scope, type.record.length === 3 ? 'row' : 'context');
  }
  const sides = type.result.map((side) => (side === undefined ? undefined : valueType(out, side, scope)));
  declare(out, scope).byte(0x6a);
  for (const side of sides) {
    if (side) writeRef(out.byte(1), side);
    else out.byte(0);
  }
  return { index: scope.count++ };
}

/** Records and enums must have a name where functions use them: the exported type is a new one. */
function named(out: ByteWriter, scope: Scope, name: string): Reference {
  const index = scope.count++;
  if (scope.declarations !== undefined) scope.declarations++;
  out.byte(4, 0).name(name).byte(3, 0).u32(index);
  return { index: scope.count++ };
}

/**
 * For each of the world's functions one that hands its arguments to the entry of the same number in an
 * exported table (`call_indirect`). The table is empty until the module of `fixupModule` is instantiated.
 */
function shimModule(cores: readonly { params: number[]; results: number[] }[]): Uint8Array {
  const out = new ByteWriter().byte(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  coreTypes(out, cores);
  const functions = new ByteWriter().u32(cores.length);
  for (const index of cores.keys()) functions.u32(index);
  out.sized(3, functions);
  out.sized(4, new ByteWriter().u32(1).byte(0x70, 1).u32(cores.length).u32(cores.length));
  const exports = new ByteWriter()
    .u32(cores.length + 1)
    .name('table')
    .byte(1, 0);
  for (const index of cores.keys()) exports.name(String(index)).byte(0).u32(index);
  out.sized(7, exports);
  const code = new ByteWriter().u32(cores.length);
  for (const [index, { params }] of cores.entries()) {
    const body = new ByteWriter().u32(0);
    for (const param of params.keys()) body.byte(0x20).u32(param);
    code.sized(undefined, body.byte(0x41).s64(index).byte(0x11).u32(index).byte(0, 0x0b));
  }
  return out.sized(10, code).finish();
}

/** Has no code: its one active segment puts the imported functions into the imported table when it is instantiated. */
function fixupModule(cores: readonly { params: number[]; results: number[] }[]): Uint8Array {
  const out = new ByteWriter().byte(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  coreTypes(out, cores);
  const imports = new ByteWriter().u32(cores.length + 1);
  imports.name('shim').name('table').byte(1, 0x70, 1).u32(cores.length).u32(cores.length);
  for (const index of cores.keys()) imports.name('shim').name(String(index)).byte(0).u32(index);
  out.sized(2, imports);
  const elements = new ByteWriter().u32(1).u32(0).byte(0x41, 0, 0x0b).u32(cores.length);
  for (const index of cores.keys()) elements.u32(index);
  return out.sized(9, elements).finish();
}

/** Section 1 of both modules: the type of function N is type N. */
function coreTypes(out: ByteWriter, cores: readonly { params: number[]; results: number[] }[]): void {
  const types = new ByteWriter().u32(cores.length);
  for (const { params, results } of cores) {
    types
      .byte(0x60)
      .u32(params.length)
      .byte(...params)
      .u32(results.length)
      .byte(...results);
  }
  out.sized(1, types);
}
