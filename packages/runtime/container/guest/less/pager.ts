/** What `less` shows: lines of the screen, a place in them, and a line at the bottom. No terminal of its own. */
export interface PagerSettings {
  readonly rows: number;
  readonly columns: number;
  readonly numbers: boolean;
  readonly chop: boolean;
  readonly ignoreCase: boolean;
  /** What stood behind `+`: `G`, `/pattern`, a line's number. */
  readonly start: string | undefined;
  readonly title: string;
}

/** A key or a sequence of an arrow, Home, End, page keys. */
export type Key = string;

/** Seven digits and a space, as less -N has it. */
const NUMBER_COLUMNS = 8;
const MAX_PATTERN = 1_000;

/** Begins at the top, or where `start` says. */
export function startPager(text: string, settings: PagerSettings): Pager {
  return new Pager(text, settings);
}

/** The first key of what was typed, undefined while it is not complete. */
export function nextKey(typed: string): { readonly key: Key; readonly rest: string } | undefined {
  if (typed === '') return undefined;
  const sequence = /^\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])/.exec(typed)?.[0];
  const key = sequence ?? String.fromCodePoint(typed.codePointAt(0) ?? 0);
  return { key, rest: typed.slice(key.length) };
}

/** The whole screen as a terminal wants it. */
export function showPage(pager: Pager): string {
  return `\x1b[H${pager
    .screen()
    .map((line) => `${line}\x1b[K`)
    .join('\r\n')}`;
}

/** Draws nothing itself: `screen` gives the lines. */
export class Pager {
  readonly #text: readonly string[];
  readonly #settings: PagerSettings;
  #rows: number;
  #columns: number;
  #lines: readonly { readonly text: string; readonly number: number }[] = [];
  #top = 0;
  #message = '';
  /** While a pattern is being typed: how it began. */
  #prompt: '/' | '?' | undefined;
  #typed = '';
  #search: { readonly expression: RegExp; readonly forward: boolean } | undefined;
  #help: readonly string[] | undefined;

  constructor(text: string, settings: PagerSettings) {
    // The last newline ends a line and begins none.
    this.#text = text.replace(/\n$/, '').split('\n');
    this.#settings = settings;
    this.#rows = settings.rows;
    this.#columns = settings.columns;
    this.#wrap();
    const { start } = settings;
    if (start === 'G') this.#goTo(this.#last());
    else if (start?.startsWith('/') === true) this.#find(start.slice(1), true);
    else if (start !== undefined && /^\d+$/.test(start)) this.#goTo(Number(start) - 1);
    this.#message = settings.title;
  }

  /** True where the whole text is on the screen. */
  get fits(): boolean {
    return this.#lines.length < this.#rows;
  }

  resize(rows: number, columns: number): void {
    this.#rows = rows;
    this.#columns = columns;
    this.#wrap();
    this.#goTo(this.#top);
  }

  /** Does what a key means here, and says whether the program goes on. Any key takes the help away again. */
  press(key: Key, help: string): 'quit' | 'go on' {
    if (this.#prompt !== undefined) {
      this.#type(key);
      return 'go on';
    }
    if (this.#help !== undefined) {
      this.#help = undefined;
      return 'go on';
    }
    this.#message = '';
    const page = Math.max(1, this.#rows - 1);
    switch (key) {
      case 'q':
      case 'Q':
      case '\x03':
        return 'quit';
      case ' ':
      case 'f':
      case '\x06':
      case '\x1b[6~':
        this.#goTo(this.#top + page);
        break;
      case 'b':
      case '\x02':
      case '\x1b[5~':
        this.#goTo(this.#top - page);
        break;
      case 'd':
      case '\x04':
        this.#goTo(this.#top + Math.ceil(page / 2));
        break;
      case 'u':
      case '\x15':
        this.#goTo(this.#top - Math.ceil(page / 2));
        break;
      case 'j':
      case 'e':
      case '\r':
      case '\n':
      case '\x1b[B':
      case '\x1bOB':
        this.#goTo(this.#top + 1);
        break;
      case 'k':
      case 'y':
      case '\x1b[A':
      case '\x1bOA':
        this.#goTo(this.#top - 1);
        break;
      case 'g':
      case '<':
      case '\x1b[H':
        this.#goTo(0);
        break;
      case 'G':
      case '>':
      case '\x1b[F':
        this.#goTo(this.#last());
        break;
      case '/':
      case '?':
        this.#prompt = key;
        this.#typed = '';
        break;
      case 'n':
      case 'N':
        this.#again(key === 'n');
        break;
      case 'h':
        this.#help = help.split('\n');
        break;
      default:
        // less rings the bell at a key that means nothing.
        process.stdout.write('\x07');
    }
    return 'go on';
  }

  /** As many lines as the terminal has rows; the last one says where one is. */
  screen(): string[] {
    const shown = this.#help?.slice(0, this.#rows - 1) ?? this.#window();
    while (shown.length < this.#rows - 1) shown.push('~');
    return [...shown, this.#bottom()];
  }

  /** Matches are shown inverted. A line that goes on has its number at its first piece alone. */
  #window(): string[] {
    const { numbers } = this.#settings;
    return this.#lines.slice(this.#top, this.#top + this.#rows - 1).map(({ text, number }) => {
      const marked = this.#search === undefined ? text : text.replace(this.#search.expression, '\x1b[7m$&\x1b[27m');
      return numbers ? `${(number === 0 ? '' : String(number)).padStart(NUMBER_COLUMNS - 1)} ${marked}` : marked;
    });
  }

  /** As less: what is typed, a message once, then `:` or `(END)`. */
  #bottom(): string {
    if (this.#prompt !== undefined) return this.#prompt + this.#typed;
    if (this.#message !== '') return `\x1b[7m${this.#message}\x1b[27m`;
    return this.#top >= this.#last() ? '\x1b[7m(END)\x1b[27m' : ':';
  }

  /**
   * A key while a pattern is typed. Erasing behind the first letter leaves the prompt; an empty pattern
   * repeats the last one.
   */
  #type(key: Key): void {
    if (key === '\r' || key === '\n') {
      const forward = this.#prompt === '/';
      this.#prompt = undefined;
      if (this.#typed === '') this.#again(forward);
      else this.#find(this.#typed, forward);
    } else if (key === '\x7f' || key === '\b') {
      if (this.#typed === '') this.#prompt = undefined;
      this.#typed = this.#typed.slice(0, -1);
    } else if (key === '\x1b' || key === '\x03') this.#prompt = undefined;
    else if (key >= ' ' && this.#typed.length < MAX_PATTERN) this.#typed += key;
  }

  #find(pattern: string, forward: boolean): void {
    try {
      // A pattern of JavaScript and not of POSIX: nearly all that a person types is the same in both.
      this.#search = { expression: new RegExp(pattern, this.#settings.ignoreCase ? 'gi' : 'g'), forward };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#message = `Invalid pattern`;
      return;
    }
    this.#again(true);
  }

  /** The next match beyond the top line, which then becomes the top line; no wrap at the ends. */
  #again(sameWay: boolean): void {
    if (this.#search === undefined) {
      this.#message = 'No previous regular expression';
      return;
    }
    const { expression, forward } = this.#search;
    // `n` after `?` goes up, `N` down.
    const step = forward === sameWay ? 1 : -1;
    for (let at = this.#top + step; at >= 0 && at < this.#lines.length; at += step)
      if ((this.#lines[at]?.text ?? '').search(expression) !== -1) {
        this.#top = at;
        return;
      }
    this.#message = 'Pattern not found';
  }

  /** The top line at which the end is on the screen. */
  #last(): number {
    return Math.max(0, this.#lines.length - (this.#rows - 1));
  }

  #goTo(line: number): void {
    this.#top = Math.max(0, Math.min(line, this.#last()));
  }

  /** Long lines go on below, unless they are chopped. */
  #wrap(): void {
    const width = Math.max(1, this.#columns - (this.#settings.numbers ? NUMBER_COLUMNS : 0));
    this.#lines = this.#text.flatMap((line, index) => {
      const number = index + 1;
      // Sequences of colours take no room; a line with some is not cut, which a terminal wraps by itself.
      const expanded = line.replace(/\t/g, '        ').replace(/\r$/, '');
      if (expanded.includes('\x1b') || expanded.length <= width) return [{ text: expanded, number }];
      if (this.#settings.chop) return [{ text: expanded.slice(0, width), number }];
      const pieces = expanded.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? [''];
      return pieces.map((text, piece) => ({ text, number: piece === 0 ? number : 0 }));
    });
  }
}
