import type { Command, ParameterOperator, Word, WordPart } from './ast.ts';
import { isDigit, isMeta, isNamePart, isNameStart, isSpecialParameter } from './characters.ts';
import type { Source } from './source.ts';
import { ShellSyntaxError } from './syntax-error.ts';

/** Beyond POSIX: what people write for bash and jsh. */
export type Dialect = 'posix' | 'extended';

/** Nested `${…}`, `$(…)` and quotes; more is an attack or a mistake. */
const MAX_NESTING = 200;

/**
 * Where words come from, and who parses what is inside them:
 * the parser, which this file cannot import without a cycle.
 */
export interface WordReaderOptions {
  readonly source: Source;
  readonly dialect: Dialect;
  /** How deep the text is nested already. */
  readonly depth: number;
  /** Parses commands up to the `)` that ends `$(`, which it consumes. */
  readonly parseSubstitution: (depth: number) => Command[];
  readonly parseText: (text: string, line: number, depth: number) => Command[];
}

/**
 * Reads words: XCU 2.2 (quoting) and 2.6 (the syntax of expansions).
 *
 *   #readUntil         outside quotes
 *   #readDoubleParts   in double quotes, in a here-document, in `"${x-…}"`
 *   #readDollar        `$name`, `${…}`, `$(…)`, `$((…))` in both
 *
 * Quotes are gone in what it gives; each part says what it was. Nothing
 * is expanded here: a script is parsed once and may run many times.
 */
export class WordReader {
  readonly #source: Source;
  readonly #options: WordReaderOptions;
  #depth: number;

  constructor(options: WordReaderOptions) {
    this.#source = options.source;
    this.#options = options;
    this.#depth = options.depth;
  }

  /** The word at the current place; empty when there is none. */
  read(): Word {
    return this.#readUntil((c) => isMeta(c));
  }

  /**
   * A word that goes on to where `end` says, or to the
   * end of the text, as in an expression of `[[ =~ ]]`.
   */
  readWhile(end: (c: string) => boolean): Word {
    return this.#readUntil((c) => c === undefined || end(c));
  }

  /** Text of a here-document with expansions: like double quotes, but `"` is only itself. */
  readHereDocument(): Word {
    return this.#readDoubleParts('here');
  }

  /** What an arithmetic expression or a prompt consists of. */
  readExpandable(): Word {
    return this.#readDoubleParts('here');
  }

