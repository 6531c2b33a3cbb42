/**
 * POSIX regular expressions (XBD 9) as JavaScript ones. Alternatives match
 * leftmost-first, not longest. `basic` and `extended` are translated with GNU's
 * additions (`\+`, `\<`, `\w`), `fixed` is plain text, `perl` goes through as it is.
 */
export type RegexSyntax = 'basic' | 'extended' | 'fixed' | 'perl';

/**
 * A pattern that is none; the message is GNU's where
 * the translation found it, the engine's elsewhere.
 */
export class RegexError extends Error {}

// XBD 9.3.5's classes, as they stand inside brackets,
// with Unicode's categories instead of a locale's.
const CLASSES: Readonly<Record<string, string>> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}\\p{N}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  blank: ' \\t',
  punct: '!-\\/:-@\\[-`\\{-~',
  print: '\\x20-\\x7e\\u00a0-\\uffff',
  graph: '\\x21-\\x7e\\u00a1-\\uffff',
  cntrl: '\\x00-\\x1f\\x7f',
  xdigit: '0-9A-Fa-f',
};

/** What is part of a word to GNU: letters and digits of every script, and `_`. */
const WORD = '[\\p{L}\\p{N}_]';
const WORD_BEGIN = `(?:(?<!${WORD})(?=${WORD}))`;
const WORD_END = `(?:(?<=${WORD})(?!${WORD}))`;

/** The expression, always with the flag `u`; throws RegexError. */
export function compileRegex(pattern: string, syntax: RegexSyntax, flags = ''): RegExp {
  const source =
    syntax === 'fixed'
      ? escapeLiteral(pattern)
      : syntax === 'perl'
        ? pattern
        : new Translator(pattern, syntax === 'extended').run();
  try {
    return new RegExp(source, `${flags}u`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RegexError(error.message.replace(/^.*: /, ''));
  }
}

/** Text as an expression that matches only itself. */
export const escapeLiteral = (text: string): string =>
  text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\n/g, '\\n');

/**
 * Walks the pattern once. What is special in the one syntax and plain
 * in the other is where they differ: `(` in extended is `\(` in basic.
 */
class Translator {
  readonly #text: string;
  readonly #extended: boolean;
  #at = 0;

  constructor(text: string, extended: boolean) {
    this.#text = text;
    this.#extended = extended;
  }

  run(): string {
    let result = '';
    // At the start of a branch `*` is literal and `^` an anchor.
    let fresh = true;
    while (this.#at < this.#text.length) {
      const c = this.#text[this.#at] ?? '';
      const next = this.#text[this.#at + 1];
      if (c === '[') {
        result += this.#bracket();
        fresh = false;
        continue;
      }
      if (c === '\\') {
        this.#at += 2;
        const piece = this.#escaped(next);
        result += piece.text;
        fresh = piece.fresh;
        continue;
      }
      this.#at++;
      switch (c) {
        case '*':
          result += fresh ? '\\*' : '*';
          fresh = false;
          continue;
        case '^':
          // XBD 9.3.8: in the middle of a basic expression `^` and `$` are characters.
          result += this.#extended || fresh ? '^' : '\\^';
          continue;
        case '$':
          result += this.#extended || this.#atBranchEnd() ? '$' : '\\$';
          fresh = false;
          continue;
        case '.':
          result += '.';
          fresh = false;
          continue;
        default:
      }
      if ('(|)+?{'.includes(c) && this.#extended) {
        // Not an interval: GNU takes the brace for itself.
        if (c === '{') result += this.#interval('}') ?? '\\{';
        // Nothing to repeat at the start of a branch: undefined in POSIX, itself in GNU.
        else if ((c === '+' || c === '?') && fresh) result += `\\${c}`;
        else result += c;
        fresh = c === '(' || c === '|';
        continue;
      }
      // With `u` half a character is an error, so one is escaped as a whole.
      const point = String.fromCodePoint(this.#text.codePointAt(this.#at - 1) ?? 0);
      this.#at += point.length - 1;
      result += escapeLiteral(point);
      fresh = false;
    }
    return result;
  }

  #atBranchEnd(): boolean {
    const rest = this.#text.slice(this.#at);
    return rest === '' || rest.startsWith('\\)') || rest.startsWith('\\|');
  }

