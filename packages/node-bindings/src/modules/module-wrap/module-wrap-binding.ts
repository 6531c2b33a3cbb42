/**
 * internalBinding('module_wrap'). Reference: src/module_wrap.cc; each member
 * names the C++ function it stands for.
 */
import { mustGet } from '../../boot/private-slots.ts';
import type { Foreign, Realm } from '../../realm.ts';
import type { KeptPlan } from '../cache/transforms.ts';
import type { Language } from '../language/language.ts';
import { arrowMessage, engineMessage, findSyntaxError, placeOf } from '../language/syntax-errors.ts';
import { assembleModule } from '../transform/assemble.ts';
import { isParseError } from '../transform/syntax-tree.ts';
import { EVALUATION_PHASE, SOURCE_PHASE } from '../transform/tables.ts';
import { nodeError } from './errors.ts';
import { Evaluator } from './evaluate.ts';
import { bodyArguments, declareEarly, instantiate, type LinkFailure, type LinkParts } from './instantiate.ts';
import { guardGraph } from './guard-graph.ts';
import { Status, SourceTextRecord, SyntheticRecord, type ModuleRecord } from './module-record.ts';
import { namespaceOf, settleNamespace, type NamespaceParts } from './namespace.ts';
import { findSpecifier, placeOfAwait } from './places.ts';
import { markThrown, recaptureStack } from '../contextify/decorate-error.ts';
import { contextOf, inScopes, scopeFor } from '../contextify/emulated-context.ts';
import { cachedDataFor, isRejected } from '../contextify/cached-data.ts';

/** A module as lib's translators make it; exports of one that looks like Babel's output. */
const FACADE_SOURCE = "export * from 'original'; export { default } from 'original'; export const __esModule = true;";

