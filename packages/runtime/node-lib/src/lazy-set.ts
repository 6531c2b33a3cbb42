/**
 * Node's builtins as text, compiled on first use.
 *
 * Also those that every process needs: as functions of a script they were not
 * compiled sooner (measured: 100 ms a worker either way), and a bundler renames
 * what is inside. As a script of its own, `node:<id>`, each has Node's function
 * names, lines and columns in stack traces.
 *
 * `generated/lazy.bin` is fetched once per container into shared memory and
 * read by every process.
 *
 *   u32 LE   length of the index
 *   u32 LE   length of the column shifts
 *   JSON     index: { id: [offset, length] }, in bytes from the end of both tables
 *   JSON     column shifts: see `ColumnShifts`
 *   UTF-8    sources, each an expression that evaluates to a `LazyFactory`
 */
import type { BuiltinWrapper, ContextHelpers, LazyFactory } from './builtin.ts';

/** By builtin id; both numbers are bytes, counted from the end of both tables. */
export type LazyIndex = Readonly<Record<string, readonly [offset: number, length: number]>>;

/**
 * From this position to the next entry, or to the end of the line, code stands `shift` columns right of where Node has
 * it.
 */
export type ColumnShift = readonly [line: number, column: number, shift: number];

/** In order of position, by id. */
export type ColumnShifts = Readonly<Record<string, readonly ColumnShift[]>>;

const HEAD_BYTES = 8;

/** Texts in one file, found by id and decoded when they are asked for. */
export class LazySet {
  readonly #bytes: Uint8Array;
  readonly #index: LazyIndex;
  readonly #indexLength: number;
  readonly #shiftsLength: number;
  readonly #decoder = new TextDecoder();
  #shifts: ColumnShifts | undefined;

  /** @param bytes of the file; views on memory that grows need a length of their own. */
  constructor(bytes: ArrayBufferLike | Uint8Array) {
    this.#bytes = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
    const head = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, HEAD_BYTES);
    this.#indexLength = head.getUint32(0, true);
    this.#shiftsLength = head.getUint32(4, true);
    this.#index = JSON.parse(this.#text(HEAD_BYTES, this.#indexLength)) as LazyIndex;
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
    return entry && this.#text(HEAD_BYTES + this.#indexLength + this.#shiftsLength + entry[0], entry[1]);
  }

  /** Compiles `id`; `indirectEval` must be the global eval of the realm, called indirectly. */
  compile(id: string, helpers: ContextHelpers, indirectEval: (source: string) => unknown): BuiltinWrapper | undefined {
    const source = this.source(id);
    if (source === undefined) return undefined;
    const factory = indirectEval(`${source}\n//# sourceURL=node:${id}`) as LazyFactory;
    return factory(helpers.capture, helpers.restore);
  }

  /**
   * The column in Node's own text of what stands at this place of `node:<id>`;
   * lines are the same in both. For stack traces; the table is read on first use.
   */
  originalColumn(id: string, line: number, column: number): number {
    let shift = 0;
    for (const [, atColumn, by] of this.#shiftsOf(id, line)) if (atColumn <= column) shift = by;
    return Math.max(1, column - shift);
  }

  /** A line as Node has it, but for comments and what a private slot stands for. */
  originalLine(id: string, line: number): string | undefined {
    const text = this.source(id)?.split('\n')[line - 1];
    if (text === undefined) return undefined;
    // Stretches begin where they are listed and end where the next begins in Node's text.
    const stretches = [[line, 1, 0] as ColumnShift, ...this.#shiftsOf(id, line)];
    return stretches
      .map(([, column, shift], index) => {
        const next = stretches[index + 1];
        const end = next === undefined ? undefined : next[1] - next[2] + shift - 1;
        return text.slice(column - 1, end);
      })
      .join('');
  }

  #shiftsOf(id: string, line: number): readonly ColumnShift[] {
    this.#shifts ??= JSON.parse(this.#text(HEAD_BYTES + this.#indexLength, this.#shiftsLength)) as ColumnShifts;
    return this.#shifts[id]?.filter(([atLine]) => atLine === line) ?? [];
  }

  #text(offset: number, length: number): string {
    // TextDecoder refuses views on shared memory: slice() copies into memory of its own.
    return this.#decoder.decode(this.#bytes.slice(offset, offset + length));
  }
}
