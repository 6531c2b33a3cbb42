import { Bail } from './bail.ts';

/** One edit as it is stored: start, end, text, and 1 where the rest is blanked. */
export type EncodedEdits = readonly (number | string)[];

/**
 * Replacements in a text, in the order of their positions.
 *
 * The scanner finds them in that order; two at the same place mean that it
 * misunderstood the text, except insertions, which keep the order they came in.
 */
export class EditList {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #texts: string[] = [];
  readonly #isBlank: boolean[] = [];
  #last = 0;

  get length(): number {
    return this.#starts.length;
  }

  insert(at: number, text: string): void {
    this.#add(at, at, text, false);
  }

  replace(start: number, end: number, text: string): void {
    this.#add(start, end, text, false);
  }

  /** Replaces the range by `prefix` and blanks of the same shape: every line and column behind it stays. */
  blank(start: number, end: number, prefix = ''): void {
    this.#add(start, end, prefix, true);
  }

  #add(start: number, end: number, text: string, isBlank: boolean): void {
    // A wrong edit would make a program that runs and does something else.
    if (start < this.#last) throw new Bail(`edit at ${start} behind ${this.#last}`);
    this.#starts.push(start);
    this.#ends.push(end);
    this.#texts.push(text);
    this.#isBlank.push(isBlank);
    this.#last = end;
  }

  apply(source: string): string {
    let out = '';
    let copied = 0;
    for (let k = 0; k < this.#starts.length; k++) {
      out += source.slice(copied, this.#starts[k]) + this.#textOf(k, source);
      copied = this.#ends[k] as number;
    }
    return this.length === 0 ? source : out + source.slice(copied);
  }

  #textOf(k: number, source: string): string {
    const text = this.#texts[k] as string;
    return this.#isBlank[k] === true
      ? text + blanks(source.slice((this.#starts[k] as number) + text.length, this.#ends[k]))
      : text;
  }

  /**
   * Where columns moved, four numbers each: line (from 1), column in the old
   * text (from 0), width of the old and of the new text there. See `originalColumn`.
   */
  columnShifts(source: string): number[] {
    const shifts: number[] = [];
    let line = 1;
    let lineStart = 0;
    for (let k = 0; k < this.#starts.length; k++) {
      const start = this.#starts[k] as number;
      const oldWidth = (this.#ends[k] as number) - start;
      const newWidth = (this.#texts[k] as string).length;
      // Blanked text has its old width: nothing moved.
      if (oldWidth === newWidth || this.#isBlank[k] === true) continue;
      // Positions only grow, so lines are counted once for all edits.
      for (let next = nextLine(source, lineStart); next <= start && next >= 0; next = nextLine(source, lineStart)) {
        line++;
        lineStart = next;
      }
      shifts.push(line, start - lineStart, oldWidth, newWidth);
    }
    return shifts;
  }

  /** To be kept with a compiled module; `decode` reads it. */
  encode(): EncodedEdits {
    return this.#starts.flatMap((start, k) => [
      start,
      this.#ends[k] as number,
      this.#texts[k] as string,
      this.#isBlank[k] === true ? 1 : 0,
    ]);
  }

  static decode(encoded: EncodedEdits): EditList {
    const list = new EditList();
    for (let k = 0; k < encoded.length; k += 4)
      list.#add(encoded[k] as number, encoded[k + 1] as number, encoded[k + 2] as string, encoded[k + 3] === 1);
    return list;
  }
}

/** Not only \n ends a line: \r, U+2028 and U+2029 count lines too. */
function blanks(old: string): string {
  return /[\n\r\u2028\u2029]/.test(old) ? old.replace(/[^\n\r\u2028\u2029]/g, ' ') : ' '.repeat(old.length);
}

/** Start of the line behind the one at `from`; -1 when there is none. */
function nextLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? -1 : end + 1;
}

/** Takes the added widths out of a column (both from 0). */
export function originalColumn(shifts: readonly number[], line: number, column: number): number {
  // Lines are in ascending order.
  let low = 0;
  let high = shifts.length / 4;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shifts[middle * 4] as number) < line) low = middle + 1;
    else high = middle;
  }
  let added = 0;
  for (let k = low * 4; shifts[k] === line; k += 4) {
    const start = shifts[k + 1] as number;
    const newWidth = shifts[k + 3] as number;
    // What was written anew stands for the place where the old text began.
    if (column < start + added + newWidth) return Math.min(column - added, start);
    added += newWidth - (shifts[k + 2] as number);
  }
  return column - added;
}
