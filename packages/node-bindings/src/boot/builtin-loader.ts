/**
 * Finds and compiles Node's built-in scripts: the boot set comes as functions,
 * the rest as text that is evaluated on first use.
 */
import type { BootSet, BuiltinWrapper, ContextHelpers, LazySet } from '@slipway/node-lib';

export interface BuiltinSources {
  readonly boot: BootSet;
  readonly lazy: LazySet;
  /** A further set that is fetched when first needed (amaro); answers `undefined` where it has no such id. */
  readonly late?: (() => LazySet) | undefined;
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

  /** BuiltinLoader::LookupAndCompile */
  compile(id: string): BuiltinWrapper {
    const known = this.#compiled.get(id) ?? (Object.hasOwn(this.#sources.boot, id) ? this.#sources.boot[id] : undefined);
    if (known !== undefined) return known;
    const compiled = this.#sources.lazy.compile(id, this.#helpers, this.#evaluate)
      ?? this.#sources.late?.().compile(id, this.#helpers, this.#evaluate);
    if (compiled === undefined) throw new Error(`No such built-in module: ${id}`);
    this.#compiled.set(id, compiled);
    return compiled;
  }
}