export function createModuleWrapBinding(realm: Realm): Foreign {
  const { language } = realm;
  const records = new WeakMap<object, ModuleRecord>();
  /** Texts of modules that a program made itself, for `createCachedData`. */
  const seals = new WeakMap<object, string>();
  const hostDefinedOption = mustGet(realm.privateSymbols, 'host_defined_option_symbol');
  const defaultReferrer = mustGet(realm.symbols, 'source_text_module_default_hdo');
  const namespaces: NamespaceParts = { brand: realm.namespaces, proxies: realm.proxies };
  const link: LinkParts = createLinkParts(realm, namespaces, (record) => hostDefinedOption.get(record.wrap) as symbol);
  const evaluator = new Evaluator({
    Promise: realm.host.classes.Promise,
    then: realm.host.promiseThen,
    continuation: language.continuation,
    execute: (module) => execute(module, link),
    executeAsync: (module) => executeAsync(module, link),
    evaluated: (module) => {
      if (module.kind === 'source-text' && module.tables.anonymousDefault !== 'none') nameDefault(module);
      if (module.namespace !== undefined) settleNamespace(module, module.namespace, namespaces);
    },
  });
  realm.stack.unsettledAwait = () => {
    for (const module of evaluator.suspended) return placeOfAwait(module, realm);
    return undefined;
  };

  const recordOf = (wrap: object): ModuleRecord => {
    const record = records.get(wrap);
    if (record === undefined) throw new TypeError('Illegal invocation');
    return record;
  };

  class ModuleWrap {
    declare readonly url: string;
    declare readonly sourceMapURL: string | undefined;
    declare readonly sourceURL: string | undefined;

    /**
     * ModuleWrap::New
     *   (url, context, source, lineOffset, columnOffset[, symbol | cachedData])
     *   (url, context, exportNames, evaluationSteps[, cjsModule])
     */
    constructor(url: string, context: unknown, content: string | readonly string[], ...rest: unknown[]) {
      const scope = context === undefined ? undefined : scopeFor(realm, contextOf(realm, context as object), []);
      let record: ModuleRecord;
      let symbol: unknown;
      if (typeof content === 'string') {
        symbol = rest[2];
        if (ArrayBuffer.isView(symbol) && isRejected(realm, content, symbol)) throw nodeError(Error, 'ERR_VM_MODULE_CACHED_DATA_REJECTED', 'cachedData buffer was rejected');
        if (symbol !== defaultReferrer) seals.set(this, content);
        record = symbol === defaultReferrer
          ? language.withCompileCache(content, url, 'ESM', (kept) => createSourceText(url, content, link, language, realm, kept))
          : createSourceText(url, content, link, language, realm, undefined, scope);
      } else {
        const steps = rest[0] as (this: ModuleWrap, wrap: ModuleWrap) => unknown;
        // lib finds out by it that a CommonJS module imports itself.
        if (rest[1] !== undefined) Object.assign(this, { [mustGet(realm.symbols, 'imported_cjs_symbol')]: rest[1] });
        record = new SyntheticRecord(url, content, () => Reflect.apply(steps, this, [this]), url.startsWith('vm:'));
      }
      record.wrap = this;
      records.set(this, record);
      hostDefinedOption.set(this, typeof symbol === 'symbol' ? symbol : Symbol(url));
      const isText = typeof content === 'string';
      // The own properties that the C++ sets, in its order.
      Object.assign(this, {
        ...(isText && { hasTopLevelAwait: record.hasTopLevelAwait }),
        sourceURL: undefined, sourceMapURL: isText ? language.sourceMapUrl(content, 'module') : undefined, synthetic: !isText, url,
      });
    }

    /** ModuleWrap::HasAsyncGraph */
    get hasAsyncGraph(): boolean {
      const record = recordOf(this);
      if (record.status < Status.instantiated) throw nodeError(Error, 'ERR_MODULE_NOT_INSTANTIATED', 'Module is not instantiated');
      return hasAsyncGraph(record);
    }

    /** ModuleWrap::GetModuleRequests */
    getModuleRequests(): Foreign[] {
      return recordOf(this).requests.map(({ specifier, attributes, phase }) => ({
        __proto__: null, specifier, attributes: Object.freeze(Object.assign(Object.create(null), attributes)) as object, phase,
      })).map(Object.freeze);
    }

    /** ModuleWrap::Link */
    link(modules: ArrayLike<object>): void {
      const record = recordOf(this);
      if (modules.length !== record.requests.length) {
        throw nodeError(Error, 'ERR_MODULE_LINK_MISMATCH', `linking error, expected ${record.requests.length} modules, got ${modules.length}`);
      }
      mustAgree(record.requests, modules);
      record.dependencies = Array.from(modules, recordOf);
    }

    /** ModuleWrap::Instantiate */
    instantiate(): void {
      const record = recordOf(this);
      mustBeLinked(record);
      instantiate(record, link);
    }

    /** ModuleWrap::Evaluate; `breakOnSigint` cannot be kept in a page. */
    evaluate(timeoutMs = -1, _breakOnSigint?: boolean): Promise<unknown> {
      const record = recordOf(this);
      if (timeoutMs < 0) return evaluator.evaluate(record);
      let check = (): void => undefined;
      const guarded = guardGraph(record, ({ wrap }) => (wrap === undefined ? undefined : seals.get(wrap)), link, () => check());
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
        if (evaluation !== undefined) void Reflect.apply(realm.host.promiseThen, evaluation, [undefined, () => undefined]);
        throw error;
      }
    }

    /** ModuleWrap::EvaluateSync */
    evaluateSync(): object {
      const record = recordOf(this);
      if (hasAsyncGraph(record)) {
        throw nodeError(Error, 'ERR_REQUIRE_ASYNC_MODULE', 'require() cannot be used on an ESM graph with top-level await. Use import() instead. To see where the top-level await comes from, use --experimental-print-required-tla.');
      }
      try {
        evaluator.evaluateSync(record);
      } catch (error) {
        throw markThrown(realm, error);
      }
      return namespaceOf(record, namespaces);
    }

    /** ModuleWrap::GetNamespace */
    getNamespace(): object {
      const record = recordOf(this);
      if (record.exports === undefined) throw nodeError(Error, 'ERR_MODULE_NOT_INSTANTIATED', 'Module is not instantiated');
      declareEarly(record, link);
      return namespaceOf(record, namespaces, record.status < Status.evaluated);
    }

    /** ModuleWrap::GetStatus */
    getStatus(): number {
      return recordOf(this).status;
    }

    /** ModuleWrap::GetError */
    getError(): unknown {
      return recordOf(this).error;
    }

    /** ModuleWrap::SetSyntheticExport */
    setExport(name: string, value: unknown): void {
      const record = recordOf(this);
      if (record.kind !== 'synthetic' || !record.setExport(name, value)) throw new ReferenceError(`Export '${name}' is not defined in module`);
    }

    /** ModuleWrap::SetModuleSourceObject */
    setModuleSourceObject(object: object): void {
      recordOf(this).sourceObject = object;
    }

    /** ModuleWrap::GetModuleSourceObject */
    getModuleSourceObject(): object {
      const record = recordOf(this);
      if (record.sourceObject === undefined) throw nodeError(SyntaxError, 'ERR_SOURCE_PHASE_NOT_DEFINED', `Source phase import object is not defined for module '${record.url}'`);
      return record.sourceObject;
    }

    /** ModuleWrap::CreateCachedData: the engine gives none. */
    createCachedData(): Uint8Array {
      return cachedDataFor(realm, seals.get(this) ?? '');
    }
  }

  return {
    ModuleWrap,
    kUninstantiated: Status.uninstantiated,
    kInstantiating: Status.instantiating,
    kInstantiated: Status.instantiated,
    kEvaluating: Status.evaluating,
    kEvaluated: Status.evaluated,
    kErrored: Status.errored,
    kSourcePhase: SOURCE_PHASE,
    kEvaluationPhase: EVALUATION_PHASE,
    setImportModuleDynamicallyCallback(callback: Language['importCallback']) {
      language.importCallback = callback;
    },
    setInitializeImportMetaObjectCallback(callback: Language['importMetaCallback']) {
      language.importMetaCallback = callback;
    },
    /** ModuleWrap::CreateRequiredModuleFacade */
    createRequiredModuleFacade(wrap: object): object {
      const facade = createSourceText('node:internal/require_module_default_facade', FACADE_SOURCE, link, language, realm);
      facade.dependencies = [recordOf(wrap)];
      instantiate(facade, link);
      evaluator.evaluateSync(facade);
      return namespaceOf(facade, namespaces);
    },
    /** ThrowIfPromiseRejected */
    throwIfPromiseRejected(promise: Promise<unknown>) {
      const [state, value] = realm.promises.detailsOf(promise);
      if (state === 2) throw value;
    },
  };
}

