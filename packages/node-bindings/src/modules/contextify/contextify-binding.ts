/** internalBinding('contextify'). Reference: src/node_contextify.cc. */
import { mustGet } from '../../boot/private-slots.ts';
import type { Foreign, Realm } from '../../realm.ts';
import { hasV8Flag } from '../../system/v8-flags.ts';
import type { KeptPlan } from '../cache/transforms.ts';
import { installStackTraces } from '../stack/stack-traces.ts';
import { cachedDataFor, isRejected } from './cached-data.ts';
import { compileFunction } from './compile-function.ts';
import { shouldRetryAsModule } from './module-syntax.ts';
import { contextOf, makeContext, scopeFor } from './emulated-context.ts';
import { decorate } from './decorate-error.ts';
import { createContextifyScript } from './contextify-script.ts';
import { SigintWatchdog } from './sigint-watchdog.ts';

const COMMONJS_PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

export function createContextifyBinding(realm: Realm): Foreign {
  const { language, symbols } = realm;
  const sigint = new SigintWatchdog(realm);
  const defaultReferrer = mustGet(symbols, 'vm_dynamic_import_default_internal');
  const hostDefinedOption = mustGet(realm.privateSymbols, 'host_defined_option_symbol');
  let allowsNatives: boolean | undefined;
  language.allowsNatives = () => (allowsNatives ??= hasV8Flag(realm, 'allow-natives-syntax'));
  // lib has put its own prepareStackTrace in place by now; it moves behind ours.
  installStackTraces(realm);

  const compileCommonJs = (source: string, file: string, kept?: KeptPlan): ((...values: unknown[]) => unknown) =>
    compileFunction(language, { source, file, parameters: COMMONJS_PARAMETERS, lineOffset: 0, columnOffset: 0, referrer: defaultReferrer, kept });

  const compileAsync = (source: string): SyntaxError | undefined => {
    try {
      void realm.host.indirectEval(`(async function() {${source}\n})`);
      return undefined;
    } catch (error) {
      return mustBeSyntaxError(error);
    }
  };

  const isModule = (error: unknown, source: string): boolean => shouldRetryAsModule(mustBeSyntaxError(error).message, source, compileAsync);

  return {
    ContextifyScript: createContextifyScript(realm),
    makeContext: (sandbox: object | symbol, ...rest: unknown[]) => makeContext(realm, sandbox, rest.at(-1)),

    /** ContextifyFunction::CompileFunction */
    compileFunction(source: string, file: string, lineOffset: number, columnOffset: number, cachedData: ArrayBufferView | undefined, produceCachedData: boolean,
      parsingContext: object | undefined, extensions: readonly object[] | undefined, parameters: readonly string[] | undefined, referrer: symbol | undefined): object {
      const context = parsingContext === undefined ? [] : [scopeFor(realm, contextOf(realm, parsingContext), [])];
      const scopes = [...context, ...(extensions ?? [])];
      const symbol = referrer ?? Symbol(file);
      const compiled = decorated(realm, file, source, () => compileFunction(language, { source, file, parameters: parameters ?? [], lineOffset, columnOffset, referrer: symbol, scopes }));
      hostDefinedOption.set(compiled, symbol);
      return {
        __proto__: null, function: compiled, sourceMapURL: language.sourceMapUrl(source, 'script'), sourceURL: undefined,
        ...(cachedData !== undefined && { cachedDataRejected: isRejected(realm, source, cachedData) }),
        ...(produceCachedData && { cachedDataProduced: true, cachedData: cachedDataFor(realm, source) }),
      };
    },

    /** CompileFunctionForCJSLoader */
    compileFunctionForCJSLoader(source: string, file: string, _isSeaMain: boolean, detectModule: boolean): object {
      let compiled: ((...values: unknown[]) => unknown) | undefined;
      let canParseAsESM = false;
      try {
        compiled = language.withCompileCache(source, file, 'CommonJS', (kept) => compileCommonJs(source, file, kept));
      } catch (error) {
        canParseAsESM = detectModule && isModule(error, source);
        if (!canParseAsESM) {
          if (!detectModule && isModule(error, source)) warnOfModule(realm, file);
          throw decorate(realm, file, source, error);
        }
      }
      if (compiled !== undefined) hostDefinedOption.set(compiled, defaultReferrer);
      return { __proto__: null, cachedDataRejected: false, sourceMapURL: language.sourceMapUrl(source, 'script'), sourceURL: undefined, function: compiled, canParseAsESM };
    },

    /** ContainsModuleSyntax */
    containsModuleSyntax(source: string, file: string, _resourceName?: string, noCommonJsVariables?: unknown): boolean {
      try {
        // Eval code is no function body of a module: `const __filename` is its own affair.
        if (noCommonJsVariables === undefined) void compileCommonJs(source, file);
        else void compileFunction(language, { source, file, parameters: [], lineOffset: 0, columnOffset: 0, referrer: defaultReferrer });
        return false;
      } catch (error) {
        return isModule(error, source);
      }
    },

    startSigintWatchdog: () => sigint.start(),
    stopSigintWatchdog: () => sigint.stop(),
    watchdogHasPendingSigint: () => sigint.pending,
    measureMemory(): never {
      throw new Error('Cannot measure memory: the engine does not tell a page');
    },
    constants: { measureMemory: { mode: { SUMMARY: 0, DETAILED: 1 }, execution: { DEFAULT: 0, EAGER: 1 } } },
  };
}

function warnOfModule(realm: Realm, file: string): void {
  const warning = `Failed to load the ES module: ${file}. Make sure to set "type": "module" in the nearest package.json file or use the .mjs extension.`;
  realm.requireBuiltin('internal/process/warning').emitWarningSync(warning);
}

function mustBeSyntaxError(error: unknown): SyntaxError {
  if (error instanceof SyntaxError) return error;
  throw error;
}

function decorated<Result>(realm: Realm, file: string, source: string, compile: () => Result): Result {
  try {
    return compile();
  } catch (error) {
    throw decorate(realm, file, source, error);
  }
}
