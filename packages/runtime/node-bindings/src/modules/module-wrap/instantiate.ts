import type { Language } from '../language/language.ts';
import {
  assembleModule,
  type AssembledModule,
  NAMESPACE,
  SOURCE,
  SOURCE_PHASE,
  type ImportEntry,
  type ModuleBody,
} from '@slipway/module-transform';
import { Status, type ModuleRecord, type Resolution, type SourceTextRecord } from './module-record.ts';
import { isConstant, namespaceOf, readBinding, type NamespaceParts } from './namespace.ts';
import { AMBIGUOUS, dependency, exportedNames, ExportResolver } from './resolve-export.ts';
import { findCycles } from './strongly-connected.ts';

/** What linking needs of its realm: how bodies are compiled and what their arguments are. */
export interface LinkParts {
  readonly language: Language;
  readonly namespaces: NamespaceParts;
  liveBody(source: string): ModuleBody;
  importMeta(module: SourceTextRecord): object;
  /** In the order of `helperParameters`. */
  helpers(module: SourceTextRecord): unknown[];
  /** Compiles; also used at construction for the usual variant. */
  failure(failure: LinkFailure): SyntaxError;
  compile(
    module: SourceTextRecord,
    code: AssembledModule,
    shifts: readonly number[],
  ): (...values: unknown[]) => unknown;
}

/** Where a module names what its dependency has not. */
export interface LinkFailure {
  readonly message: string;
  readonly module: SourceTextRecord;
  readonly request: number;
  readonly name: string;
}

/**
 * Links a graph: resolves every name, decides for each module how it sees its
 * imports, and runs step 1 of those that need one. All or nothing.
 * Reference: ECMA-262 16.2.1.5.1 Link; v8::Module::InstantiateModule.
 */
export function instantiate(root: ModuleRecord, parts: LinkParts): void {
  if (root.status !== Status.uninstantiated) return;
  const fresh = findCycles(root);
  const resolver = new ExportResolver();
  // Those whose imports may change or be read too early: compiled again, as generators.
  const live: SourceTextRecord[] = [];
  try {
    for (const module of fresh) {
      module.exports = exportsOf(module, resolver);
      if (module.kind === 'source-text' && resolveImports(module, resolver, parts)) live.push(module);
    }
    for (const module of live) {
      const body = parts.liveBody(module.source as string);
      module.code = parts.compile(module, assembleModule(module.tables, body, 'two-step'), body.shifts);
    }
    // All or nothing: the graph may be linked again after a repair.
  } catch (error) {
    for (const module of fresh) {
      module.exports = undefined;
      module.isCyclic = false;
    }
    throw error;
  }
  for (const module of fresh) module.status = Status.instantiated;
  // After every module has its status: step 1 of one may read the namespace of another.
  for (const module of live) runFirstStep(module, resolver, parts);
}

/**
 * The program looks at a module that has not run: what is hoisted must be there.
 * Compiled again, as few are looked at so early.
 */
export function declareEarly(module: ModuleRecord, parts: LinkParts): void {
  if (module.kind !== 'source-text' || module.status !== Status.instantiated || module.generator !== undefined) return;
  const body = parts.liveBody(module.source as string);
  module.code = parts.compile(module, assembleModule(module.tables, body, 'two-step'), body.shifts);
  runFirstStep(module, new ExportResolver(), parts);
}

function exportsOf(module: ModuleRecord, resolver: ExportResolver): Map<string, Resolution> {
  const exports = new Map<string, Resolution>();
  for (const name of exportedNames(module)) {
    const result = resolver.resolve(module, name);
    // Ambiguous and circular names are no part of the namespace; naming them is an error elsewhere.
    if (result !== null && result !== AMBIGUOUS) exports.set(name, result);
  }
  return exports;
}

/** Checks that everything named exists; true when the module must see its imports live. */
function resolveImports(module: SourceTextRecord, resolver: ExportResolver, parts: LinkParts): boolean {
  for (const [, request, name] of module.tables.indirectExports) mustResolve(module, request, name, resolver, parts);
  // lib sets a builtin's exports again for a program that asks for it.
  const seesBuiltinsChange = module.source?.includes('syncBuiltinESMExports') === true;
  let isLive = module.isCyclic;
  for (const [request, name] of module.tables.imports) {
    const resolution = mustResolve(module, request, name, resolver, parts);
    if (resolution === undefined) continue;
    // A value that never changes is read once, at the start of the body: much faster than a getter at each use.
    if (!isConstant(resolution) || (seesBuiltinsChange && resolution.module.kind === 'synthetic')) isLive = true;
  }
  return isLive;
}