function createLinkParts(realm: Realm, namespaces: NamespaceParts, symbolOf: (record: SourceTextRecord) => symbol): LinkParts {
  const { language } = realm;
  return {
    language, namespaces,
    liveBody: (source) => language.transforms.liveModule(source),
    importMeta(record) {
      const meta = Object.create(null) as object;
      language.importMetaCallback?.(symbolOf(record), meta, record.wrap);
      return meta;
    },
    helpers: (record) => language.helpers(symbolOf(record), record.url, record.prefix),
    failure: (failure) => linkFailure(failure, realm),
    compile(record, code, shifts) {
      const script = { file: record.url, lineOffset: 0, columnOffset: 0, shifts };
      if (record.scope === undefined) return language.compile(code.text, { ...script, firstLineShift: code.firstLineShift }) as (...values: unknown[]) => unknown;
      const { text, shift } = inScopes(code.text, 1);
      return (language.compile(text, { ...script, firstLineShift: shift + code.firstLineShift }) as (scope: object) => (...values: unknown[]) => unknown)(record.scope);
    },
  };
}

function createSourceText(url: string, source: string, link: LinkParts, language: Language, realm: Realm, kept?: KeptPlan, scope?: object): SourceTextRecord {
  try {
    const { tables, body } = language.transforms.module(source, kept);
    const record = new SourceTextRecord(url, source, tables, body);
    record.scope = scope;
    // The text of a file can be read again.
    if (!/^(?:file|node):/.test(url) || /\[eval\d+\]$/.test(url)) language.scripts.keepText(url, source, 0);
    // The usual variant is compiled at once: syntax errors belong here. Linking may still want the other one.
    record.code = link.compile(record, assembleModule(tables, body, 'once'), body.shifts);
    return record;
  } catch (error) {
    throw syntaxError(error, url, source, realm);
  }
}

