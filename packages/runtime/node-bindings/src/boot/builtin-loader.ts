import { lateSetOf, type BuiltinWrapper, type ContextHelpers, type LateSetName, type LazySet } from '@slipway/node-lib';
import { pristine } from '../realm/pristine.ts';
import type { SourcePosition } from '../realm/language-hooks.ts';

/** In front of a builtin's id in stack traces and source URLs (`node:fs`). */
const SCHEME = 'node:';

/** Where the text of lib's builtins lies: in sets, each with its index and its map to Node's own lines. */
export interface BuiltinSources {
  readonly lazy: LazySet;
  /** Fetches a further set when first needed, synchronously: `require` cannot wait. Missing where there is none. */
  readonly late?: ((name: LateSetName) => LazySet) | undefined;
}

/**
 * Finds and compiles Node's built-in scripts on first use.
 */
export class BuiltinLoader {
  readonly #sources: BuiltinSources;
  readonly #helpers: ContextHelpers;
  readonly #evaluate: (source: string) => unknown;
  /** A builtin is compiled once in a realm; what it returns is a function to be called once by lib. */
  readonly #compiled = new Map<string, BuiltinWrapper>();

  constructor(sources: BuiltinSources, helpers: ContextHelpers, evaluate: (source: string) => unknown) {
    this.#sources = sources;
    this.#helpers = helpers;
    this.#evaluate = evaluate;
  }

  /** A line of a builtin as Node has it, counted from 1; `undefined` for an unknown id. */
  line(id: string, line: number): string | undefined {
    return this.#setOf(id)?.originalLine(id, line);
  }

  /** Where code of `node:<id>` stands in Node's own text; `undefined` for any other file. */
  originalPosition(position: SourcePosition): SourcePosition | undefined {
    if (!position.file.startsWith(SCHEME)) return undefined;
    const id = position.file.slice(SCHEME.length);
    const set = this.#setOf(id);
    return set === undefined
      ? position
      : { ...position, column: set.originalColumn(id, position.line, position.column) };
  }

  /**
   * BuiltinLoader::LookupAndCompile: a function with the parameters of the builtin's kind.
   * Throws for an unknown id.
   */
  compile(id: string): BuiltinWrapper {
    const known = this.#compiled.get(id);
    if (known !== undefined) return known;
    // pristine: a program may have changed what iterating does, and lib's text is loaded late.
    const compiled = pristine(() => this.#setOf(id)?.compile(id, this.#helpers, this.#evaluate));
    if (compiled === undefined) throw new Error(`No such built-in module: ${id}`);
    this.#compiled.set(id, compiled);
    return compiled;
  }

  #setOf(id: string): LazySet | undefined {
    const late = lateSetOf(id);
    return late === undefined ? this.#sources.lazy : this.#sources.late?.(late);
  }
}
