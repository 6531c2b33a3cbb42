import { mustGet } from '../../realm/private-slots.ts';
import type { Foreign, Realm } from '../../realm/realm.ts';
import type { Language } from '../language/language.ts';
import {
  helperNames,
  helperParameters,
  makeBody,
  mayNeedTransform,
  namesOf,
  planScript,
  type TransformedScript,
  childrenOf,
  isParseError,
  parseText,
  patternNames,
  type Node,
} from '@slipway/module-transform';
import { cachedDataFor, isRejected } from './cached-data.ts';
import { decorate, decorateThrown } from './decorate-error.ts';
import { KEEP, type KeptNames, type ScriptRun } from './kept-names.ts';
import { guardScript } from './script-timeout.ts';
import { contextOf, runInEmulatedContext } from './emulated-context.ts';
import { languageOf } from '../language/language-of.ts';

/**
 * ContextifyScript: vm.Script and the scripts lib runs itself (`-e`, REPL).
 *
 * A script in this context is an indirect eval. That differs from a script in
 * two ways, one of which is mended: top-level `let`, `const` and `class` would
 * be local to it, so they are kept as accessors of the global object.
 */
export function createContextifyScript(realm: Realm): Foreign {
  const language = languageOf(realm);
  const hostDefinedOption = mustGet(realm.privateSymbols, 'host_defined_option_symbol');

  return class ContextifyScript {
    declare readonly sourceMapURL: string | undefined;
    readonly #source: string;
    readonly #file: string;
    readonly #lineOffset: number;
    readonly #columnOffset: number;
    readonly #referrer: symbol;
    readonly #top: TopLevelNames;
    #topInContext: TopLevelNames | undefined;

    /**
     * ContextifyScript::New: only checks and notes; the text is compiled when it runs,
     * as each context needs it otherwise.
     */
    constructor(
      source: string,
      file = 'evalmachine.<anonymous>',
      lineOffset = 0,
      columnOffset = 0,
      cachedData?: ArrayBufferView,
      produceCachedData?: boolean,
      _parsingContext?: object,
      referrer?: symbol,
    ) {
      this.#source = source.startsWith('#!') ? `//${source.slice(2)}` : source;
      this.#file = file;
      this.#lineOffset = lineOffset;
      this.#columnOffset = columnOffset;
      this.#referrer = referrer ?? Symbol(file);
      hostDefinedOption.set(this, this.#referrer);
      try {
        this.#top = topLevelNames(this.#source, false, realm);
      } catch (error) {
        throw decorate(realm, file, source, error, 'global');
      }
      // The text of a file can be read again; programs compile many.
      if (!/^(?:\/|file:)/.test(file)) language.scripts.keepText(file, source, lineOffset);
      Object.assign(this, {
        sourceMapURL: language.sourceMapUrl(source, 'script'),
        ...(cachedData !== undefined && { cachedDataRejected: isRejected(realm, source, cachedData) }),
      });
      if (produceCachedData === true)
        Object.assign(this, { cachedDataProduced: true, cachedData: cachedDataFor(realm, source) });
    }

    /** ContextifyScript::RunInContext; `breakOnSigint` cannot be kept in a page. */
    runInContext(
      sandbox: object | null,
      timeoutMs: number,
      displayErrors: boolean,
      _breakOnSigint: boolean,
      _breakOnFirstLine: boolean,
    ): unknown {
      // lib says -1 for "no limit".
      if (timeoutMs < 0) return this.#run(sandbox, displayErrors, this.#source, undefined);
      // A name that no other script has, since the function is global while the script runs.
      const guard = `__swLimit${language.nextScriptNumber()}`;
      const guarded = guardScript(this.#source, language.loadParse(), guard);
      return language.timeouts.run(timeoutMs, (check) =>
        this.#run(
          sandbox,
          displayErrors,
          guarded ?? this.#source,
          guarded === undefined ? undefined : { name: guard, check },
        ),
      );
    }

    /** `guard` is a function that the text calls in its loops. */
    #run(
      sandbox: object | null,
      displayErrors: boolean,
      source: string,
      guard: { readonly name: string; readonly check: () => void } | undefined,
    ): unknown {
      const transformed = transformWithOwnNames(language, source);
      const text = transformed?.text ?? source;
      const context = sandbox === null ? undefined : contextOf(realm, sandbox);
      // Which names a context has to know differs from the global case, so it is read once for each.
      const top = context === undefined ? this.#top : (this.#topInContext ??= topLevelNames(this.#source, true, realm));
      const prologue = keepNames(top, context !== undefined);
      const run = {
        text,
        prologue,
        assigned: top.assigned,
        shifts: transformed?.shifts ?? [],
        file: this.#file,
        lineOffset: this.#lineOffset,
        columnOffset: this.#columnOffset,
      };
      const helpers = transformed === undefined ? [] : language.helpers(this.#referrer, this.#file, transformed.prefix);
      const names = transformed === undefined ? [] : [...helperParameters(namesOf(transformed))];
      if (guard !== undefined) {
        names.push(guard.name);
        helpers.push(guard.check);
      }
      try {
        if (context !== undefined) return runInEmulatedContext(realm, context, run, names, helpers);
        const script = { file: this.#file, lineOffset: this.#lineOffset, columnOffset: this.#columnOffset };
        // The usual script: compiled as it stands, no column moves.
        if (names.length === 0 && prologue === '') return language.compile(text, { ...script, firstLineShift: 0 });
        return runWithHelpers(realm, run, names, helpers);
      } catch (error) {
        throw displayErrors ? decorateThrown(realm, error) : error;
      }
    }

    createCachedData(): Uint8Array {
      return cachedDataFor(realm, this.#source);
    }
  };
}

/**
 * Helpers of global code are global: each script has names of its own, since
 * `import()` of one must not resolve against another.
 */
function transformWithOwnNames(language: Language, source: string): TransformedScript | undefined {
  if (!mayNeedTransform(source)) return undefined;
  const plan = planScript(source, language.loadParse, helperNames(`__s${language.nextScriptNumber()}`));
  return plan.edits.length === 0 ? undefined : makeBody(plan, source);
}

/** Global code: functions of the script refer to the helpers for as long as they live. */
function runWithHelpers(realm: Realm, run: ScriptRun, names: readonly string[], values: readonly unknown[]): unknown {
  // Global properties, as the script's functions may run long after it.
  names.forEach((name, k) =>
    Object.defineProperty(globalThis, name, {
      value: values[k],
      writable: true,
      configurable: true,
      enumerable: false,
    }),
  );
  Object.defineProperty(globalThis, KEEP, {
    value: keepInGlobal,
    writable: true,
    configurable: true,
    enumerable: false,
  });
  return languageOf(realm).compile(`${run.prologue}${run.text}`, {
    file: run.file,
    firstLineShift: run.prologue.length,
    lineOffset: run.lineOffset,
    columnOffset: run.columnOffset,
    shifts: run.shifts,
  });
}

function keepInGlobal(names: KeptNames): void {
  for (const [name, [get, set]] of Object.entries(names)) {
    Object.defineProperty(globalThis, name, {
      get: orAbsent(get),
      ...(set !== undefined && { set }),
      enumerable: false,
      configurable: true,
    });
  }
}

/**
 * A name that is not initialised yet. The script itself refers to its own, so
 * who asks here reads a property of the global object, which natively is not
 * there: `const _ = require('lodash')` has lodash ask for `globalThis._`.
 */
function orAbsent(get: () => unknown): () => unknown {
  return () => {
    try {
      return get();
    } catch {
      return undefined;
    }
  };
}

/** What a script declares that would be local to an eval. */
export interface TopLevelNames {
  /** `let` and `class`: others may read and, but for classes of strict code, write them. */
  readonly lets: readonly string[];
  readonly constants: readonly string[];
  readonly functions: readonly string[];
  /** Names that the script declares with `var` or assigns to, anywhere. */
  readonly assigned: readonly string[];
}

const NO_NAMES: TopLevelNames = { lets: [], constants: [], functions: [], assigned: [] };

/** Also the syntax check of the constructor: a text without declarations is checked by the engine when it runs. */
function topLevelNames(source: string, inContext: boolean, realm: Realm): TopLevelNames {
  languageOf(realm).checkBody(source);
  // A glance first: most scripts (`-p 1+1`, REPL lines) declare nothing, and the parser is dear.
  const mayName = inContext ? /=|\+\+|--|\b(?:var|class|function|of|in)\b/ : /\b(?:let|const|class|function|return)\b/;
  if (!mayName.test(source)) return NO_NAMES;
  const lets: string[] = [];
  const constants: string[] = [];
  const functions: string[] = [];
  let tree: Node;
  try {
    tree = parseText(languageOf(realm).loadParse(), source, 'global');
  } catch (error) {
    if (isParseError(error) && /^'(?:return' outside|new\.target' can only)/.test(error.message))
      throw new SyntaxError('Illegal return statement');
    // The engine has accepted it; what the parser does not know keeps its names to itself.
    return NO_NAMES;
  }
  for (const node of tree.body as Node[]) {
    if (node.type === 'VariableDeclaration' && node.kind !== 'var') {
      for (const declarator of node.declarations) patternNames(declarator.id, node.kind === 'let' ? lets : constants);
    } else if (node.type === 'ClassDeclaration') lets.push(node.id.name);
    else if (node.type === 'FunctionDeclaration') functions.push(node.id.name);
  }
  return { lets, constants, functions, assigned: inContext ? assignedNames(tree) : [] };
}

function assignedNames(tree: Node): string[] {
  const names: string[] = [];
  const visit = (node: Node): void => {
    if (node.type === 'AssignmentExpression' || node.type === 'ForInStatement' || node.type === 'ForOfStatement')
      patternNames(node.left, names);
    else if (node.type === 'UpdateExpression') patternNames(node.argument, names);
    else if (node.type === 'VariableDeclaration')
      for (const declarator of node.declarations) patternNames(declarator.id, names);
    else if (node.type === 'FunctionDeclaration') names.push(node.id.name);
    for (const child of childrenOf(node)) visit(child);
  };
  visit(tree);
  return names;
}

/**
 * Statements that hand accessors to KEEP, in front of the script on its first line; closures over names that are
 * still in their dead zone, hence `orAbsent`.
 */
function keepNames({ lets, constants, functions }: TopLevelNames, inContext: boolean): string {
  const entries = [
    ...lets.map((name) => `${name}:[()=>${name},__v=>{${name}=__v}]`),
    ...constants.map((name) => `${name}:[()=>${name},void 0]`),
    // In the global scope eval itself makes functions properties of the global object.
    ...(inContext ? functions.map((name) => `${name}:[()=>${name},1]`) : []),
  ];
  return entries.length === 0 ? '' : `${KEEP}({${entries.join(',')}});`;
}
