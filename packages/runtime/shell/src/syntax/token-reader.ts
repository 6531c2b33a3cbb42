import type { Word } from './ast.ts';
import { isDigit } from './characters.ts';
import type { Source } from './source.ts';
import { ShellSyntaxError } from './syntax-error.ts';
import type { Dialect, WordReader } from './word-reader.ts';

/**
 * `start` is the offset of the token's first character,
 * so that the text can be gone back to or shown.
 */
export type Token =
  | { readonly type: 'word'; readonly word: Word; readonly start: number }
  | { readonly type: 'operator'; readonly text: string; readonly start: number }
  | { readonly type: 'io-number'; readonly fd: number; readonly start: number }
  | { readonly type: 'newline'; readonly start: number }
  | { readonly type: 'end'; readonly start: number };

// Longest first, for the same reason as in arithmetic:
// XCU 2.3, rule 2, takes the longest operator there is.
const OPERATORS = [
  '<<-',
  '&&',
  '||',
  ';;',
  '<<',
  '>>',
  '<&',
  '>&',
  '<>',
  '>|',
  '&',
  '|',
  ';',
  '(',
  ')',
  '<',
  '>',
] as const;
// Looked for before the others, or `<<<` would be `<<` and `<`.
const EXTENDED_OPERATORS = ['<<<', '&>', '|&'] as const;
/**
 * XCU 2.4: words that mean something where a command
 * begins, and that no alias and no function may be called.
 */
export const RESERVED: ReadonlySet<string> = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'while',
  'until',
  'for',
  'do',
  'done',
  'case',
  'esac',
  'in',
  '{',
  '}',
  '!',
]);

/** A here-document whose line is still being read. */
interface PendingHereDocument {
  readonly delimiter: string;
  readonly quoted: boolean;
  readonly stripTabs: boolean;
  readonly redirect: { target: Word };
  /** Where its operator stands, for the message when its end never comes. */
  readonly line: number;
}

/** What the reader works on; the parser's own options say the rest. */
export interface TokenReaderOptions {
  readonly source: Source;
  readonly words: WordReader;
  readonly dialect: Dialect;
  readonly aliases: ReadonlyMap<string, string> | undefined;
  /** More text may follow: a here-document that is not closed asks for it instead of ending. */
  readonly partial: boolean;
  /** Parses the text of a here-document whose delimiter was not quoted. */
  readonly parseHereText: (text: string, line: number) => Word;
}

/** XCU 2.3: tokens, with here-documents read behind the line that names them and aliases put in. */
export class TokenReader {
  readonly #source: Source;
  readonly #options: TokenReaderOptions;
  readonly #words: WordReader;
  #peeked: Token | undefined;
  // Read at the next newline, all of them in order: `cat <<A <<B`.
  #hereDocuments: PendingHereDocument[] = [];
  /** Aliases being replaced, and how much text was left behind the replacement. */
  #activeAliases: { name: string; remaining: number }[] = [];
  #aliasNextWord = false;

  constructor(options: TokenReaderOptions) {
    this.#source = options.source;
    this.#words = options.words;
    this.#options = options;
  }

  get position(): number {
    return this.#peeked?.start ?? this.#source.position;
  }

  get line(): number {
    return this.#source.line;
  }

  /** The last alias ended in a blank: the next word may be one too. */
  get aliasNextWord(): boolean {
    return this.#aliasNextWord;
  }

  textFrom(start: number, end: number): string {
    return this.#source.text.slice(start, end);
  }

  /** A here-document begins: its text, once it has been read, becomes the target. */
  addHereDocument(redirect: { target: Word }, delimiter: Word, stripTabs: boolean): void {
    const { text, quoted } = delimiterOf(delimiter);
    this.#hereDocuments.push({ delimiter: text, quoted, stripTabs, redirect, line: this.#source.line });
  }

  peek(): Token {
    return (this.#peeked ??= this.#read());
  }

  take(): Token {
    const token = this.peek();
    this.#peeked = undefined;
    return token;
  }

  #read(): Token {
    const source = this.#source;
    for (;;) {
      source.skipContinuations();
      const c = source.peek();
      if (c === ' ' || c === '\t') source.next();
      // Only where a token begins: `a#b` is a word.
      else if (c === '#') while (!source.ended && source.peek() !== '\n') source.next();
      else break;
    }
    const start = source.position;
    const c = source.peek();
    if (c === undefined) {
      // The text ends and so do its here-documents, though no newline comes.
      this.#readHereDocuments();
      return { type: 'end', start };
    }
    if (c === '\n') {
      source.next();
      this.#readHereDocuments();
      return { type: 'newline', start };
    }
    if (this.#options.dialect === 'extended') {
      const operator = EXTENDED_OPERATORS.find((candidate) => source.startsWith(candidate));
      if (operator !== undefined) {
        source.skip(operator.length);
        return { type: 'operator', text: operator, start };
      }
    }
    const operator = OPERATORS.find((candidate) => source.startsWith(candidate));
    if (operator !== undefined) {
      source.skip(operator.length);
      return { type: 'operator', text: operator, start };
    }
    // XCU 2.10.1: digits right before `<` or `>` are a
    // descriptor; with a blank between them they are a word.
    if (isDigit(c)) {
      let length = 1;
      while (isDigit(source.peek(length))) length++;
      const after = source.peek(length);
      if (after === '<' || after === '>') {
        const digits = source.text.slice(start, start + length);
        source.skip(length);
        return { type: 'io-number', fd: Number(digits), start };
      }
    }
    const word = this.#words.read();
    // What nothing can begin with, such as a `)` alone; without this the parser would stand still.
    if (source.position === start) throw new ShellSyntaxError(source.line, `"${c}" unexpected`);
    return { type: 'word', word, start };
  }

