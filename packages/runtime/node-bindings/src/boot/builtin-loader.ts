/**
 * Finds and compiles Node's built-in scripts on first use.
 */
import { lateSetOf, type BuiltinWrapper, type ContextHelpers, type LateSetName, type LazySet } from '@slipway/node-lib';
import { pristine } from '../pristine.ts';
import type { SourcePosition } from './language-hooks.ts';

/** Names of builtins as scripts. */
const SCHEME = 'node:';

export interface BuiltinSources {
  readonly lazy: LazySet;
  /** Fetches a further set, when first needed. */
  readonly late?: ((name: LateSetName) => LazySet) | undefined;
}

export class BuiltinLoader {
  readonly #sources: BuiltinSources;
  readonly #helpers: ContextHelpers;
  readonly #evaluate: (source: string) => unknown;
  readonly #compiled = new Map<string, BuiltinWrapper>();

  constructor(sources: BuiltinSources, helpers: ContextHelpers, evaluate: (source: string) => unknown) {
    this.#sources = sources;
    this.#helpers = helpers;
    this.#evaluate = evaluate;
  }

  /** A line of a builtin as Node has it. */
  line(id: string, line: number): string | undefined {
    return this.#setOf(id)?.originalLine(id, line);
  }

  /** Where code of `node:<id>` stands in Node's own text; `undefined` for any other file. */
  originalPosition(position: SourcePosition): SourcePosition | undefined {
    if (!position.file.startsWith(SCHEME)) return undefined;
    const id = position.file.slice(SCHEME.length);
    const set = this.#setOf(id);
    return set === undefined ? position : { ...position, column: set.originalColumn(id, position.line, position.column) };
  }

  /** BuiltinLoader::LookupAndCompile */
  compile(id: string): BuiltinWrapper {
    const known = this.#compiled.get(id);
    if (known !== undefined) return known;
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