  #readUntil(isEnd: (c: string | undefined) => boolean): Word {
    const source = this.#source;
    const parts: WordPart[] = [];
    let text = '';
    const flush = (): void => {
      if (text !== '') parts.push({ kind: 'text', text });
      text = '';
    };
    for (;;) {
      // XCU 2.2.1: a backslash before a newline is as if neither were there, even inside a name.
      source.skipContinuations();
      const c = source.peek();
      if (isEnd(c)) break;
      switch (c) {
        case undefined:
          flush();
          return parts;
        case '\\':
          flush();
          source.next();
          // A backslash at the very end stands for itself.
          parts.push({ kind: 'quoted', text: source.next() ?? '\\' });
          break;
        case "'":
          flush();
          parts.push({ kind: 'quoted', text: this.#readSingle() });
          break;
        case '"':
          flush();
          source.next();
          parts.push({ kind: 'double', parts: this.#nested(() => this.#readDoubleParts('quotes')) });
          break;
        case '`':
          flush();
          parts.push(this.#readBackquoted(false));
          break;
        case '$': {
          const part = this.#readDollar(false);
          if (part === undefined) text += '$';
          else {
            flush();
            parts.push(part);
          }
          break;
        }
        default:
          // A `#` in a word is only itself; comments are the token reader's.
          text += source.next();
      }
    }
    flush();
    return parts;
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_NESTING) throw new ShellSyntaxError(this.#source.line, 'Too deeply nested');
    const result = read();
    this.#depth--;
    return result;
  }

  #readSingle(): string {
    const source = this.#source;
    const { line } = source;
    source.next();
    let text = '';
    for (;;) {
      const c = source.next();
      if (c === undefined) throw new ShellSyntaxError(line, 'Unterminated quoted string', true);
      if (c === "'") return text;
      text += c;
    }
  }

  /** Up to the closing `"` (consumed), the end of the text, or the `}` of `${` (left). */
  #readDoubleParts(where: 'quotes' | 'here' | 'brace'): Word {
    const source = this.#source;
    const { line } = source;
    const parts: WordPart[] = [];
    let text = '';
    const flush = (): void => {
      if (text !== '') parts.push({ kind: 'quoted', text });
      text = '';
    };
    for (;;) {
      const c = source.peek();
      if (c === undefined) {
        if (where === 'here') break;
        throw new ShellSyntaxError(line, where === 'quotes' ? 'Unterminated quoted string' : "Missing '}'", true);
      }
      if (c === '"' && where === 'quotes') {
        source.next();
        break;
      }
      if (c === '}' && where === 'brace') break;
      if (c === '"' && where === 'brace') {
        // Quotes inside "${x:-…}": the text stays quoted either way.
        source.next();
        flush();
        parts.push({ kind: 'double', parts: this.#nested(() => this.#readDoubleParts('quotes')) });
        continue;
      }
      if (c === '\\') {
        // XCU 2.2.3: only before these a backslash quotes in double quotes, else it stays.
        const after = source.peek(1);
        if (after === '\n') source.skip(2);
        else if (
          after !== undefined &&
          ('$`\\'.includes(after) || (after === '"' && where !== 'here') || (after === '}' && where === 'brace'))
        ) {
          source.next();
          text += source.next();
        } else text += source.next();
        continue;
      }
      if (c === '`') {
        flush();
        // In a here-document a `"` is an ordinary character, also in backquotes.
        parts.push(this.#readBackquoted(where !== 'here'));
        continue;
      }
      if (c === '$') {
        const part = this.#readDollar(true);
        if (part === undefined) text += '$';
        else {
          flush();
          parts.push(part);
        }
        continue;
      }
      text += source.next();
    }
    flush();
    return parts;
  }

  /** `undefined` when the `$` (consumed) is only itself. */
  #readDollar(inDouble: boolean): WordPart | undefined {
    const source = this.#source;
    source.next();
    source.skipContinuations();
    const c = source.peek();
    // Depth is counted here, where one kind of nesting can hold another.
    if (c === '{') return this.#nested(() => this.#readBraced(inDouble));
    if (c === '(') {
      if (source.peek(1) === '(') {
        // XCU 2.6.4 asks to try arithmetic first and to take it for
        // a subshell in a substitution only when it cannot be that.
        const arithmetic = this.#nested(() => this.#readArithmetic());
        if (arithmetic !== undefined) return arithmetic;
      }
      source.next();
      return { kind: 'substitution', body: this.#nested(() => this.#options.parseSubstitution(this.#depth)) };
    }
    if (c === "'" && !inDouble && this.#options.dialect === 'extended')
      return { kind: 'quoted', text: this.#readAnsiQuoted() };
    // One digit: `$10` is `$1` and a `0`.
    if (isDigit(c) || isSpecialParameter(c)) {
      source.next();
      return { kind: 'parameter', name: c ?? '' };
    }
    // A `$` before anything else is only itself, also at the end.
    if (!isNameStart(c)) return undefined;
    return { kind: 'parameter', name: this.#readName() };
  }

  #readName(): string {
    const source = this.#source;
    let name = '';
    for (;;) {
      source.skipContinuations();
      if (!isNamePart(source.peek())) return name;
      name += source.next();
    }
  }

  #readBraced(inDouble: boolean): WordPart {
    const source = this.#source;
    const start = source.mark();
    source.next();
    const part = this.#readBracedInner(inDouble);
    if (part !== undefined) return part;
    // dash complains about `${x!y}` when it gets there, not when it
    // reads it: such lines may stand in branches for another shell.
    source.reset(start);
    source.next();
    this.#skipBraced(start.line);
    return { kind: 'bad' };
  }

  /** After `${`: `undefined` when it is no expansion the shell knows. */
  #readBracedInner(inDouble: boolean): WordPart | undefined {
    const source = this.#source;
    // `${#}` is the number of parameters, `${#x}` a length,
    // `${#-word}` an operator on `$#`, and `${#-}` the length of `$-`.
    if (
      source.peek() === '#' &&
      source.peek(1) !== '}' &&
      !(isParameterOperatorStart(source.peek(1)) && !isParameterThenBrace(source))
    ) {
      source.next();
      const name = this.#readParameterName();
      return name !== undefined && source.next() === '}' ? { kind: 'length', name } : undefined;
    }
    const name = this.#readParameterName();
    if (name === undefined) return undefined;
    if (source.peek() === '}') {
      source.next();
      return { kind: 'parameter', name };
    }
    let operator = source.next() ?? '';
    if (operator === ':') operator += source.next() ?? '';
    else if ((operator === '#' || operator === '%') && source.peek() === operator) operator += source.next();
    if (!isParameterOperator(operator)) return undefined;
    // In a pattern quotes keep their meaning even inside double quotes.
    const isPattern = operator.startsWith('#') || operator.startsWith('%');
    const word =
      inDouble && !isPattern ? this.#readDoubleParts('brace') : this.#readUntil((c) => c === '}' || c === undefined);
    // Not `bad`, since more text could mend it.
    if (source.next() !== '}') throw new ShellSyntaxError(source.line, "Missing '}'", true);
    return { kind: 'parameter', name, operator, word };
  }

  /** To the `}` of an expansion nobody understands; quotes and nested expansions are read over. */
  #skipBraced(line: number): void {
    const source = this.#source;
    this.#readUntil((c) => c === '}' || c === undefined);
    if (source.next() === undefined) throw new ShellSyntaxError(line, "Missing '}'", true);
  }

  #readParameterName(): string | undefined {
    const source = this.#source;
    const c = source.peek();
    if (isNameStart(c)) return this.#readName();
    if (isDigit(c)) {
      let digits = '';
      while (isDigit(source.peek())) digits += source.next();
      return digits;
    }
    return isSpecialParameter(c) ? source.next() : undefined;
  }

  /**
   * `undefined` (and nothing consumed) when `((` turns out to be a
   * nested subshell. Quotes in an expression vanish, as in dash.
   */
  #readArithmetic(): WordPart | undefined {
    const source = this.#source;
    const start = source.mark();
    source.skip(2);
    const parts: WordPart[] = [];
    let text = '';
    let depth = 0;
    const flush = (): void => {
      if (text !== '') parts.push({ kind: 'quoted', text });
      text = '';
    };
    for (;;) {
      // A parenthesis inside belongs to the expression;
      // `))` counts as its end only when none is open.
      const c = source.peek();
      if (c === undefined) throw new ShellSyntaxError(start.line, "Missing '))'", true);
      if (c === '\\' && source.peek(1) === '\n') source.skip(2);
      else if (c === '(') {
        depth++;
        text += source.next();
      } else if (c === ')') {
        if (depth === 0) {
          if (source.peek(1) !== ')') {
            source.reset(start);
            return undefined;
          }
          source.skip(2);
          flush();
          return { kind: 'arithmetic', expression: parts };
        }
        depth--;
        text += source.next();
      } else if (c === '$') {
        const part = this.#readDollar(true);
        if (part === undefined) text += '$';
        else {
          flush();
          parts.push(part);
        }
      } else if (c === '`') {
        flush();
        parts.push(this.#readBackquoted(true));
      } else if (c === '"') source.next();
      else text += source.next();
    }
  }

  #readBackquoted(inDouble: boolean): WordPart {
    const source = this.#source;
    const { line } = source;
    source.next();
    let text = '';
    for (;;) {
      const c = source.next();
      if (c === undefined) throw new ShellSyntaxError(line, 'EOF in backquote substitution', true);
      if (c === '`') break;
      if (c !== '\\') {
        text += c;
        continue;
      }
      // XCU 2.6.3: a backslash in backquotes quotes `$`, a backquote and itself,
      // in double quotes also `"`; the rest is parsed as commands once more.
      const after = source.next() ?? '';
      if (after === '\n') continue;
      text += '`\\$'.includes(after) || (inDouble && after === '"') ? after : `\\${after}`;
    }
    return { kind: 'substitution', body: this.#nested(() => this.#options.parseText(text, line, this.#depth)) };
  }

  /** `$'…'` of bash: escapes as in C. */
  #readAnsiQuoted(): string {
    const source = this.#source;
    const { line } = source;
    source.next();
    let text = '';
    for (;;) {
      const c = source.next();
      if (c === undefined) throw new ShellSyntaxError(line, 'Unterminated quoted string', true);
      if (c === "'") return text;
      if (c !== '\\') {
        text += c;
        continue;
      }
      const escape = source.next() ?? '';
      // From the escape's own letter: up to eight digits behind it.
      const hex = /^(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3}))/.exec(
        source.text.slice(source.position - 1, source.position + 9),
      );
      if (hex !== null) {
        source.skip(hex[0].length - 1);
        const code = hex[4] !== undefined ? parseInt(hex[4], 8) : parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '0', 16);
        // Beyond Unicode there is no character; bash would print its bytes.
        text += code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
      } else text += SIMPLE_ESCAPES[escape] ?? `\\${escape}`;
    }
  }
}

// ISO C 6.4.4.4, and `\e` of everybody else.
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

const PARAMETER_OPERATORS: ReadonlySet<string> = new Set<ParameterOperator>([
  '-',
  ':-',
  '=',
  ':=',
  '?',
  ':?',
  '+',
  ':+',
  '#',
  '##',
  '%',
  '%%',
]);
const isParameterOperator = (text: string): text is ParameterOperator => PARAMETER_OPERATORS.has(text);

const isParameterOperatorStart = (c: string | undefined): boolean => c !== undefined && '-=?+#%:'.includes(c);
/** At `${#`: is what follows one special parameter and `}`, so that this is a length (`${#?}`, `${##}`)? */
const isParameterThenBrace = (source: Source): boolean => isSpecialParameter(source.peek(1)) && source.peek(2) === '}';
