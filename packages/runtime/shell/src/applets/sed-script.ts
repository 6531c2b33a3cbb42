import { compileRegex, RegexError } from './regex.ts';
import { UsageError } from './options.ts';

/**
 * Where a command applies. `step` (`first~step`) and `plus` (`addr,+n`)
 * are GNU's; an expression that is absent is the last one used.
 */
export type SedAddress =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'last' }
  | { readonly kind: 'regex'; readonly expression: RegExp | undefined }
  | { readonly kind: 'step'; readonly first: number; readonly step: number }
  | { readonly kind: 'plus'; readonly count: number };

/** One command; blocks and labels have become indexes. */
export interface SedCommand {
  readonly name: string;
  readonly from: SedAddress | undefined;
  readonly to: SedAddress | undefined;
  readonly negated: boolean;
  /** The argument: text of a, i, c; label; file; or pairs of y. */
  readonly text: string;
  readonly substitute: SedSubstitute | undefined;
  /** Index of the command after a block (`{`) or of a label (`b`, `t`). */
  target: number;
  /** A range that has begun and its last line. */
  active: number | undefined;
}

/** `s/…/…/flags`. */
export interface SedSubstitute {
  /** `undefined` = the last expression used. */
  readonly expression: RegExp | undefined;
  readonly replacement: readonly ReplacementPart[];
  readonly global: boolean;
  /** The match to begin with, from 1; with `global` that one and all after it. */
  readonly occurrence: number;
  readonly print: boolean;
  /** The file of `w`. */
  readonly file: string | undefined;
}

/** What a replacement is made of: text, what a group matched (0 is `&`), or GNU's changes of case. */
export type ReplacementPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'group'; readonly index: number }
  | { readonly kind: 'case'; readonly mode: 'U' | 'L' | 'u' | 'l' | 'E' };

/**
 * sed(1)'s scripts: one list of commands with jumps resolved, so that running
 * one is an index going up. Throws UsageError, with the place as GNU says it.
 */
export function parseSed(script: string, extended: boolean): SedCommand[] {
  return new SedParser(script, extended).run();
}