  #escaped(c: string | undefined): { text: string; fresh: boolean } {
    if (c === undefined) throw new RegexError('Trailing backslash');
    if ('(){}|+?'.includes(c)) {
      if (this.#extended) return { text: `\\${c}`, fresh: false };
      if (c === '{') {
        const interval = this.#interval('\\}');
        if (interval === undefined) throw new RegexError('Invalid preceding regular expression');
        return { text: interval, fresh: false };
      }
      // Basic: the backslash makes the operator.
      return { text: c, fresh: c === '(' || c === '|' };
    }
    switch (c) {
      // GNU's word borders. JavaScript's `\b` and `\w` know only ASCII.
      case '<':
        return { text: WORD_BEGIN, fresh: false };
      case '>':
        return { text: WORD_END, fresh: false };
      case 'b':
        return { text: `(?:${WORD_BEGIN}|${WORD_END})`, fresh: false };
      case 'B':
        return { text: `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`, fresh: false };
      case 'w':
        return { text: WORD, fresh: false };
      case 'W':
        return { text: WORD.replace('[', '[^'), fresh: false };
      case '`':
        return { text: '^', fresh: false };
      case "'":
        return { text: '$', fresh: false };
      case 'n':
      case 't':
      case 's':
      case 'S':
      case 'f':
      case 'v':
      case 'r':
        return { text: `\\${c}`, fresh: false };
      default:
        return { text: /[1-9]/.test(c) ? `\\${c}` : escapeLiteral(c), fresh: false };
    }
  }

  /** `n,m` up to `end`; `undefined` (nothing consumed) when it is none. */
  #interval(end: string): string | undefined {
    const close = this.#text.indexOf(end, this.#at);
    const match = /^(\d*)(,?)(\d*)$/.exec(close === -1 ? 'x' : this.#text.slice(this.#at, close));
    if (match === null || (match[1] === '' && match[2] === '')) return undefined;
    this.#at = close + end.length;
    // JavaScript has no `{,m}`.
    return `{${match[1] === '' ? '0' : match[1]}${match[2]}${match[3]}}`;
  }

  #bracket(): string {
    const text = this.#text;
    let i = this.#at + 1;
    let set = '';
    const negated = text[i] === '^';
    if (negated) i++;
    for (let first = true; ; first = false) {
      const c = text[i];
      if (c === undefined) throw new RegexError('Unmatched [, [^, [:, [., or [=');
      if (c === ']' && !first) break;
      // Within brackets there are three more kinds of brackets.
      const named = /^\[:(\w+):\]/.exec(text.slice(i, i + 12));
      const equivalent = /^\[([=.])(.)\1\]/u.exec(text.slice(i, i + 8));
      if (named?.[1] !== undefined) {
        const expansion = CLASSES[named[1]];
        if (expansion === undefined) throw new RegexError('Invalid character class name');
        set += expansion;
        i += named[0].length;
      } else if (equivalent?.[2] !== undefined) {
        set += escapeInSet(equivalent[2]);
        i += equivalent[0].length;
      } else {
        const point = String.fromCodePoint(text.codePointAt(i) ?? 0);
        i += point.length;
        if (text[i] === '-' && text[i + 1] !== undefined && text[i + 1] !== ']') {
          const high = String.fromCodePoint(text.codePointAt(i + 1) ?? 0);
          set += `${escapeInSet(point)}-${escapeInSet(high)}`;
          i += 1 + high.length;
        } else if (point === '\\' && /[nt]/.test(text[i] ?? '')) {
          // GNU tools read these two even here.
          set += `\\${text[i]}`;
          i++;
        } else set += escapeInSet(point);
      }
    }
    this.#at = i + 1;
    return `[${negated ? '^' : ''}${set}]`;
  }
}

const escapeInSet = (c: string): string => (/[\\\]^\-[]/.test(c) ? `\\${c}` : c === '\n' ? '\\n' : c);
