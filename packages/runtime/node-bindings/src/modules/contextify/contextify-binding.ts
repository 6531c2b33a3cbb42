/**
 * internalBinding('contextify'). Reference: src/node_contextify.cc. A worker has one global object: contexts of
 * `vm` are scopes put around the text, see emulated-context.ts.
 */
import { mustGet } from '../../realm/private-slots.ts';
import type { Foreign, Realm } from '../../realm/realm.ts';
import { hasV8Flag } from '../../system/v8-flags.ts';
import { installStackTraces } from '../stack/stack-traces.ts';
import { cachedDataFor, isRejected } from './cached-data.ts';
import { createCommonJsCompiler } from './commonjs-compiler.ts';
import { compileFunction } from './compile-function.ts';
import { contextOf, makeContext, scopeFor } from './emulated-context.ts';
import { decorate } from './decorate-error.ts';
import { createContextifyScript } from './contextify-script.ts';
import { SigintWatchdog } from './sigint-watchdog.ts';
import { languageOf } from '../language/language-of.ts';

/** ContextifyContext::New, CompileFunction, the watchdog; scripts are `ContextifyScript`. */
export function createContextifyBinding(realm: Realm): Foreign {
  const language = languageOf(realm);
  const sigint = new SigintWatchdog(realm);
  const hostDefinedOption = mustGet(realm.privateSymbols, 'host_defined_option_symbol');
  let allowsNatives: boolean | undefined;
  language.allowsNatives = () => (allowsNatives ??= hasV8Flag(realm, 'allow-natives-syntax'));
  // lib has put its own prepareStackTrace in place by now; it moves behind ours.
  installStackTraces(realm);

  return {
    ContextifyScript: createContextifyScript(realm),
    // The host-defined option is the last of makeContext's arguments; name,
    // origin and switches change nothing here.
    makeContext: (sandbox: object | symbol, ...rest: unknown[]) => makeContext(realm, sandbox, rest.at(-1)),

    /** ContextifyFunction::CompileFunction (vm.compileFunction); throws the decorated SyntaxError. */
    compileFunction(
      source: string,
      file: string,
      lineOffset: number,
      columnOffset: number,
      cachedData: ArrayBufferView | undefined,
      produceCachedData: boolean,
      parsingContext: object | undefined,
      extensions: readonly object[] | undefined,
      parameters: readonly string[] | undefined,
      referrer: symbol | undefined,
    ): object {
      const context = parsingContext === undefined ? [] : [scopeFor(realm, contextOf(realm, parsingContext), [])];
      // Extensions are nearer than the context.
      const scopes = [...context, ...(extensions ?? [])];
      const symbol = referrer ?? Symbol(file);
      const compiled = decorated(realm, file, source, () =>
        compileFunction(language, {
          source,
          file,
          parameters: parameters ?? [],
          lineOffset,
          columnOffset,
          referrer: symbol,
          scopes,
        }),
      );
      hostDefinedOption.set(compiled, symbol);
      return {
        __proto__: null,
        function: compiled,
        sourceMapURL: language.sourceMapUrl(source, 'script'),
        sourceURL: undefined,
        ...(cachedData !== undefined && { cachedDataRejected: isRejected(realm, source, cachedData) }),
        ...(produceCachedData && { cachedDataProduced: true, cachedData: cachedDataFor(realm, source) }),
      };
    },

    ...createCommonJsCompiler(realm),
    startSigintWatchdog: () => sigint.start(),
    stopSigintWatchdog: () => sigint.stop(),
    watchdogHasPendingSigint: () => sigint.pending,
    measureMemory(): never {
      throw new Error('Cannot measure memory: the engine does not tell a page');
    },
    constants: { measureMemory: { mode: { SUMMARY: 0, DETAILED: 1 }, execution: { DEFAULT: 0, EAGER: 1 } } },
  };
}

function decorated<Result>(realm: Realm, file: string, source: string, compile: () => Result): Result {
  try {
    return compile();
  } catch (error) {
    throw decorate(realm, file, source, error);
  }
}
