/** Changes to a source text at positions of the original, applied in one pass. */

/** A replacement of [start, end); `rank` orders those that begin at one place. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly rank: number;
}

/** A stretch of the original that stands unchanged in the result. */
export interface Run {
  /** Where it begins in the result. */
  readonly at: number;
  /** Where it began in the original. */
  readonly from: number;
  readonly length: number;
}

/** A text after its edits, with the stretches of the original that survived. */
export interface EditedText {
  readonly text: string;
  readonly runs: readonly Run[];
}

/** The stretches of the first original that survive two rounds of edits. */
export function composeRuns(first: readonly Run[], second: readonly Run[]): Run[] {
  const result: Run[] = [];
  for (const later of second) {
    for (const earlier of first) {
      const start = Math.max(later.from, earlier.at);
      const end = Math.min(later.from + later.length, earlier.at + earlier.length);
      if (start < end)
        result.push({
          at: later.at + start - later.from,
          from: earlier.from + start - earlier.at,
          length: end - start,
        });
    }
  }
  return result;
}

// Below every opener's rank, which is minus an offset: closers come first.
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

  /** Replaces [start, end). Comes after what is inserted at `start`. */
  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text, rank: 1e9 });
  }

  /**
   * Applies all in the order of their place; two that
   * overlap are a mistake of the caller and throw.
   */
  apply(): EditedText {
    const ordered = [...this.#edits].sort((a, b) => a.start - b.start || a.rank - b.rank);
    const runs: Run[] = [];
    let text = '';
    let position = 0;
    const keepUntil = (end: number): void => {
      if (end > position) runs.push({ at: text.length, from: position, length: end - position });
      text += this.#source.slice(position, end);
    };
    for (const edit of ordered) {
      if (edit.start < position) throw new Error(`Cannot apply edits: two of them overlap at ${edit.start}`);
      keepUntil(edit.start);
      text += edit.text;
      position = edit.end;
    }
    keepUntil(this.#source.length);
    return { text, runs };
  }
}
