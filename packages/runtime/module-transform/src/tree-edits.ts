/**
 * The edits that a syntax tree asks for, whatever their order: sorted before
 * they are applied. At one position a closing comes before an opening, and an
 * opening before a replacement that starts there.
 */
import { EditList } from './edit-list.ts';

// In the order in which they apply at one position.
const CLOSE = 0;
const OPEN = 1;
const REPLACE = 2;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly rank: number;
  readonly text: string;
  readonly isBlank: boolean;
}

/** Edits may come in any order: they are sorted by place and rank. */
export class TreeEdits {
  readonly #edits: Edit[] = [];

  open(at: number, text: string): void {
    this.#edits.push({ start: at, end: at, rank: OPEN, text, isBlank: false });
  }

  /** After everything inside: at one place the inner one must be closed first. */
  close(at: number, text: string): void {
    this.#edits.push({ start: at, end: at, rank: CLOSE, text, isBlank: false });
  }

  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, rank: REPLACE, text, isBlank: false });
  }

  blank(start: number, end: number, prefix = ''): void {
    this.#edits.push({ start, end, rank: REPLACE, text: prefix, isBlank: true });
  }

  get isEmpty(): boolean {
    return this.#edits.length === 0;
  }

  /** In order, ready to be applied. */
  toList(): EditList {
    // Stable: openings at one place keep the order of the walk, outer before inner.
    const sorted = this.#edits.toSorted((a, b) => a.start - b.start || a.rank - b.rank);
    const list = new EditList();
    for (const edit of sorted) {
      if (edit.isBlank) list.blank(edit.start, edit.end, edit.text);
      else list.replace(edit.start, edit.end, edit.text);
    }
    return list;
  }
}
