import { mustGet } from '../../realm/private-slots.ts';
import type { Foreign, Realm } from '../../realm/realm.ts';
import type { KeptPlan } from '../cache/transforms.ts';
import { languageOf } from '../language/language-of.ts';
import { findSyntaxError } from '../language/syntax-errors.ts';
import { compileFunction } from './compile-function.ts';
import { decorate } from './decorate-error.ts';
import { shouldRetryAsModule } from './module-syntax.ts';

/** The parameters of CompileFunctionForCJSLoader, in their order. */
const COMMONJS_PARAMETERS = ['exports', 'require', 'module', '__filename', '__dirname'];

/**
 * What the CommonJS loader compiles with, and how it finds out that a text is a
 * module. Reference: CompileFunctionForCJSLoader, ShouldRetryAsESM and
 * ContainsModuleSyntax in Node src/node_contextify.cc.
 */
export function createCommonJsCompiler(realm: Realm): Foreign {
  const language = languageOf(realm);
  const defaultReferrer = mustGet(realm.symbols, 'vm_dynamic_import_default_internal');
  const hostDefinedOption = mustGet(realm.privateSymbols, 'host_defined_option_symbol');

  const compileCommonJs = (source: string, file: string, kept?: KeptPlan): ((...values: unknown[]) => unknown) =>
    compileFunction(language, {
      source,
      file,
      parameters: COMMONJS_PARAMETERS,
      lineOffset: 0,
      columnOffset: 0,
      referrer: defaultReferrer,
      kept,
    });

  // Compiles and forgets it: only the error counts. An async body is what a module's text is nearest to.
  const compileAsync = (source: string): SyntaxError | undefined => {
    try {
      // A hashbang is one only at the start of a script.
      Reflect.construct(realm.host.classes.AsyncFunction, [source.startsWith('#!') ? `//${source}` : source]);
      // Legal in a function, not in a module.
      const place = /\breturn\b/.test(source) ? findSyntaxError(source, 'module', language.loadParse) : undefined;
      return place === undefined ? undefined : new SyntaxError('Illegal return statement');
    } catch (error) {
      return mustBeSyntaxError(error);
    }
  };

  const isModule = (error: unknown, source: string): boolean =>
    shouldRetryAsModule(mustBeSyntaxError(error).message, source, compileAsync);

  return {
    /**
     * CompileFunctionForCJSLoader: `function` undefined and `canParseAsESM` true where the text can only be a
     * module. Throws the decorated SyntaxError otherwise.
     */
    compileFunctionForCJSLoader(source: string, file: string, _isSeaMain: boolean, detectModule: boolean): object {
      let compiled: ((...values: unknown[]) => unknown) | undefined;
      let canParseAsESM = false;
      try {
        compiled = language.withCompileCache(source, file, 'CommonJS', (kept) => compileCommonJs(source, file, kept));
      } catch (error) {
        canParseAsESM = detectModule && isModule(error, source);
        if (!canParseAsESM) {
          // Typed "commonjs" by its package: it fails, but with a hint.
          if (!detectModule && isModule(error, source)) warnOfModule(realm, file);
          throw decorate(realm, file, source, error);
        }
      }
      // import() in the function finds its referrer by this.
      if (compiled !== undefined) hostDefinedOption.set(compiled, defaultReferrer);
      return {
        __proto__: null,
        cachedDataRejected: false,
        sourceMapURL: language.sourceMapUrl(source, 'script'),
        sourceURL: undefined,
        function: compiled,
        canParseAsESM,
      };
    },

    /**
     * ContainsModuleSyntax: whether the text fails as CommonJS and would do as a module.
     * Never throws a SyntaxError.
     */
    containsModuleSyntax(source: string, file: string, _resourceName?: string, noCommonJsVariables?: unknown): boolean {
      try {
        // Eval code is no function body of a module: `const __filename` is its own affair.
        if (noCommonJsVariables === undefined) compileCommonJs(source, file);
        else
          compileFunction(language, {
            source,
            file,
            parameters: [],
            lineOffset: 0,
            columnOffset: 0,
            referrer: defaultReferrer,
          });
        return false;
      } catch (error) {
        return isModule(error, source);
      }
    },
  };
}

function warnOfModule(realm: Realm, file: string): void {
  const warning =
    `Failed to load the ES module: ${file}. ` +
    'Make sure to set "type": "module" in the nearest package.json file or use the .mjs extension.';
  realm.requireBuiltin('internal/process/warning').emitWarningSync(warning);
}

function mustBeSyntaxError(error: unknown): SyntaxError {
  if (error instanceof SyntaxError) return error;
  throw error;
}
