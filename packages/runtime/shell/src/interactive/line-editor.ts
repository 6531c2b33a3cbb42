import { textWidth } from '../applets/width.ts';
import { type Completion, commonPrefix } from './completion.ts';
import type { History } from './history.ts';
import type { Key, KeyName, KeyReader } from './keys.ts';
import { LineBuffer } from './line-buffer.ts';
import { Screen } from './screen.ts';

/** How reading a line ended: with Enter, with ^C, or with ^D on an empty line or the terminal gone. */
export type EditedLine =
  | { readonly outcome: 'line'; readonly text: string }
  | { readonly outcome: 'interrupted' }
  | { readonly outcome: 'ended' };

/** The terminal as the editor needs it, in raw mode: what is typed is not shown by itself. */
export interface EditorTerminal {
  readonly keys: KeyReader;
  write(text: string): void;
  /** Asked anew for every drawing, since the window may have changed. */
  columns(): number;
  /** True while more keys are there: drawing waits for the last. */
  busy(): boolean;
}

// Names that Tab lists; a folder of thousands would push the line out of sight.
const MAX_LISTED = 200;

/**
 * Edits one line in a terminal in raw mode: keys change the buffer, the buffer is
 * drawn. Blocks in reading keys; there is nothing else a shell at its prompt does.
 */
export class LineEditor {
  readonly #terminal: EditorTerminal;
  readonly #history: History;
  readonly #complete: (line: string) => Completion;
  readonly #screen: Screen;
  readonly #buffer = new LineBuffer();
  /** What was cut last, for ^Y: one piece, where readline has a ring. */
  #killed = '';
  #prompt = '';
  /** Index in the history; its length is the new line. */
  #place = 0;
  /** The line being typed, kept while the history is looked at. */
  #draft = '';
  /** The last key was a Tab that found more than one thing: a second one lists them. */
  #tabbed = false;