  #readHereDocuments(): void {
    const pending = this.#hereDocuments;
    if (pending.length === 0) return;
    // First of all, since the parser of a document's text may meet a newline of its own.
    this.#hereDocuments = [];
    for (const document of pending) this.#readHereDocument(document);
  }

  #readHereDocument({ delimiter, quoted, stripTabs, redirect, line }: PendingHereDocument): void {
    const source = this.#source;
    const bodyLine = source.line;
    let body = '';
    for (;;) {
      // An interactive shell asks for more; the end of a file ends the document, as in dash.
      if (source.ended) {
        if (this.#options.partial) throw new ShellSyntaxError(line, 'end of file unexpected', true);
        break;
      }
      let text = '';
      while (!source.ended && source.peek() !== '\n') text += source.next();
      const hadNewline = source.next() !== undefined;
      if (stripTabs) text = text.replace(/^\t+/, '');
      // A continued line cannot be the delimiter and joins the next one.
      if (!quoted && /(?:^|[^\\])(?:\\\\)*\\$/.test(text) && hadNewline) {
        body += `${text}\n`;
        continue;
      }
      if (text === delimiter) break;
      body += text + (hadNewline ? '\n' : '');
    }
    // XCU 2.7.4: a quoted delimiter, even in part, leaves the text alone.
    redirect.target = quoted ? [{ kind: 'quoted', text: body }] : this.#options.parseHereText(body, bodyLine);
  }

  /**
   * XCU 2.3.1: while the token is an alias, its value takes its place
   * in the text and is read anew. An alias inside its own value is
   * not replaced again, or `ls='ls -F'` would go on for ever.
   */
  expandAlias(): void {
    const { aliases } = this.#options;
    this.#aliasNextWord = false;
    if (aliases === undefined || aliases.size === 0) return;
    for (;;) {
      const token = this.peek();
      const name = token.type === 'word' ? literal(token) : undefined;
      if (name === undefined || RESERVED.has(name)) return;
      const value = aliases.get(name);
      const source = this.#source;
      const left = source.text.length - token.start;
      // Once the reader is past what an alias put in, the alias may be used
      // again. Counted from the end of the text, which no replacement moves.
      this.#activeAliases = this.#activeAliases.filter((alias) => left > alias.remaining);
      if (value === undefined || this.#activeAliases.some((alias) => alias.name === name)) return;
      this.#activeAliases.push({ name, remaining: source.remaining });
      source.replaceSince(token.start, value);
      this.#peeked = undefined;
      this.#aliasNextWord = /[ \t]$/.test(value);
    }
  }

  skipNewlines(): void {
    while (this.peek().type === 'newline') this.take();
  }

  expectWord(expected: string): void {
    const token = this.peek();
    if (literal(token) !== expected) this.unexpected(token, expected);
    this.take();
  }

  expectOperator(expected: string): void {
    const token = this.peek();
    if (!isOperator(token, expected)) this.unexpected(token, expected);
    this.take();
  }

  expectAnyWord(): Word {
    const token = this.peek();
    if (token.type !== 'word') return this.unexpected(token);
    this.take();
    return token.word;
  }

  unexpected(token: Token, expected?: string): never {
    const hint = expected === undefined ? '' : ` (expecting "${expected}")`;
    const text = literal(token);
    // The newline itself has been counted already.
    const line = token.type === 'newline' ? this.#source.line - 1 : this.#source.line;
    switch (token.type) {
      case 'end':
        // Incomplete: an interactive shell asks for another line instead of complaining.
        throw new ShellSyntaxError(line, `end of file unexpected${hint}`, true);
      case 'newline':
        throw new ShellSyntaxError(line, `newline unexpected${hint}`);
      case 'operator':
        throw new ShellSyntaxError(line, `"${token.text}" unexpected${hint}`);
      default:
        throw new ShellSyntaxError(
          line,
          text !== undefined && RESERVED.has(text) ? `"${text}" unexpected${hint}` : `word unexpected${hint}`,
        );
    }
  }

  /**
   * The right side of `=~`: `(`, `|` and `<` are part
   * of it, blanks too while a parenthesis is open.
   */
  readRegex(): Word {
    const source = this.#source;
    // The token that was looked at was read as shell; it is read again as text.
    if (this.#peeked !== undefined) {
      source.position = this.#peeked.start;
      this.#peeked = undefined;
    }
    while (source.peek() === ' ' || source.peek() === '\t') source.next();
    let depth = 0;
    return this.#words.readWhile((c) => {
      if (c === '(') depth++;
      else if (c === ')') depth--;
      return c === '\n' || ((c === ' ' || c === '\t') && depth <= 0);
    });
  }
}

/**
 * The text of a word that is nothing but unquoted literal
 * text: what a reserved word or an alias has to be.
 */
export function literal(token: Token): string | undefined {
  if (token.type !== 'word' || token.word.length !== 1) return undefined;
  const part = token.word[0];
  return part?.kind === 'text' ? part.text : undefined;
}

/** Whether the token is that operator; a quoted `;` is a word and none. */
export const isOperator = (token: Token, text: string): boolean => token.type === 'operator' && token.text === text;

/**
 * A here-document's delimiter: quotes are removed, nothing
 * is expanded (XCU 2.7.4), so `<<$x` ends at a line `$x`.
 */
function delimiterOf(word: Word): { text: string; quoted: boolean } {
  let text = '';
  let quoted = false;
  for (const part of word) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'quoted') {
      text += part.text;
      quoted = true;
    } else if (part.kind === 'double') {
      text += delimiterOf(part.parts).text;
      quoted = true;
    } else if (part.kind === 'parameter') text += `$${part.name}`;
  }
  return { text, quoted };
}
