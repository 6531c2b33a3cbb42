import { Bail } from './bail.ts';

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
  #last = 0;

  get length(): number {
    return this.#starts.length;
  }

  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  replace(start: number, end: number, text: string): void {
    if (start < this.#last) throw new Bail(`edit at ${start} behind ${this.#last}`);
    this.#starts.push(start);
    this.#ends.push(end);
    this.#texts.push(text);
    this.#last = end;
  }

  /** Replaces the range by blanks of the same shape: every line and column behind it stays. */
  blank(source: string, start: number, end: number, prefix = ''): void {
    const old = source.slice(start, end);
    // Not only \n ends a line: \r, U+2028 and U+2029 count lines too.
    const text = /[\n\r\u2028\u2029]/.test(old)
      ? prefix + old.slice(prefix.length).replace(/[^\n\r\u2028\u2029]/g, ' ')
      : prefix + ' '.repeat(Math.max(0, old.length - prefix.length));
    this.replace(start, end, text);
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
      if (oldWidth === newWidth) continue;
      for (let next = nextLine(source, lineStart); next <= start && next >= 0; next = nextLine(source, lineStart)) {
        line++;
        lineStart = next;
      }
      shifts.push(line, start - lineStart, oldWidth, newWidth);
    }
    return shifts;
  }

  apply(source: string): string {
    let out = '';
    let copied = 0;
    for (let k = 0; k < this.#starts.length; k++) {
      out += source.slice(copied, this.#starts[k]) + this.#texts[k];
      copied = this.#ends[k] as number;
    }
    return copied === 0 && out === '' ? source : out + source.slice(copied);
  }
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
