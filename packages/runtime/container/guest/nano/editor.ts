/** What `nano` shows and does: lines, a cursor, a line for questions. No terminal and no file of its own. */
export interface EditorSettings {
  readonly name: string;
  readonly isNew: boolean;
  readonly rows: number;
  readonly columns: number;
  readonly numbers: boolean;
  readonly readOnly: boolean;
  readonly help: string;
  /** The line to begin at, from 1. */
  readonly line: number;
  /** Writes the text; says what went wrong. */
  save(path: string, text: string): string | undefined;
}

/** A state to go back to; lines are shared with later ones as long as they are the same strings. */
interface Snapshot {
  readonly lines: readonly string[];
  readonly row: number;
  readonly column: number;
}

/** A question on the line above the keys, with what has been typed. */
interface Question {
  readonly kind: 'save-first' | 'name' | 'search';
  readonly text: string;
  typed: string;
  readonly exits: boolean;
}

const TITLE = 'nano';
const HINTS = [
  '^G Help    ^O Write Out   ^W Where Is    ^K Cut         ^C Location',
  '^X Exit    ^Z Undo        ^U Paste       ^A ^E Line    ^Y ^V Page',
];
/** Five digits and a space, of -l. */
const NUMBER_COLUMNS = 6;
/** Steps back; a step is one change of lines or one run of typing. */
const MAX_UNDO = 200;
/** Spaces: a tab's width on the screen would depend on where it stands. */
const TAB = '    ';

/** Knows neither terminal nor file: `settings` writes for it. */
export class Editor {
  readonly #settings: EditorSettings;
  #lines: string[];
  #row = 0;
  #column = 0;
  #top = 0;
  #rows: number;
  #columns: number;
  #name: string;
  #isModified = false;
  #message: string;
  #question: Question | undefined;
  #showsHelp = false;
  #cut: string[] = [];
  #cutsOn = false;
  #search = '';
  #undo: Snapshot[] = [];
  #isTyping = false;

  constructor(text: string, settings: EditorSettings) {
    this.#settings = settings;
    // The last newline ends a line and begins none.
    this.#lines = text.replace(/\n$/, '').split('\n');
    this.#rows = settings.rows;
    this.#columns = settings.columns;
    this.#name = settings.name;
    this.#message = settings.isNew ? 'New File' : `Read ${text === '' ? 0 : this.#lines.length} lines`;
    this.#row = Math.max(0, Math.min(this.#lines.length, settings.line) - 1);
    this.#scroll();
  }

  /** As a file has it: each line with its end. */
  get text(): string {
    const text = this.#lines.join('\n');
    return text === '' ? '' : `${text}\n`;
  }

  resize(rows: number, columns: number): void {
    this.#rows = rows;
    this.#columns = columns;
    this.#scroll();
  }

