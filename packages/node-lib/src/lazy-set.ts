/**
 * The builtins that are compiled on first use.
 *
 * `generated/lazy.bin` is fetched once per container into shared memory and
 * read by every process; all text in it is ASCII.
 *
 *   u32 LE   length of the index
 *   JSON     { id: [offset, length] }, offsets counted from the end of the index
 *   bytes    sources, each an expression that evaluates to a `LazyFactory`
 */
import type { BuiltinWrapper, ContextHelpers, LazyFactory } from './boot-set.ts';

export type LazyIndex = Readonly<Record<string, readonly [offset: number, length: number]>>;

export class LazySet {
  readonly #bytes: Uint8Array;
  readonly #index: LazyIndex;
  readonly #base: number;
  readonly #decoder = new TextDecoder('latin1');

  constructor(memory: ArrayBufferLike) {
    this.#bytes = new Uint8Array(memory);
    const indexLength = new DataView(memory).getUint32(0, true);
    this.#base = 4 + indexLength;
    this.#index = JSON.parse(this.#text(4, indexLength)) as LazyIndex;
  }

  has(id: string): boolean {
    return Object.hasOwn(this.#index, id);
  }

  ids(): string[] {
    return Object.keys(this.#index);
  }

  /** The source of `id`, or `undefined` when this set does not hold it. */
  source(id: string): string | undefined {
    const entry = Object.hasOwn(this.#index, id) ? this.#index[id] : undefined;
    return entry && this.#text(this.#base + entry[0], entry[1]);
  }

  /** Compiles `id`; `indirectEval` must be the global eval of the realm, called indirectly. */
  compile(id: string, helpers: ContextHelpers, indirectEval: (source: string) => unknown): BuiltinWrapper | undefined {
    const source = this.source(id);
    if (source === undefined) return undefined;
    const factory = indirectEval(`${source}\n//# sourceURL=node:${id}`) as LazyFactory;
    return factory(helpers.capture, helpers.restore);
  }

  #text(offset: number, length: number): string {
    // TextDecoder refuses views on shared memory: slice() copies into memory of its own.
    return this.#decoder.decode(this.#bytes.slice(offset, offset + length));
  }
}
