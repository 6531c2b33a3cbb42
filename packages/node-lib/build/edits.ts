/** Changes to a source text at positions of the original, applied in one pass. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly rank: number;
}

const CLOSER = -1e9;

/**
 * Collects insertions and replacements. Insertions at one position come out
 * ordered by `rank`: closers of an inner node before those of an outer one,
 * openers of an outer node before those of an inner one.
 */
export class EditList {
  readonly #source: string;
  readonly #edits: Edit[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  get size(): number {
    return this.#edits.length;
  }

  /** Wraps [start, end): pairs nest by their extent; of two equal ones `outer` goes around the other. */
  wrap(start: number, end: number, before: string, after: string, outer = false): void {
    const around = outer ? 0.5 : 0;
    this.#edits.push({ start, end: start, text: before, rank: -end - around });
    // A closer sorts before any opener at the same position; a later start is an inner node.
    this.#edits.push({ start: end, end, text: after, rank: CLOSER - start + around });
  }

  /** Inserts a statement; `rank` above every opener keeps it after wrappers that begin here. */
  insert(at: number, text: string, rank = 0): void {
    this.#edits.push({ start: at, end: at, text, rank });
  }

  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text, rank: 1e9 });
  }

  apply(): string {
    const ordered = [...this.#edits].sort((a, b) => a.start - b.start || a.rank - b.rank);
    let result = '';
    let position = 0;
    for (const edit of ordered) {
      if (edit.start < position) throw new Error(`Cannot apply edits: two of them overlap at ${edit.start}`);
      result += this.#source.slice(position, edit.start) + edit.text;
      position = edit.end;
    }
    return result + this.#source.slice(position);
  }
}
