import { mustGet } from '../../realm/private-slots.ts';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { markHandled } from '../../realm/when-settled.ts';
import { cachedDataFor, isRejected } from '../contextify/cached-data.ts';
import { markThrown } from '../contextify/decorate-error.ts';
import { contextOf, scopeFor } from '../contextify/emulated-context.ts';
import type { Language } from '../language/language.ts';
import { nodeError } from './errors.ts';
import type { Evaluator } from './evaluate.ts';
import { guardGraph } from './guard-graph.ts';
import { declareEarly, instantiate, type LinkParts } from './instantiate.ts';
import { hasAsyncGraph, mustAgree, mustBeLinked } from './link-checks.ts';
import { type ModuleRecord, Status, SyntheticRecord } from './module-record.ts';
import { namespaceOf, type NamespaceParts } from './namespace.ts';
import { createSourceText } from './source-text.ts';

/** What all modules of a realm share; one object, so that a module costs no copies of it. */
export interface ModuleParts {
  readonly realm: Realm;
  readonly language: Language;
  readonly link: LinkParts;
  readonly namespaces: NamespaceParts;
  readonly evaluator: Evaluator;
  /** Texts of modules that a program made itself, for `createCachedData`. */
  readonly seals: WeakMap<object, string>;
}

/** (url, context, source or export names, what the kind of module needs): see the constructor. */
export type ModuleWrapArguments = [
  url: string,
  context: unknown,
  content: string | readonly string[],
  ...rest: unknown[],
];

/** One module as lib holds it. Reference: ModuleWrap in Node src/module_wrap.cc. */
export class ModuleWrapHandle {
  declare readonly url: string;
  declare readonly sourceMapURL: string | undefined;
  declare readonly sourceURL: string | undefined;
  readonly #parts: ModuleParts;
  readonly #record: ModuleRecord;

  /**
   * ModuleWrap::New
   *   (url, context, source, lineOffset, columnOffset[, symbol | cachedData])
   *   (url, context, exportNames, evaluationSteps[, cjsModule])
   */
  constructor(parts: ModuleParts, ...[url, context, content, ...rest]: ModuleWrapArguments) {
    this.#parts = parts;
    const { realm, language, link, seals } = parts;
    const defaultReferrer = mustGet(realm.symbols, 'source_text_module_default_hdo');
    const scope = context === undefined ? undefined : scopeFor(realm, contextOf(realm, context as object), []);
    let record: ModuleRecord;
    let symbol: unknown;
    if (typeof content === 'string') {
      symbol = rest[2];
      if (ArrayBuffer.isView(symbol) && isRejected(realm, content, symbol))
        throw nodeError(Error, 'ERR_VM_MODULE_CACHED_DATA_REJECTED', 'cachedData buffer was rejected');
      // Only programs' own modules (vm.SourceTextModule) can be asked for cached data or be given a time limit.
      if (symbol !== defaultReferrer) seals.set(this, content);
      record =
        symbol === defaultReferrer
          ? language.withCompileCache(content, url, 'ESM', (kept) =>
              createSourceText(url, content, link, language, realm, kept),
            )
          : createSourceText(url, content, link, language, realm, undefined, scope);
    } else {
      const steps = rest[0] as (this: object, wrap: object) => unknown;
      // lib finds out by it that a CommonJS module imports itself.
      if (rest[1] !== undefined) Object.assign(this, { [mustGet(realm.symbols, 'imported_cjs_symbol')]: rest[1] });
      // Named so by lib: SyntheticModule of node:vm.
      record = new SyntheticRecord(url, content, () => Reflect.apply(steps, this, [this]), url.startsWith('vm:'));
    }
    record.wrap = this;
    this.#record = record;
    mustGet(realm.privateSymbols, 'host_defined_option_symbol').set(
      this,
      typeof symbol === 'symbol' ? symbol : Symbol(url),
    );
    const isText = typeof content === 'string';
    // The own properties that the C++ sets, in its order.
    Object.assign(this, {
      ...(isText && { hasTopLevelAwait: record.hasTopLevelAwait }),
      sourceURL: undefined,
      sourceMapURL: isText ? language.sourceMapUrl(content, 'module') : undefined,
      synthetic: !isText,
      url,
    });
  }

