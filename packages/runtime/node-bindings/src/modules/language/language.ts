import type { HostGlobals } from '../../realm/host-globals.ts';
import type { ContinuationFrame } from '../../realm/language-hooks.ts';
import type { PromiseHooks } from '../../realm/promise-hooks.ts';
import type { Foreign } from '../../realm/realm.ts';
import {
  EVALUATION_PHASE,
  SOURCE_PHASE,
  helperNames,
  mayNeedTransform,
  planScript,
  type LoadParse,
  isParseError,
  parseText,
  type Goal,
} from '@slipway/module-transform';
import type { CodeType, CompileCache } from '../cache/compile-cache.ts';
import type { TransformCache } from '../cache/transform-cache.ts';
import { NOTHING_TO_DO, Transforms, type KeptPlan } from '../cache/transforms.ts';
import { ScriptTimeouts } from '../contextify/script-timeout.ts';
import { withoutCompilerHints } from './compiler-hints.ts';
import { inlinedMap } from './inlined-map.ts';
import { sourceMapUrl } from './magic-comments.ts';
import { isOwnFile } from './own-file.ts';
import { createContinuation, type Continuation } from './continuation.ts';
import { CompiledScripts, type CompiledScript } from './scripts.ts';

/**
 * lib's importModuleDynamicallyCallback: answers a promise of the namespace; `referrer` is the host-defined option.
 */
export type ImportCallback = (
  referrer: symbol,
  specifier: string,
  phase: number,
  attributes: object,
  referrerName: string,
) => unknown;
/** lib's initializeImportMetaObject: fills `meta` for the module behind `wrap`, before its body runs. */
export type ImportMetaCallback = (referrer: symbol, meta: object, wrap: Foreign) => void;

/** CreateDynamicFunction, ECMA-262 20.2.1.1.1: the parameters take one line, their end another. */
const BODY_LINE = 3;

/**
 * What the bindings of this folder share in one realm: how text becomes code,
 * where `import()` goes, how the frame is carried.
 */
export class Language {
  readonly continuation: Continuation;
  readonly scripts = new CompiledScripts();
  readonly transforms: Transforms;
  /** Of the vm scripts and modules that run now. */
  readonly timeouts: ScriptTimeouts;
  /** Plans shared between processes; `undefined` until there is a file system. */
  sharedCache: (() => TransformCache | undefined) | undefined;
  /** The text of a file; `undefined` until there is a file system, and where there is no such file. */
  readFile: (path: string) => string | undefined = () => undefined;
  /** Plans on disk, where a program asked for that. */
  compileCache: CompileCache | undefined;
  /** acorn's `parse`, from lib, where Node has it for the REPL: loaded with the first text that needs a parser. */
  readonly loadParse: LoadParse;
  /** --allow-natives-syntax; direct eval is looked at then in every script. */
  allowsNatives: () => boolean = () => false;
  importCallback: ImportCallback | undefined;
  importMetaCallback: ImportMetaCallback | undefined;
  readonly #host: HostGlobals;
  readonly #requireBuiltin: (id: string) => Foreign;
  #scripts = 0;

  constructor(
    host: HostGlobals,
    frame: ContinuationFrame,
    hooks: PromiseHooks,
    requireBuiltin: (id: string) => Foreign,
  ) {
    this.#host = host;
    this.#requireBuiltin = requireBuiltin;
    this.timeouts = new ScriptTimeouts(() => host.performanceNow());
    this.continuation = createContinuation(frame, host.classes.Promise, host.promiseThen, hooks);
    this.loadParse = () => requireBuiltin('internal/deps/acorn/acorn/dist/acorn').parse;
    this.transforms = new Transforms(
      this.loadParse,
      () => this.sharedCache?.(),
      () => this.allowsNatives(),
    );
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
    // Nothing to look up: reading a file of the cache would cost more than it saves.
    if (type === 'CommonJS' && !cache.isWatched && !mayNeedTransform(source)) {
      const compiled = compile();
      cache.leaveUntouched(source, file, NOTHING_TO_DO);
      return compiled;
    }
    const entry = cache.entry(source, file, type);
    let made = '';
    const result = compile({
      known: entry.value,
      made: (plan) => {
        made = plan;
      },
    });
    cache.compiled(entry, false, () => made);
    return result;
  }