/** One pass over the script; `#at` is what GNU's messages count as "char". */
class SedParser {
  readonly #text: string;
  readonly #extended: boolean;
  #at = 0;

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#extended = extended;
  }

  // Blocks end where their `}` stands, labels are the
  // index of what follows: both are jumps when run.
  run(): SedCommand[] {
    const commands: SedCommand[] = [];
    const blocks: SedCommand[] = [];
    const labels = new Map<string, number>();
    for (;;) {
      this.#skip(/[\s;]/);
      if (this.#at >= this.#text.length) break;
      if (this.#peek() === '#') {
        this.#skip(/[^\n]/);
        continue;
      }
      const from = this.#address();
      let to: SedAddress | undefined;
      this.#skip(/[ \t]/);
      if (from !== undefined && this.#peek() === ',') {
        this.#at++;
        this.#skip(/[ \t]/);
        to = this.#address() ?? this.#fail("unexpected `,'");
      }
      this.#skip(/[ \t]/);
      let negated = false;
      // More than one `!` is allowed and means one.
      while (this.#peek() === '!') {
        negated = true;
        this.#at++;
        this.#skip(/[ \t]/);
      }
      const name = this.#peek();
      this.#at++;
      const base = { name, from, to, negated, text: '', substitute: undefined, target: -1, active: undefined };
      switch (name) {
        case '{': {
          const command = { ...base };
          commands.push(command);
          blocks.push(command);
          continue;
        }
        case '}': {
          const open = blocks.pop() ?? this.#fail("unexpected `}'");
          // A block that is not taken goes on behind its last command.
          open.target = commands.length;
          break;
        }
        case ':':
          // A label is no command: nothing is run there.
          labels.set(this.#word(), commands.length);
          continue;
        case 's':
          commands.push({ ...base, substitute: this.#substitute() });
          break;
        case 'y':
          commands.push({ ...base, text: this.#transliterate() });
          break;
        case 'a':
        case 'i':
        case 'c':
          commands.push({ ...base, text: this.#lines() });
          // XCU sed: their text goes to the end of the line, so nothing can follow.
          continue;
        case 'b':
        case 't':
        case 'T':
          commands.push({ ...base, text: this.#word() });
          // A label ends at a blank or `;` here; POSIX lets it go to the end of the line.
          continue;
        case 'r':
        case 'w':
        case 'R':
        case 'W':
          this.#skip(/[ \t]/);
          commands.push({ ...base, text: this.#take(/[^\n]/) });
          break;
        case 'q':
        case 'Q':
        case 'l':
          this.#skip(/[ \t]/);
          commands.push({ ...base, text: this.#take(/\d/) });
          break;
        case 'p':
        case 'd':
        case 'n':
        case 'N':
        case 'D':
        case 'P':
        case 'g':
        case 'G':
        case 'h':
        case 'H':
        case 'x':
        case '=':
        case 'z':
        case 'F':
          commands.push(base);
          break;
        case '':
          return this.#fail('missing command');
        default:
          return this.#fail(`unknown command: \`${name}'`);
      }
      this.#skip(/[ \t]/);
      const after = this.#peek();
      if (after !== '' && after !== ';' && after !== '\n' && after !== '}' && after !== '#')
        this.#fail('extra characters after command');
    }
    if (blocks.length > 0) this.#fail("unmatched `{'");
    // After all labels are known: a jump may go forward. One without a label goes to the end.
    for (const command of commands) {
      if (!'btT'.includes(command.name)) continue;
      command.target =
        command.text === ''
          ? commands.length
          : (labels.get(command.text) ?? this.#fail(`can't find label for jump to \`${command.text}'`));
    }
    return commands;
  }

  #fail(message: string): never {
    throw new UsageError(`-e expression #1, char ${this.#at}: ${message}`, 1, false);
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #skip(set: RegExp): void {
    while (this.#at < this.#text.length && set.test(this.#peek())) this.#at++;
  }

  #take(set: RegExp): string {
    const start = this.#at;
    this.#skip(set);
    return this.#text.slice(start, this.#at);
  }

  /** A label: up to a blank, `;` or `}`. */
  #word(): string {
    this.#skip(/[ \t]/);
    return this.#take(/[^\s;}]/);
  }

  /** A line, `$`, `/expression/` or `\cexpressionc`; `undefined` where none stands. */
  #address(): SedAddress | undefined {
    const c = this.#peek();
    if (/\d/.test(c)) {
      const line = Number(this.#take(/\d/));
      if (this.#peek() !== '~') return { kind: 'line', line };
      this.#at++;
      return { kind: 'step', first: line, step: Number(this.#take(/\d/)) };
    }
    if (c === '+') {
      this.#at++;
      return { kind: 'plus', count: Number(this.#take(/\d/)) };
    }
    if (c === '$') {
      this.#at++;
      return { kind: 'last' };
    }
    if (c !== '/' && c !== '\\') return undefined;
    if (c === '\\') this.#at++;
    const delimiter = this.#peek();
    this.#at++;
    const source = this.#until(delimiter, 'unterminated address regex');
    // GNU's. `M` is read and ignored: `^` and `$` of an address are the ends of the pattern space.
    const flags = this.#take(/[IM]/);
    return { kind: 'regex', expression: this.#compile(source, flags.includes('I') ? 'i' : '') };
  }

  #compile(source: string, flags: string): RegExp | undefined {
    // XCU sed: the empty expression is the last one used when it runs.
    if (source === '') return undefined;
    try {
      return compileRegex(source, this.#extended ? 'extended' : 'basic', `${flags}g`);
    } catch (error) {
      if (error instanceof RegexError) return this.#fail(error.message);
      throw error;
    }
  }

  /** Up to an unescaped delimiter; an escaped one is the character itself. */
  #until(delimiter: string, message: string): string {
    let result = '';
    // In brackets the delimiter is a character (XCU sed, "Regular Expressions in sed").
    let inSet = false;
    for (;;) {
      const c = this.#peek();
      if (c === '') this.#fail(message);
      this.#at++;
      if (c === '\\') {
        const next = this.#peek();
        this.#at++;
        // An escaped delimiter is the character; one that would be an operator keeps its backslash.
        if (next === delimiter && !inSet) result += /[.*[\]^$+?(){}|]/.test(delimiter) ? `\\${next}` : next;
        else result += `\\${next}`;
        continue;
      }
      if (c === '[' && !inSet) inSet = true;
      // `[]…]` and `[^]…]`: a `]` in first place is a character.
      else if (c === ']' && inSet && !/\[\^?$/.test(result)) inSet = false;
      if (c === delimiter && !inSet) return result;
      // A delimiter inside `[…]` that is never closed does end the expression.
      if (c === delimiter && inSet && !this.#text.slice(this.#at).includes(']')) return result;
      result += c;
    }
  }

  /** As above, where brackets mean nothing: a replacement, and y. */
  #plainUntil(delimiter: string, message: string): string {
    let result = '';
    for (;;) {
      const c = this.#peek();
      if (c === '') this.#fail(message);
      this.#at++;
      if (c === delimiter) return result;
      result += c;
      if (c === '\\') {
        // Escapes stay: the replacement is read once more, by `parseReplacement`.
        result += this.#peek();
        this.#at++;
      }
    }
  }

  /** Behind the `s`; any character but newline and backslash may delimit. */
  #substitute(): SedSubstitute {
    const delimiter = this.#peek();
    this.#at++;
    const unterminated = "unterminated `s' command";
    const source = this.#until(delimiter, unterminated);
    const replacement = this.#plainUntil(delimiter, unterminated);
    let flags = '';
    let global = false;
    let print = false;
    let occurrence = 1;
    let file: string | undefined;
    for (;;) {
      const c = this.#peek();
      if (c === 'g') global = true;
      else if (c === 'p') print = true;
      else if (c === 'i' || c === 'I') flags += 'i';
      else if (c === 'm' || c === 'M') flags += 'm';
      // XCU sed: a number and g may stand together.
      else if (/\d/.test(c)) {
        occurrence = Number(this.#take(/\d/));
        if (occurrence === 0) this.#fail("number option to `s' command may not be zero");
        continue;
      } else if (c === 'w') {
        this.#at++;
        this.#skip(/[ \t]/);
        file = this.#take(/[^\n]/);
        break;
      } else break;
      this.#at++;
    }
    return {
      expression: this.#compile(source, flags),
      replacement: parseReplacement(replacement, delimiter),
      global,
      occurrence,
      print,
      file,
    };
  }

  /** `from` and `to` of y, as one string of pairs. */
  #transliterate(): string {
    const delimiter = this.#peek();
    this.#at++;
    // Of escapes only `\n` means something else than its character.
    const unescape = (text: string): string[] => [...text.replace(/\\(.)/gs, (_, c: string) => (c === 'n' ? '\n' : c))];
    const from = unescape(this.#plainUntil(delimiter, "unterminated `y' command"));
    const to = unescape(this.#plainUntil(delimiter, "unterminated `y' command"));
    if (from.length !== to.length) this.#fail("strings for `y' command are different lengths");
    return from.map((c, index) => c + (to[index] ?? '')).join('');
  }

  /** The text of a, i and c: one line, or several with backslashes; GNU lets it begin on the same line. */
  #lines(): string {
    this.#skip(/[ \t]/);
    // POSIX: `a\`, a newline, the text. GNU: the text right behind, its blanks kept by a backslash.
    if (this.#peek() === '\\') {
      this.#at++;
      this.#skip(/[ \t]/);
      if (this.#peek() === '\n') this.#at++;
    }
    let result = '';
    for (;;) {
      const c = this.#peek();
      if (c === '' || c === '\n') break;
      this.#at++;
      // `\` and a newline go on with the next line; before any other character it is dropped.
      if (c === '\\') {
        result += this.#peek();
        this.#at++;
      } else result += c;
    }
    return result;
  }
}

// Read once; a backslash and a digit is a group, a newline may be escaped.
function parseReplacement(text: string, delimiter: string): ReplacementPart[] {
  const parts: ReplacementPart[] = [];
  let literal = '';
  const flush = (): void => {
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (c === '&') {
      flush();
      parts.push({ kind: 'group', index: 0 });
      continue;
    }
    if (c !== '\\') {
      literal += c;
      continue;
    }
    // `s` may be delimited by n, and then `\n` is the letter.
    const next = text[++i] ?? '';
    if (/\d/.test(next)) {
      flush();
      parts.push({ kind: 'group', index: Number(next) });
    } else if ('ULulE'.includes(next) && next !== '') {
      flush();
      parts.push({ kind: 'case', mode: next as 'U' | 'L' | 'u' | 'l' | 'E' });
    } else literal += next === 'n' && delimiter !== 'n' ? '\n' : next === 't' ? '\t' : next === 'r' ? '\r' : next;
  }
  flush();
  return parts;
}
