import { UsageError } from '../options.ts';

/**
 * `function-name` is a name with its `(` right behind it: only without a
 * blank it is a call (XCU awk, FUNC_NAME). `text` of a string is its value.
 */
export interface Token {
  readonly kind: 'number' | 'string' | 'regex' | 'name' | 'function-name' | 'operator' | 'newline' | 'end';
  readonly text: string;
  readonly line: number;
}

// Longest first: the first that fits is taken, and `**=` begins as `*` does.
const OPERATORS = [
  '**=',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '++',
  '--',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '^=',
  '**',
  '!~',
  '>>',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ';',
  ',',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '!',
  '>',
  '<',
  '|',
  '?',
  ':',
  '~',
  '$',
  '=',
];
/** XCU awk, "Lexical Conventions", table of escape sequences; `\ddd` is read apart. */
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  '"': '"',
  '/': '/',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** Reads tokens one at a time; only the parser knows whether `/` divides or begins an expression. */
export class Lexer {
  readonly #text: string;
  #at = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  /** Throws UsageError for a character that begins no token. At the end it gives `end` as often as it is asked. */
  next(): Token {
    this.#skip();
    // No token but a string is longer than this; slicing the whole
    // rest each time would cost the square of the program's length.
    const rest = this.#text.slice(this.#at, this.#at + 400);
    const token = (kind: Token['kind'], text: string, length = text.length): Token => {
      this.#at += length;
      return { kind, text, line: this.#line };
    };
    if (rest === '') return { kind: 'end', text: 'end of program', line: this.#line };
    // Newlines end statements, so they are tokens.
    if (rest.startsWith('\n')) {
      this.#line++;
      return token('newline', '\n');
    }
    // Hexadecimal as in gawk's source text; in input it is no number.
    const number = /^(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)/.exec(rest);
    if (number !== null) return token('number', number[0]);
    if (rest.startsWith('"')) return this.#string();
    const name = /^[A-Za-z_]\w*/.exec(rest);
    // Right behind it: `f (x)` of a user's function is a concatenation.
    if (name !== null) return token(this.#text[this.#at + name[0].length] === '(' ? 'function-name' : 'name', name[0]);
    const operator = OPERATORS.find((candidate) => rest.startsWith(candidate));
    if (operator === undefined)
      throw new UsageError(`line ${this.#line}: syntax error at or near ${rest[0]}`, 2, false);
    return token('operator', operator);
  }

  /** A regular expression whose opening `/` has just been read. */
  regex(begun: string): Token {
    let source = begun;
    let inSet = false;
    for (;;) {
      const c = this.#text[this.#at];
      if (c === undefined || c === '\n')
        throw new UsageError(`line ${this.#line}: regular expression is not terminated`, 2, false);
      this.#at++;
      if (c === '\\') {
        const next = this.#text[this.#at++] ?? '';
        // Only the delimiter loses its backslash; the rest belongs to the expression.
        source += next === '/' ? '/' : `\\${next}`;
        continue;
      }
      if (c === '/' && !inSet) return { kind: 'regex', text: source, line: this.#line };
      if (c === '[' && !inSet) inSet = true;
      // A bracket right after `[` or `[^` is a member (XBD 9.3.5).
      else if (c === ']' && inSet && !/\[\^?$/.test(source)) inSet = false;
      source += c;
    }
  }

  /**
   * Blanks, comments and continued lines. A carriage return counts as a blank, for programs that were written
   * on Windows.
   */
  #skip(): void {
    for (;;) {
      const c = this.#text[this.#at];
      if (c === ' ' || c === '\t' || c === '\r') this.#at++;
      // A backslash at the end of the line: the line goes on.
      else if (c === '\\' && this.#text[this.#at + 1] === '\n') {
        this.#at += 2;
        this.#line++;
      } else if (c === '#') while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#at++;
      else return;
    }
  }

  /** Throws UsageError where the line ends before the string does. */
  #string(): Token {
    this.#at++;
    let value = '';
    for (;;) {
      const c = this.#text[this.#at++];
      if (c === undefined || c === '\n') throw new UsageError(`line ${this.#line}: string is not terminated`, 2, false);
      if (c === '"') return { kind: 'string', text: value, line: this.#line };
      if (c !== '\\') {
        value += c;
        continue;
      }
      const octal = /^[0-7]{1,3}/.exec(this.#text.slice(this.#at, this.#at + 3));
      if (octal !== null) {
        value += String.fromCharCode(parseInt(octal[0], 8));
        this.#at += octal[0].length;
        continue;
      }
      const escaped = this.#text[this.#at++] ?? '';
      // A continued line leaves nothing; an escape nobody knows keeps its backslash, as in gawk.
      if (escaped !== '\n') value += ESCAPES[escaped] ?? `\\${escaped}`;
    }
  }
}
