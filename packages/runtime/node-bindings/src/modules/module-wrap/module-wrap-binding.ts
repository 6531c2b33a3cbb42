/**
 * internalBinding('module_wrap'). Reference: src/module_wrap.cc; each member
 * names the C++ function it stands for.
 */
import { mustGet } from '../../realm/private-slots.ts';
import type { Foreign, Realm } from '../../realm/realm.ts';
import type { Language } from '../language/language.ts';
import { EVALUATION_PHASE, SOURCE_PHASE } from '@slipway/module-transform';
import { Evaluator } from './evaluate.ts';
import { execute, executeAsync, nameDefault } from './execute.ts';
import { instantiate, type LinkParts } from './instantiate.ts';
import { createLinkParts } from './link-parts.ts';
import { Status } from './module-record.ts';
import { type ModuleParts, ModuleWrapHandle, type ModuleWrapArguments } from './module-wrap-handle.ts';
import { namespaceOf, settleNamespace, type NamespaceParts } from './namespace.ts';
import { placeOfAwait } from './places.ts';
import { createSourceText } from './source-text.ts';
import { languageOf } from '../language/language-of.ts';

/**
 * The facade that require() of an ES module with `__esModule` semantics gets: everything of the original, its
 * default, and the flag that tools made by Babel look for.
 */
const FACADE_SOURCE = "export * from 'original'; export { default } from 'original'; export const __esModule = true;";

/** ModuleWrap::CreatePerIsolateProperties and CreatePerContextProperties. */
export function createModuleWrapBinding(realm: Realm): Foreign {
  const language = languageOf(realm);
  const hostDefinedOption = mustGet(realm.privateSymbols, 'host_defined_option_symbol');
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
  // The first of them is enough: Node prints one place.
  realm.stack.unsettledAwait = () => {
    for (const module of evaluator.suspended) return placeOfAwait(module, realm);
    return undefined;
  };

  const parts: ModuleParts = { realm, language, link, namespaces, evaluator, seals: new WeakMap() };
  // lib takes the prototype's prototype away, so methods have to stand on this very one: a copy and no subclass.
  function ModuleWrap(...given: ModuleWrapArguments): object {
    return Reflect.construct(ModuleWrapHandle, [parts, ...given], new.target ?? ModuleWrap);
  }
  ModuleWrap.prototype = Object.create(Object.prototype, {
    ...Object.getOwnPropertyDescriptors(ModuleWrapHandle.prototype),
    constructor: { value: ModuleWrap, writable: true, configurable: true },
  }) as ModuleWrapHandle;

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
    /** ModuleWrap::CreateRequiredModuleFacade: the namespace that require() gives; the original has run already. */
    createRequiredModuleFacade(wrap: object): object {
      const facade = createSourceText(
        'node:internal/require_module_default_facade',
        FACADE_SOURCE,
        link,
        language,
        realm,
      );
      facade.dependencies = [ModuleWrapHandle.recordOf(wrap)];
      instantiate(facade, link);
      evaluator.evaluateSync(facade);
      return namespaceOf(facade, namespaces);
    },
    /** ThrowIfPromiseRejected: throws only what is known of the promise (see PromiseTracker), else does nothing. */
    throwIfPromiseRejected(promise: Promise<unknown>) {
      const [state, value] = realm.promises.detailsOf(promise);
      if (state === 2) throw value;
    },
  };
}