  nextScriptNumber(): number {
    return ++this.#scripts;
  }

  /** Evaluates an expression in the global scope under the name of its script. */
  compile(code: string, script: CompiledScript): unknown {
    // The name is a comment at the end; the engine knows the script by it.
    return this.#host.indirectEval(code + this.#reachableMap(code, script) + this.scripts.register(script));
  }

  /** A magic comment with the map of a script of the program's own, where its text only names a file. */
  #reachableMap(code: string, { file, firstLineShift, bodyLine = 1 }: CompiledScript): string {
    if (!isOwnFile(file)) return '';
    const name = sourceMapUrl(code);
    if (name === undefined || /^[a-z][a-z\d+.-]*:/i.test(name)) return '';
    const path = decodePath(file.replace(/^file:\/\//, '').replace(/[?#].*$/, ''), file.startsWith('file:'));
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    const mapPath = name.startsWith('/') ? name : `${folder}${decodePath(name, true)}`;
    const text = this.readFile(mapPath);
    if (text === undefined) return '';
    const url = inlinedMap(text, `file://${encodeURI(mapPath)}`, { line: bodyLine - 1, column: firstLineShift });
    return url === undefined ? '' : `\n//# sourceMappingURL=${url}`;
  }

  /**
   * The function of a body that is the author's text: the engine's constructor
   * takes only what is one body and one list of parameters, so that no text can
   * close its function and go on outside of it. Nothing of it runs.
   */
  compileBody(
    parameters: readonly string[],
    body: string,
    script: Omit<CompiledScript, 'firstLineShift' | 'bodyLine'>,
  ): unknown {
    const url = this.scripts.register({ ...script, firstLineShift: 0, bodyLine: BODY_LINE });
    const { Function: NativeFunction } = this.#host.classes;
    return Object.defineProperty(new NativeFunction(...parameters, `${body}${url}`), 'name', {
      value: '',
      configurable: true,
    });
  }

  /** Throws the engine's SyntaxError where the text is no body of a function. */
  checkBody(body: string): void {
    const { Function: NativeFunction } = this.#host.classes;
    Reflect.construct(NativeFunction, [body]);
  }

  /** What a transformed text of this referrer calls, in the order of `helperParameters`. */
  helpers(referrer: symbol, file: string, prefix: string): unknown[] {
    const { awaited, asyncIterable, takeFrame, operand, resumed, caught } = this.continuation;
    return [
      this.importFunction(referrer, file),
      awaited,
      asyncIterable,
      this.evalText(prefix),
      takeFrame,
      operand,
      resumed,
      caught,
      this.importFunction(referrer, file, SOURCE_PHASE),
    ];
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
  importFunction(
    referrer: symbol,
    referrerName: string,
    phase = EVALUATION_PHASE,
  ): (specifier: unknown, options?: unknown) => Promise<unknown> {
    const NativePromise = this.#host.classes.Promise;
    return (specifier, options) => {
      // import() never throws: what goes wrong rejects.
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

/** A URL's path as the file system names it; one that is badly encoded names nothing else. */
function decodePath(path: string, isUrl: boolean): string {
  try {
    return isUrl ? decodeURIComponent(path) : path;
  } catch (error) {
    if (error instanceof URIError) return path;
    throw error;
  }
}

/**
 * The attributes of `import(x, { with: { type: 'json' } })`: EvaluateImportCall, steps 10 to 15. Throws TypeError
 * for options of another shape.
 */
function readAttributes(options: unknown): object {
  const attributes = Object.create(null) as Record<string, string>;
  if (options === undefined) return attributes;
  if (typeof options !== 'object' || options === null)
    throw new TypeError('The second argument of import() must be an object');
  const given = (options as { with?: unknown }).with;
  if (given === undefined) return attributes;
  if (typeof given !== 'object' || given === null) throw new TypeError("The 'with' option must be an object");
  for (const [key, value] of Object.entries(given)) {
    if (typeof value !== 'string') throw new TypeError('Import attribute value must be a string');
    attributes[key] = value;
  }
  return attributes;
}
