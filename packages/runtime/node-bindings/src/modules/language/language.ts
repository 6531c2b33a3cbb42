/**
 * What the bindings of this folder share in one realm: how text becomes code,
 * where `import()` goes, how the frame is carried.
 */
import type { HostGlobals } from '../../boot/host-globals.ts';
import type { ContinuationFrame } from '../../boot/language-hooks.ts';
import type { PromiseHooks } from '../../core/promise-hooks.ts';
import type { Foreign } from '../../realm.ts';
import { EVALUATION_PHASE, SOURCE_PHASE } from '../transform/tables.ts';
import { helperNames } from '../transform/names.ts';
import { mayNeedTransform, planScript, type LoadParse } from '../transform/transform.ts';
import type { CodeType, CompileCache } from '../cache/compile-cache.ts';
import type { TransformCache } from '../cache/transform-cache.ts';
import { NOTHING_TO_DO, Transforms, type KeptPlan } from '../cache/transforms.ts';
import { isParseError, parseText } from '../transform/syntax-tree.ts';
import { ScriptTimeouts } from '../contextify/script-timeout.ts';
import type { Goal } from '../transform/scan-state.ts';
import { withoutCompilerHints } from './compiler-hints.ts';
import { sourceMapUrl } from './magic-comments.ts';
import { createContinuation, type Continuation } from './continuation.ts';
import { CompiledScripts, type CompiledScript } from './scripts.ts';

/** lib's importModuleDynamicallyCallback. */
export type ImportCallback = (referrer: symbol, specifier: string, phase: number, attributes: object, referrerName: string) => unknown;
/** lib's initializeImportMetaObject. */
export type ImportMetaCallback = (referrer: symbol, meta: object, wrap: Foreign) => void;


export class Language {
  readonly continuation: Continuation;
  readonly scripts = new CompiledScripts();
  readonly transforms: Transforms;
  /** Of the vm scripts and modules that run now. */
  readonly timeouts: ScriptTimeouts;
  /** Plans shared between processes; `undefined` until there is a file system. */
  sharedCache: (() => TransformCache | undefined) | undefined;
  /** Plans on disk, where a program asked for that. */
  compileCache: CompileCache | undefined;
  /** Loads acorn from lib. */
  readonly loadParse: LoadParse;
  /** --allow-natives-syntax; direct eval is looked at then in every script. */
  allowsNatives: () => boolean = () => false;
  importCallback: ImportCallback | undefined;
  importMetaCallback: ImportMetaCallback | undefined;
  readonly #host: HostGlobals;
  readonly #requireBuiltin: (id: string) => Foreign;
  #scripts = 0;

  constructor(host: HostGlobals, frame: ContinuationFrame, hooks: PromiseHooks, requireBuiltin: (id: string) => Foreign) {
    this.#host = host;
    this.#requireBuiltin = requireBuiltin;
    this.timeouts = new ScriptTimeouts(() => host.performanceNow());
    this.continuation = createContinuation(frame, host.classes.Promise, host.promiseThen, hooks);
    this.loadParse = () => requireBuiltin('internal/deps/acorn/acorn/dist/acorn').parse;
    this.transforms = new Transforms(this.loadParse, () => this.sharedCache?.(), () => this.allowsNatives());
  }

  /**
   * The source map a text names. Whether that stands in a comment is looked at
   * only where maps are used: it takes the parser.
   */
  sourceMapUrl(source: string, goal: Goal): string | undefined {
    if (sourceMapUrl(source) === undefined || !this.#usesSourceMaps()) return sourceMapUrl(source);
    const comments: { readonly start: number; readonly end: number }[] = [];
    try {
      parseText(this.loadParse(), source, goal, (start, end) => comments.push({ start, end }));
    } catch (error) {
      if (!isParseError(error)) throw error;
      return sourceMapUrl(source);
    }
    return sourceMapUrl(source, (at) => comments.some(({ start, end }) => start < at && at < end));
  }

  #usesSourceMaps(): boolean {
    return this.#requireBuiltin('internal/source_map/source_map_cache').getSourceMapsSupport().enabled === true;
  }

  /** Compiles with what the compile cache knows of this text; a text that does not compile is not kept. */
  withCompileCache<Result>(source: string, file: string, type: CodeType, compile: (kept?: KeptPlan) => Result): Result {
    const cache = this.compileCache;
    if (cache === undefined) return compile();
    if (type === 'CommonJS' && !cache.isWatched && !mayNeedTransform(source)) {
      const compiled = compile();
      cache.leaveUntouched(source, file, NOTHING_TO_DO);
      return compiled;
    }
    const entry = cache.entry(source, file, type);
    let made = '';
    const result = compile({ known: entry.value, made: (plan) => { made = plan; } });
    cache.compiled(entry, false, () => made);
    return result;
  }

  nextScriptNumber(): number {
    return ++this.#scripts;
  }

  /** Evaluates an expression in the global scope under the name of its script. */
  compile(code: string, script: CompiledScript): unknown {
    return this.#host.indirectEval(code + this.scripts.register(script));
  }

  /** What a transformed text of this referrer calls, in the order of `helperParameters`. */
  helpers(referrer: symbol, file: string, prefix: string): unknown[] {
    const { awaited, asyncIterable, takeFrame, operand, resumed, caught } = this.continuation;
    return [this.importFunction(referrer, file), awaited, asyncIterable, this.evalText(prefix), takeFrame, operand, resumed, caught, this.importFunction(referrer, file, SOURCE_PHASE)];
  }

  /**
   * What direct eval gets in place of its text. The text runs in the scope of
   * its caller, whose helpers have names with `prefix`.
   */
  evalText(prefix: string): (text: unknown) => unknown {
    return (text) => {
      if (typeof text !== 'string') return text;
      const readable = this.allowsNatives() ? withoutCompilerHints(text) : text;
      if (!mayNeedTransform(readable)) return readable;
      const { edits } = planScript(readable, this.loadParse, helperNames(prefix));
      return edits.apply(readable);
    };
  }

  /** The function behind `import(…)` of one referrer. Reference: ECMA-262 13.3.10.2 EvaluateImportCall. */
  importFunction(referrer: symbol, referrerName: string, phase = EVALUATION_PHASE): (specifier: unknown, options?: unknown) => Promise<unknown> {
    const NativePromise = this.#host.classes.Promise;
    return (specifier, options) => {
      try {
        // 13.3.10.3 step 7: a specifier that cannot be a string rejects.
        const text = typeof specifier === 'string' ? specifier : `${specifier as string}`;
        const attributes = readAttributes(options);
        if (this.importCallback === undefined) throw new Error('Cannot import: the module loader is not initialized');
        return NativePromise.resolve(this.importCallback(referrer, text, phase, attributes, referrerName));
      } catch (error) {
        return NativePromise.reject(error);
      }
    };
  }
}

/** Steps 10-15: `{ with: { type: 'json' } }`. */
function readAttributes(options: unknown): object {
  const attributes = Object.create(null) as Record<string, string>;
  if (options === undefined) return attributes;
  if (typeof options !== 'object' || options === null) throw new TypeError('The second argument of import() must be an object');
  const given = (options as { with?: unknown }).with;
  if (given === undefined) return attributes;
  if (typeof given !== 'object' || given === null) throw new TypeError("The 'with' option must be an object");
  for (const [key, value] of Object.entries(given)) {
    if (typeof value !== 'string') throw new TypeError('Import attribute value must be a string');
    attributes[key] = value;
  }
  return attributes;
}