  /** ASSIGN_OR_RETURN_UNWRAP: the module behind one that lib passes. */
  static recordOf(wrap: object): ModuleRecord {
    if (!(#record in wrap)) throw new TypeError('Illegal invocation');
    return wrap.#record;
  }

  /** ModuleWrap::HasAsyncGraph; throws ERR_MODULE_NOT_INSTANTIATED before that is known. */
  get hasAsyncGraph(): boolean {
    const record = ModuleWrapHandle.recordOf(this);
    if (record.status < Status.instantiated)
      throw nodeError(Error, 'ERR_MODULE_NOT_INSTANTIATED', 'Module is not instantiated');
    return hasAsyncGraph(record);
  }

  /** ModuleWrap::GetModuleRequests: frozen, in the order in which `link` wants the modules. */
  getModuleRequests(): Foreign[] {
    return ModuleWrapHandle.recordOf(this)
      .requests.map(({ specifier, attributes, phase }) => ({
        __proto__: null,
        specifier,
        attributes: Object.freeze(Object.assign(Object.create(null), attributes)) as object,
        phase,
      }))
      .map(Object.freeze);
  }

  /** ModuleWrap::Link: one module a request, in their order; throws ERR_MODULE_LINK_MISMATCH for any other number. */
  link(modules: ArrayLike<object>): void {
    const record = ModuleWrapHandle.recordOf(this);
    if (modules.length !== record.requests.length) {
      throw nodeError(
        Error,
        'ERR_MODULE_LINK_MISMATCH',
        `linking error, expected ${record.requests.length} modules, got ${modules.length}`,
      );
    }
    mustAgree(record.requests, modules);
    record.dependencies = Array.from(modules, (wrap) => ModuleWrapHandle.recordOf(wrap));
  }

  /** ModuleWrap::Instantiate: throws ERR_VM_MODULE_LINK_FAILURE, or the SyntaxError of a name that is not there. */
  instantiate(): void {
    const record = ModuleWrapHandle.recordOf(this);
    mustBeLinked(record);
    instantiate(record, this.#parts.link);
  }

  /** ModuleWrap::Evaluate; `breakOnSigint` cannot be kept in a page. */
  evaluate(timeoutMs = -1, _breakOnSigint?: boolean): Promise<unknown> {
    const record = ModuleWrapHandle.recordOf(this);
    const { realm, language, link, evaluator, seals } = this.#parts;
    if (timeoutMs < 0) return evaluator.evaluate(record);
    // Does nothing until the clock runs: the modules are compiled before.
    let check = (): void => undefined;
    const guarded = guardGraph(
      record,
      ({ wrap }) => (wrap === undefined ? undefined : seals.get(wrap)),
      link,
      () => check(),
    );
    let evaluation: Promise<unknown> | undefined;
    try {
      return language.timeouts.run(timeoutMs, (guard) => {
        check = guard;
        return (evaluation = evaluator.evaluate(record));
      });
    } catch (error) {
      // No module keeps the end of its time as its error, and none has caught it.
      record.status = Status.errored;
      for (const member of guarded) if (member.status === Status.errored) member.error = undefined;
      // Thrown here: as a rejection it is handled.
      if (evaluation !== undefined) markHandled(realm.host.promiseThen, evaluation);
      throw error;
    }
  }

  /**
   * ModuleWrap::EvaluateSync, for require(): the namespace, or what a module threw.
   * Refuses graphs with top-level await.
   */
  evaluateSync(): object {
    const record = ModuleWrapHandle.recordOf(this);
    const { realm, evaluator, namespaces } = this.#parts;
    if (hasAsyncGraph(record)) {
      throw nodeError(
        Error,
        'ERR_REQUIRE_ASYNC_MODULE',
        'require() cannot be used on an ESM graph with top-level await. Use import() instead. ' +
          'To see where the top-level await comes from, use --experimental-print-required-tla.',
      );
    }
    try {
      evaluator.evaluateSync(record);
    } catch (error) {
      throw markThrown(realm, error);
    }
    return namespaceOf(record, namespaces);
  }

  /** ModuleWrap::GetNamespace: before the module has run its names are there and in their dead zone. */
  getNamespace(): object {
    const record = ModuleWrapHandle.recordOf(this);
    if (record.exports === undefined)
      throw nodeError(Error, 'ERR_MODULE_NOT_INSTANTIATED', 'Module is not instantiated');
    declareEarly(record, this.#parts.link);
    return namespaceOf(record, this.#parts.namespaces, record.status < Status.evaluated);
  }

  /** ModuleWrap::GetStatus, one of `Status`. */
  getStatus(): number {
    return ModuleWrapHandle.recordOf(this).status;
  }

  /** ModuleWrap::GetError: what it failed with; undefined unless the status is errored. */
  getError(): unknown {
    return ModuleWrapHandle.recordOf(this).error;
  }

  /** ModuleWrap::SetSyntheticExport: also after the module has run; importers see the new value. */
  setExport(name: string, value: unknown): void {
    const record = ModuleWrapHandle.recordOf(this);
    if (record.kind !== 'synthetic' || !record.setExport(name, value))
      throw new ReferenceError(`Export '${name}' is not defined in module`);
  }

  /** ModuleWrap::SetModuleSourceObject: what `import source` of this module gives, a WebAssembly.Module. */
  setModuleSourceObject(object: object): void {
    ModuleWrapHandle.recordOf(this).sourceObject = object;
  }

  /** ModuleWrap::GetModuleSourceObject; throws ERR_SOURCE_PHASE_NOT_DEFINED where there is none. */
  getModuleSourceObject(): object {
    const record = ModuleWrapHandle.recordOf(this);
    if (record.sourceObject === undefined)
      throw nodeError(
        SyntaxError,
        'ERR_SOURCE_PHASE_NOT_DEFINED',
        `Source phase import object is not defined for module '${record.url}'`,
      );
    return record.sourceObject;
  }

  /** ModuleWrap::CreateCachedData: the engine gives none. */
  createCachedData(): Uint8Array {
    return cachedDataFor(this.#parts.realm, this.#parts.seals.get(this) ?? '');
  }
}