/** Gives a SyntaxError V8's words and the place. */
function syntaxError(error: unknown, url: string, source: string, realm: Realm): unknown {
  if (!(error instanceof SyntaxError)) return error;
  const place = isParseError(error) ? placeOf(source, error) : findSyntaxError(source, 'module', realm.language.loadParse);
  const reported = isParseError(error) ? new SyntaxError(engineMessage(source, error)) : error;
  recaptureStack(reported);
  if (place !== undefined) mustGet(realm.privateSymbols, 'arrow_message_private_symbol').set(reported, arrowMessage(url, source, place));
  return reported;
}

function linkFailure({ message, module, request, name }: LinkFailure, realm: Realm): SyntaxError {
  const error = new SyntaxError(message);
  recaptureStack(error);
  const source = module.source ?? '';
  const place = findSpecifier(source, module.requests[request]?.specifier ?? '', name, realm.language.loadParse);
  if (place !== undefined) mustGet(realm.privateSymbols, 'arrow_message_private_symbol').set(error, arrowMessage(module.url, source, place));
  return error;
}

/** v8::Module::InstantiateModule asks for every dependency; one that is not linked is an error. */
function mustBeLinked(root: ModuleRecord): void {
  const seen = new Set<ModuleRecord>();
  const visit = (record: ModuleRecord): void => {
    if (seen.has(record) || record.status !== Status.uninstantiated) return;
    seen.add(record);
    if (record.dependencies === undefined && (record.requests.length > 0 || (record === root && record.kind === 'source-text'))) {
      const [request] = record.requests;
      const message = record === root || request === undefined ? 'module is not linked' : `request for '${request.specifier}' can not be resolved on module '${record.url}' that is not linked`;
      throw nodeError(Error, 'ERR_VM_MODULE_LINK_FAILURE', message);
    }
    record.dependencies?.forEach((dependency, k) => {
      if (record.requests[k]?.phase === EVALUATION_PHASE) visit(dependency);
    });
  };
  visit(root);
}

/** Requests with the same key, whatever their phase, lead to the same module. */
function mustAgree(requests: ModuleRecord['requests'], modules: ArrayLike<object>): void {
  const known = new Map<string, object | undefined>();
  requests.forEach(({ specifier, attributes }, k) => {
    const key = JSON.stringify([specifier, Object.entries(attributes)]);
    if (known.has(key) && known.get(key) !== modules[k]) {
      throw nodeError(Error, 'ERR_MODULE_LINK_MISMATCH', `Module request '${specifier}' at index ${k} must be linked to the same module requested before`);
    }
    known.set(key, modules[k]);
  });
}

/** v8::Module::IsGraphAsync */
function hasAsyncGraph(root: ModuleRecord): boolean {
  const seen = new Set<ModuleRecord>();
  const visit = (record: ModuleRecord): boolean => {
    if (seen.has(record)) return false;
    seen.add(record);
    if (record.hasTopLevelAwait) return true;
    return record.requests.some(({ phase }, k) => {
      const dependency = record.dependencies?.[k];
      return phase === EVALUATION_PHASE && dependency !== undefined && visit(dependency);
    });
  };
  return visit(root);
}

function execute(module: ModuleRecord, link: LinkParts): void {
  if (module.kind === 'synthetic') {
    module.evaluationSteps();
    return;
  }
  module.source = undefined;
  if (module.generator !== undefined) void module.generator.next();
  else Reflect.apply(mustCode(module), undefined, bodyArguments(module, link));
}

function executeAsync(module: SourceTextRecord, link: LinkParts): Promise<unknown> {
  module.source = undefined;
  if (module.generator !== undefined) return module.generator.next() as Promise<unknown>;
  return Reflect.apply(mustCode(module), undefined, bodyArguments(module, link)) as Promise<unknown>;
}

function mustCode(module: SourceTextRecord): (...values: unknown[]) => unknown {
  if (module.code === undefined) throw new Error(`Cannot run "${module.url}": it was not compiled`);
  return module.code;
}

/** `export default () => {}` is named `default`; the binding behind it has another name here. */
function nameDefault(module: SourceTextRecord): void {
  const value = module.getter('default')?.();
  if (typeof value !== 'function') return;
  const name = Object.getOwnPropertyDescriptor(value, 'name');
  if (name?.configurable === true && typeof name.value === 'string' && /^__[a-z]{2}D$/.test(name.value)) {
    Object.defineProperty(value, 'name', { value: 'default', configurable: true });
  }
}