  /** Does what a key means here, and says whether the editor goes on. Any key takes the help away again. */
  press(key: string): 'exit' | 'go on' {
    this.#message = '';
    if (this.#showsHelp) {
      this.#showsHelp = false;
      return 'go on';
    }
    if (this.#question !== undefined) return this.#answer(this.#question, key);
    // Any other key in between ends the run of cuts.
    const isCut = key === '\x0b';
    if (!isCut) this.#cutsOn = false;
    if (key === '\x18') return this.#exit();
    if (this.#moves(key)) this.#isTyping = false;
    // -v: only searching, help and the place are left.
    else if (this.#settings.readOnly && key !== '\x17' && key !== '\x07' && key !== '\x03')
      this.#message = 'Key is invalid in view mode';
    else this.#command(key, isCut);
    this.#scroll();
    return 'go on';
  }

  /** The whole screen as a terminal wants it, the cursor where it belongs. */
  screen(): string {
    const height = this.#height();
    const shown = this.#showsHelp
      ? this.#settings.help.split('\n').slice(0, height)
      : this.#lines.slice(this.#top, this.#top + height).map((line, index) => this.#shown(line, this.#top + index));
    // So that what stood there before is cleared.
    while (shown.length < height) shown.push('');
    const title = `  ${TITLE}   ${this.#name === '' ? 'New Buffer' : this.#name}${this.#isModified ? ' *' : ''}`;
    const bottom =
      this.#question === undefined
        ? this.#message === ''
          ? ''
          : `[ ${this.#message} ]`
        : `${this.#question.text}${this.#question.typed}`;
    const rows = [`\x1b[7m${title.slice(0, this.#columns).padEnd(this.#columns)}\x1b[27m`, ...shown, bottom, ...HINTS];
    const body = rows
      // A row with an escape is cut already, and cutting it again could cut the escape.
      .map((row) => `${row.slice(0, row.includes('\x1b') ? undefined : this.#columns)}\x1b[K`)
      .join('\r\n');
    // Hidden while it is drawn, or it would be seen to run over the screen.
    return `\x1b[?25l\x1b[H${body}${this.#cursor(height)}\x1b[?25h`;
  }

  /** Rows and columns of a terminal count from 1; the title is the first row. */
  #cursor(height: number): string {
    if (this.#question !== undefined)
      return `\x1b[${height + 2};${this.#question.text.length + this.#question.typed.length + 1}H`;
    const margin = this.#settings.numbers ? NUMBER_COLUMNS : 0;
    return `\x1b[${this.#row - this.#top + 2};${Math.min(this.#columns, this.#column - this.#left() + margin + 1)}H`;
  }

  /** Two lines of keys, one of messages, one of the title. */
  #height(): number {
    return Math.max(1, this.#rows - 4);
  }

  /** The current line is moved so far to the left that the cursor is seen. */
  #left(): number {
    const room = Math.max(1, this.#columns - (this.#settings.numbers ? NUMBER_COLUMNS : 0) - 1);
    return this.#column < room ? 0 : this.#column - room + 1;
  }

  #shown(line: string, row: number): string {
    // A control character of the file must not reach the terminal.
    const plain = line.replace(/[\x00-\x1f\x7f]/g, ' ').slice(row === this.#row ? this.#left() : 0);
    return this.#settings.numbers ? `${String(row + 1).padStart(NUMBER_COLUMNS - 1)} ${plain}` : plain;
  }

  /** Moves the window no more than the cursor needs. */
  #scroll(): void {
    const height = this.#height();
    if (this.#row < this.#top) this.#top = this.#row;
    if (this.#row >= this.#top + height) this.#top = this.#row - height + 1;
  }

  #line(): string {
    return this.#lines[this.#row] ?? '';
  }

  /** Arrows, Home, End and pages, and nano's control keys for them. False for any other key. */
  #moves(key: string): boolean {
    const page = this.#height();
    const toRow = (row: number): void => {
      this.#row = Math.max(0, Math.min(this.#lines.length - 1, row));
      this.#column = Math.min(this.#column, this.#line().length);
    };
    // Arrows come as ESC O in application mode (DECCKM), else as ESC [.
    switch (key.replace(/^\x1bO/, '\x1b[')) {
      case '\x1b[A':
      case '\x10':
        toRow(this.#row - 1);
        return true;
      case '\x1b[B':
      case '\x0e':
        toRow(this.#row + 1);
        return true;
      case '\x1b[D':
      case '\x02':
        if (this.#column > 0) this.#column--;
        else if (this.#row > 0) {
          toRow(this.#row - 1);
          this.#column = this.#line().length;
        }
        return true;
      case '\x1b[C':
      case '\x06':
        if (this.#column < this.#line().length) this.#column++;
        else if (this.#row < this.#lines.length - 1) {
          toRow(this.#row + 1);
          this.#column = 0;
        }
        return true;
      case '\x1b[H':
      case '\x1b[1~':
      case '\x01':
        this.#column = 0;
        return true;
      case '\x1b[F':
      case '\x1b[4~':
      case '\x05':
        this.#column = this.#line().length;
        return true;
      case '\x1b[5~':
      case '\x19':
        toRow(this.#row - page);
        return true;
      case '\x1b[6~':
      case '\x16':
        toRow(this.#row + page);
        return true;
      default:
        return false;
    }
  }

  /**
   * nano's control keys by their codes: ^G help, ^O write, ^W search, ^C place, ^Z undo, ^U paste, ^D and
   * Delete, ^K cut.
   */
  #command(key: string, isCut: boolean): void {
    switch (key) {
      case '\x07':
        this.#showsHelp = true;
        return;
      case '\x0f':
        this.#ask('name', 'File Name to Write: ', this.#name, false);
        return;
      case '\x17':
        this.#ask('search', this.#search === '' ? 'Search: ' : `Search [${this.#search}]: `, '', false);
        return;
      case '\x03':
        this.#message =
          `line ${this.#row + 1}/${this.#lines.length}, ` + `col ${this.#column + 1}/${this.#line().length + 1}`;
        return;
      case '\x1a':
        this.#goBack();
        return;
      case '\x15':
        this.#remember(false);
        this.#lines.splice(this.#row, 0, ...this.#cut);
        this.#row = Math.min(this.#lines.length - 1, this.#row + this.#cut.length);
        this.#column = 0;
        return;
      case '\r':
      case '\n':
        this.#remember(false);
        this.#lines.splice(this.#row, 1, this.#line().slice(0, this.#column), this.#line().slice(this.#column));
        this.#row++;
        this.#column = 0;
        return;
      case '\x7f':
      case '\b':
        this.#eraseBefore();
        return;
      case '\x1b[3~':
      case '\x04':
        // Delete is a step to the right and a backspace; at the end of the text the step goes nowhere.
        if (this.#moves('\x1b[C')) this.#eraseBefore();
        return;
      default:
        if (isCut) this.#cutLine();
        else if (key === '\t') this.#insert(TAB);
        else if (key >= ' ' && !key.startsWith('\x1b')) this.#insert(key);
    }
  }

  #insert(text: string): void {
    this.#remember(true);
    const line = this.#line();
    this.#lines[this.#row] = line.slice(0, this.#column) + text + line.slice(this.#column);
    this.#column += text.length;
  }

  /** At the beginning of a line both lines become one. */
  #eraseBefore(): void {
    if (this.#column === 0 && this.#row === 0) return;
    this.#remember(false);
    const line = this.#line();
    if (this.#column > 0) {
      this.#lines[this.#row] = line.slice(0, this.#column - 1) + line.slice(this.#column);
      this.#column--;
      return;
    }
    const before = this.#lines[this.#row - 1] ?? '';
    this.#lines.splice(this.#row - 1, 2, before + line);
    this.#row--;
    this.#column = before.length;
  }

  /** Lines that are cut one after the other come back together. */
  #cutLine(): void {
    this.#remember(false);
    const cut = this.#lines.splice(this.#row, 1);
    this.#cut = this.#cutsOn ? [...this.#cut, ...cut] : cut;
    this.#cutsOn = true;
    if (this.#lines.length === 0) this.#lines = [''];
    this.#row = Math.min(this.#row, this.#lines.length - 1);
    this.#column = 0;
  }

  /** Before a change. What is typed in one go is one step back. */
  #remember(typing: boolean): void {
    this.#isModified = true;
    if (typing && this.#isTyping) return;
    this.#isTyping = typing;
    this.#undo.push({ lines: [...this.#lines], row: this.#row, column: this.#column });
    if (this.#undo.length > MAX_UNDO) this.#undo.shift();
  }

  /** There is no way forward again; the file still counts as changed. */
  #goBack(): void {
    const last = this.#undo.pop();
    this.#isTyping = false;
    if (last === undefined) this.#message = 'Nothing to undo';
    else {
      this.#lines = [...last.lines];
      this.#row = last.row;
      this.#column = last.column;
    }
  }

  #exit(): 'exit' | 'go on' {
    if (!this.#isModified) return 'exit';
    this.#ask('save-first', 'Save modified buffer?  Y Yes  N No  ^C Cancel ', '', true);
    return 'go on';
  }

  #ask(kind: Question['kind'], text: string, typed: string, exits: boolean): void {
    this.#question = { kind, text, typed, exits };
  }

  /** A key while a question is open. ^C and Escape take it back. */
  #answer(question: Question, key: string): 'exit' | 'go on' {
    if (key === '\x03' || key === '\x1b') {
      this.#question = undefined;
      this.#message = 'Cancelled';
      return 'go on';
    }
    if (question.kind === 'save-first') {
      // Any key but Y, N and cancel leaves the question where it is.
      if (/^[nN]$/.test(key)) return 'exit';
      if (/^[yY]$/.test(key)) this.#ask('name', 'File Name to Write: ', this.#name, true);
      return 'go on';
    }
    if (key === '\r' || key === '\n') {
      this.#question = undefined;
      if (question.kind === 'search') this.#find(question.typed === '' ? this.#search : question.typed);
      else return this.#write(question.typed) && question.exits ? 'exit' : 'go on';
    } else if (key === '\x7f' || key === '\b') question.typed = question.typed.slice(0, -1);
    else if (key >= ' ' && !key.startsWith('\x1b')) question.typed += key;
    return 'go on';
  }

  /** False where nothing was written: then a question that was to end the editor does not. */
  #write(path: string): boolean {
    if (path === '') {
      this.#message = 'Cancelled';
      return false;
    }
    const problem = this.#settings.save(path, this.text);
    this.#message = problem === undefined ? `Wrote ${this.#lines.length} lines` : `Error writing ${path}: ${problem}`;
    if (problem !== undefined) return false;
    this.#name = path;
    this.#isModified = false;
    return true;
  }

  /** The next place, from the top again at the end; capitals do not matter. */
  #find(text: string): void {
    this.#search = text;
    if (text === '') return;
    const wanted = text.toLowerCase();
    // Once around and the first line again: a match before the cursor in it comes last.
    for (let step = 0; step <= this.#lines.length; step++) {
      const row = (this.#row + step) % this.#lines.length;
      const at = (this.#lines[row] ?? '').toLowerCase().indexOf(wanted, step === 0 ? this.#column + 1 : 0);
      if (at === -1) continue;
      if (row < this.#row || (row === this.#row && at <= this.#column)) this.#message = 'Search Wrapped';
      this.#row = row;
      this.#column = at;
      this.#scroll();
      return;
    }
    this.#message = `"${text}" not found`;
  }
}