function mustResolve(
  module: SourceTextRecord,
  request: number,
  name: string,
  resolver: ExportResolver,
  parts: LinkParts,
): Resolution | undefined {
  const target = dependency(module, request);
  const specifier = module.requests[request]?.specifier ?? '';
  const fail = (message: string): never => {
    throw parts.failure({ message, module, request, name });
  };
  // `import source`: the module's source object, here a compiled WebAssembly module.
  if (name === SOURCE)
    return target.sourceObject === undefined
      ? fail(`Source phase import object is not defined for module '${target.url}'`)
      : undefined;
  if (name === NAMESPACE) return undefined;
  const result = resolver.resolve(target, name);
  if (result === AMBIGUOUS)
    return fail(`The requested module '${specifier}' contains conflicting star exports for name '${name}'`);
  return result ?? fail(`The requested module '${specifier}' does not provide an export named '${name}'`);
}

/** Arguments for the body, in the order of `assembleModule`. */
export function bodyArguments(module: SourceTextRecord, parts: LinkParts): unknown[] {
  return [
    module.register,
    module.tables.usesImportMeta ? parts.importMeta(module) : undefined,
    // Called at each top-level await: where the module is if it never goes on.
    (at: number, value: unknown) => {
      module.waitsAt = at;
      return value;
    },
    ...parts.helpers(module),
    ...module.requests.map((request, k) => requestedObject(module, request.phase, k, parts)),
  ];
}

/** Only what the text refers to is made: a namespace that nobody sees costs nothing. */
function requestedObject(
  module: SourceTextRecord,
  phase: number,
  request: number,
  parts: LinkParts,
): object | undefined {
  if (!module.tables.imports.some((entry) => entry[0] === request)) return undefined;
  const target = dependency(module, request);
  return phase === SOURCE_PHASE ? target.sourceObject : namespaceOf(target, parts.namespaces);
}

function runFirstStep(module: SourceTextRecord, resolver: ExportResolver, parts: LinkParts): void {
  const records = module.requests.map((_, k) => linkRecord(module, k, resolver, parts.namespaces));
  module.generator = Reflect.apply(module.code as () => Iterator<unknown>, undefined, [
    ...bodyArguments(module, parts),
    ...records,
  ]) as Iterator<unknown>;
  // Declares functions, registers the getters, stops.
  module.generator.next();
}

/**
 * What `__swR0.name` reads. An ordinary object with accessors: the engine makes
 * inline caches for it, which it does not for one without a prototype.
 */
function linkRecord(
  module: SourceTextRecord,
  request: number,
  resolver: ExportResolver,
  namespaces: NamespaceParts,
): object {
  const record = {};
  const define = (name: string, get: () => unknown): void => {
    Object.defineProperty(record, name, { get, set: refuseAssignment, enumerable: true, configurable: true });
  };
  for (const entry of module.tables.imports) {
    if (entry[0] !== request || entry[1] === NAMESPACE || entry[1] === SOURCE) continue;
    const resolution = resolver.resolve(dependency(module, request), entry[1]) as Resolution;
    defineLive(entry, resolution, define, namespaces);
  }
  return record;
}

function defineLive(
  [, name, local]: ImportEntry,
  resolution: Resolution,
  define: (name: string, get: () => unknown) => void,
  namespaces: NamespaceParts,
): void {
  const { module, binding } = resolution;
  const getter = binding === undefined ? undefined : module.getter(binding);
  define(name, getter ?? (() => readBinding(resolution, local, namespaces)));
  if (getter === undefined && binding !== undefined && module.kind === 'source-text') {
    // Its getter is not there yet; later reads shall not take the detour.
    module.whenRegistered(() => define(name, module.getter(binding) as () => unknown));
  }
}

/** What V8 says of an assignment to an import. */
function refuseAssignment(): never {
  throw new TypeError('Assignment to constant variable.');
}
