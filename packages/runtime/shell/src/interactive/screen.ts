import { textWidth } from '../applets/width.ts';

/** A place in the terminal relative to where the prompt's last line began, both from 0. */
interface Place {
  readonly row: number;
  readonly column: number;
}

/** Where the cursor stands after `text`, in a terminal of so many columns, having begun at `from`. */
export function placeAfter(text: string, columns: number, from: Place = { row: 0, column: 0 }): Place {
  let { row, column } = from;
  for (const part of text.split(/(\n)/)) {
    if (part === '\n') {
      row++;
      column = 0;
      continue;
    }
    for (const c of part) {
      const width = textWidth(c);
      // A wide character does not fit in the last column.
      if (column + width > columns) {
        row++;
        column = 0;
      }
      column += width;
    }
  }
  // After the last column terminals wait for the next character before they wrap; the caller forces it.
  return column >= columns ? { row: row + 1, column: 0 } : { row, column };
}

// CSI and OSC sequences, which take no room: colours and titles in a prompt.
const ESCAPES = /\x1b(?:\[[0-9;?]*[A-Za-z]|\][^\x07\x1b]*(?:\x07|\x1b\\))/g;
/** The text as far as it takes room on the screen. */
export const withoutEscapes = (text: string): string => text.replace(ESCAPES, '');

/**
 * Draws a prompt and the line after it, again and again in the same place. It never asks the
 * terminal where the cursor is: it knows how many rows down it left it, and clears from the prompt
 * on. A resize between two drawings can leave a row too many; the next prompt is right again.
 */
export class Screen {
  readonly #write: (text: string) => void;
  readonly #columns: () => number;
  #prompt = '';
  #plainPrompt = '';
  /** Rows between the prompt's last line and the cursor. */
  #cursorRow = 0;
  /** What is shown after the prompt; `undefined` = nothing has been drawn yet. */
  #shown: { before: string; after: string; columns: number } | undefined;

  constructor(write: (text: string) => void, columns: () => number) {
    this.#write = write;
    this.#columns = columns;
  }

  /** Lines of the prompt before its last one are drawn once. */
  begin(prompt: string): void {
    const at = prompt.lastIndexOf('\n');
    if (at !== -1) this.#write(prompt.slice(0, at + 1));
    this.#prompt = prompt.slice(at + 1);
    this.#plainPrompt = withoutEscapes(this.#prompt);
    this.#cursorRow = 0;
    this.#shown = undefined;
  }

  draw(before: string, after: string): void {
    const columns = this.#columns();
    const shown = this.#shown;
    if (shown !== undefined && shown.before === before && shown.after === after && shown.columns === columns) return;
    const start = placeAfter(this.#plainPrompt, columns);
    const cursor = placeAfter(before, columns, start);
    this.#shown = { before, after, columns };
    // What is typed at the end of a line is simply written, as a terminal without an editor would echo it.
    if (
      shown !== undefined &&
      shown.after === '' &&
      after === '' &&
      shown.columns === columns &&
      before.startsWith(shown.before) &&
      cursor.row === this.#cursorRow
    ) {
      this.#write(before.slice(shown.before.length));
      return;
    }
    const end = placeAfter(after, columns, cursor);
    const fresh = shown === undefined;
    const back = `\r${this.#cursorRow > 0 ? `\x1b[${this.#cursorRow}A` : ''}\x1b[J`;
    let output = `${fresh ? '' : back}${this.#prompt}${before}${after}`;
    // The text fills its last row: terminals wait there for one more
    // character before they wrap, so it has to be made by hand.
    if (end.column === 0 && end.row > 0 && !(before + after).endsWith('\n')) output += '\n';
    if (after !== '') {
      if (end.row > cursor.row) output += `\x1b[${end.row - cursor.row}A`;
      output += '\r';
      if (cursor.column > 0) output += `\x1b[${cursor.column}C`;
    }
    this.#write(output);
    this.#cursorRow = cursor.row;
  }

  /** Leaves the line as it is and goes below it. */
  finish(): void {
    const columns = this.#columns();
    const { before = '', after = '' } = this.#shown ?? {};
    const cursor = placeAfter(before, columns, placeAfter(this.#plainPrompt, columns));
    const rows = placeAfter(after, columns, cursor).row - cursor.row;
    this.#write(`${rows > 0 ? `\x1b[${rows}B` : ''}\n`);
    this.#cursorRow = 0;
    this.#shown = undefined;
  }

  /** ^L: the whole screen, cursor in the corner; scrollback stays. */
  clear(): void {
    this.#write('\x1b[H\x1b[2J');
    this.#cursorRow = 0;
    this.#shown = undefined;
  }

  /** Takes the line and the last row of its prompt away. */
  erase(): void {
    this.#write(`\r${this.#cursorRow > 0 ? `\x1b[${this.#cursorRow}A` : ''}\x1b[J`);
    this.#cursorRow = 0;
    this.#shown = undefined;
  }
}