  constructor(terminal: EditorTerminal, history: History, complete: (line: string) => Completion) {
    this.#terminal = terminal;
    this.#history = history;
    this.#complete = complete;
    this.#screen = new Screen(
      (text) => terminal.write(text),
      () => terminal.columns(),
    );
  }

  read(prompt: string): EditedLine {
    this.#buffer.set('');
    this.#place = this.#history.entries.length;
    this.#draft = '';
    this.#tabbed = false;
    this.#prompt = prompt;
    this.#screen.begin(prompt);
    this.#draw();
    for (;;) {
      const key = this.#terminal.keys.read();
      if (key === 'end') return { outcome: 'ended' };
      // A signal: the window may have another size.
      if (key === undefined) {
        this.#draw();
        continue;
      }
      // Drawn once for all keys that are there: pasted text would flicker.
      const result = this.#handle(key);
      if (result !== undefined) return result;
      if (!this.#terminal.busy()) this.#draw();
    }
  }

  #draw(): void {
    this.#screen.draw(this.#buffer.beforeCursor, this.#buffer.afterCursor);
  }

  #handle(key: Key): EditedLine | undefined {
    if (key.kind === 'text') {
      this.#tabbed = false;
      if (key.text !== '') this.#buffer.insert(key.text);
      return undefined;
    }
    // Any other key in between makes the next Tab the first again.
    if (key.name !== 'tab') this.#tabbed = false;
    return this.#control(key.name);
  }

  #control(name: KeyName): EditedLine | undefined {
    const buffer = this.#buffer;
    switch (name) {
      case 'enter':
        // Keys that came in one go have not been drawn yet.
        this.#draw();
        this.#screen.finish();
        return { outcome: 'line', text: buffer.text };
      case 'interrupt':
        // The whole line stays in sight above the next prompt, with the mark behind it.
        buffer.moveToEnd();
        this.#draw();
        this.#terminal.write('^C');
        this.#screen.finish();
        return { outcome: 'interrupted' };
      case 'end-of-file':
        // ^D deletes where there is something, and ends the shell where there is not.
        if (buffer.text === '') {
          this.#screen.finish();
          return { outcome: 'ended' };
        }
        buffer.cut(buffer.cursor, buffer.cursor + 1);
        return undefined;
      case 'tab':
        this.#completeWord();
        return undefined;
      case 'backspace':
        if (buffer.cursor > 0) buffer.cut(buffer.cursor - 1, buffer.cursor);
        return undefined;
      case 'delete':
        buffer.cut(buffer.cursor, buffer.cursor + 1);
        return undefined;
      case 'left':
        buffer.moveBy(-1);
        return undefined;
      case 'right':
        buffer.moveBy(1);
        return undefined;
      case 'home':
        buffer.moveTo(0);
        return undefined;
      case 'end':
        buffer.moveToEnd();
        return undefined;
      case 'word-left':
        buffer.moveTo(buffer.wordLeft());
        return undefined;
      case 'word-right':
        buffer.moveTo(buffer.wordRight());
        return undefined;
      case 'kill-word-back':
        // Back to a blank, as ^W of a terminal's own line editing.
        this.#killed = buffer.cut(buffer.blankLeft(), buffer.cursor);
        return undefined;
      case 'kill-word':
        this.#killed = buffer.cut(buffer.cursor, buffer.wordRight());
        return undefined;
      case 'kill-to-start':
        this.#killed = buffer.cut(0, buffer.cursor);
        return undefined;
      case 'kill-to-end':
        this.#killed = buffer.cut(buffer.cursor, Infinity);
        return undefined;
      case 'yank':
        buffer.insert(this.#killed);
        return undefined;
      case 'transpose':
        buffer.transpose();
        return undefined;
      case 'clear':
        this.#screen.clear();
        // The whole prompt, with the lines above its last one, which clearing took away.
        this.#screen.begin(this.#prompt);
        return undefined;
      case 'up':
        this.#recall(this.#place - 1);
        return undefined;
      case 'down':
        this.#recall(this.#place + 1);
        return undefined;
      case 'search':
        return this.#search();
      case 'escape':
        return undefined;
    }
  }

  #recall(place: number): void {
    const { entries } = this.#history;
    if (place < 0 || place > entries.length) return;
    // Only when leaving the new line: what was recalled and changed is not kept.
    if (this.#place === entries.length) this.#draft = this.#buffer.text;
    this.#place = place;
    this.#buffer.set(place === entries.length ? this.#draft : (entries[place] ?? ''));
  }

  /** Ctrl-R: every key narrows the search, Ctrl-R again goes further back. */
  #search(): EditedLine | undefined {
    const before = this.#buffer.text;
    let text = '';
    let found = this.#history.entries.length;
    // Gone before the search draws over it.
    this.#screen.erase();
    for (;;) {
      const entry = this.#history.entries[found] ?? '';
      this.#screen.begin(`(reverse-i-search)'${text}': `);
      this.#screen.draw(entry, '');
      const key = this.#terminal.keys.read();
      if (key === undefined) continue;
      if (key === 'end') return { outcome: 'ended' };
      if (key.kind === 'text') text += key.text;
      else if (key.name === 'backspace') text = text.slice(0, -1);
      else if (key.name !== 'search') {
        this.#screen.erase();
        // Of the prompt only the line the search stood on has been overwritten.
        this.#screen.begin(this.#prompt.slice(this.#prompt.lastIndexOf('\n') + 1));
        const cancelled = key.name === 'interrupt' || key.name === 'escape';
        this.#buffer.set(cancelled ? before : entry);
        // Any other key takes what was found and does what it always does: Enter runs it.
        return cancelled ? undefined : this.#control(key.name);
      }
      // A new letter begins again at the youngest; ^R goes on from here.
      const from = key.kind === 'control' && key.name === 'search' ? found : this.#history.entries.length;
      const next = this.#history.search(text, from);
      // Where nothing is found the last match stays in sight.
      if (next !== -1) found = next;
      this.#screen.erase();
    }
  }

  #completeWord(): void {
    const { replaced, candidates } = this.#complete(this.#buffer.beforeCursor);
    const only = candidates[0];
    if (only === undefined) {
      // The bell: nothing to offer, or more than one way.
      this.#terminal.write('\x07');
      return;
    }
    // The word is counted in UTF-16 units, the buffer in characters.
    const before = this.#buffer.beforeCursor;
    const after = this.#buffer.afterCursor;
    const head = before.slice(0, before.length - replaced);
    const put = (text: string): void => {
      // Set twice, because the buffer counts the cursor in characters itself.
      this.#buffer.set(head + text);
      const cursor = this.#buffer.cursor;
      this.#buffer.set(head + text + after);
      this.#buffer.moveTo(cursor);
    };
    if (candidates.length === 1) {
      put(only.text + only.end);
      return;
    }
    const common = commonPrefix(candidates.map((candidate) => candidate.text));
    // As far as all candidates agree.
    if (common.length > replaced) {
      put(common);
      return;
    }
    if (!this.#tabbed) {
      this.#tabbed = true;
      this.#terminal.write('\x07');
      return;
    }
    this.#list(candidates.map((candidate) => candidate.shown));
  }

  #list(names: readonly string[]): void {
    // The line stays above the list; a new prompt comes below it.
    this.#draw();
    this.#screen.finish();
    const shown = names.slice(0, MAX_LISTED);
    const width = Math.max(...shown.map(textWidth)) + 2;
    const columns = Math.max(1, Math.floor(this.#terminal.columns() / width));
    const rows = Math.ceil(shown.length / columns);
    let text = '';
    for (let row = 0; row < rows; row++) {
      let line = '';
      for (let column = 0; column < columns; column++) {
        // Down the columns, as ls does.
        const name = shown[column * rows + row];
        if (name !== undefined) line += name + ' '.repeat(width - textWidth(name));
      }
      text += `${line.trimEnd()}\n`;
    }
    if (names.length > shown.length) text += `… and ${names.length - shown.length} more\n`;
    this.#terminal.write(text);
    this.#screen.begin(this.#prompt);
  }
}
