import type { Condition, Word } from './ast.ts';
import { isOperator, literal, type Token } from './token-reader.ts';

/**
 * What this parser needs of the token reader. `readRegex`
 * reads text, not tokens: `(` and `|` are no operators there.
 */
export interface ConditionTokens {
  peek(): Token;
  take(): Token;
  skipNewlines(): void;
  unexpected(token: Token): never;
  readRegex(): Word;
}

const BINARY: ReadonlySet<string> = new Set([
  '=',
  '==',
  '!=',
  '=~',
  '-eq',
  '-ne',
  '-lt',
  '-le',
  '-gt',
  '-ge',
  '-nt',
  '-ot',
  '-ef',
]);

/** What stands between `[[` and `]]`. Not POSIX; the part of bash's that scripts use. */
export class ConditionParser {
  readonly #tokens: ConditionTokens;

  constructor(tokens: ConditionTokens) {
    this.#tokens = tokens;
  }

  // `&&` binds tighter than `||` here, unlike in a list
  // of commands, where both are alike (XCU 2.9.3).
  parse(): Condition {
    let left = this.#and();
    while (this.#isOperator('||')) {
      this.#tokens.take();
      this.#tokens.skipNewlines();
      left = { kind: 'or', left, right: this.#and() };
    }
    return left;
  }

  #and(): Condition {
    let left = this.#not();
    while (this.#isOperator('&&')) {
      this.#tokens.take();
      this.#tokens.skipNewlines();
      left = { kind: 'and', left, right: this.#not() };
    }
    return left;
  }

  #not(): Condition {
    if (this.#text() === '!') {
      this.#tokens.take();
      return { kind: 'not', inner: this.#not() };
    }
    if (this.#isOperator('(')) {
      this.#tokens.take();
      const inner = this.parse();
      if (!this.#isOperator(')')) this.#tokens.unexpected(this.#tokens.peek());
      this.#tokens.take();
      return inner;
    }
    return this.#primary();
  }

  /** One, two or three words; which it is, the second one tells. */
  #primary(): Condition {
    const text = this.#text();
    const first = this.#word();
    // `[[ -f ]]` asks whether `-f` is empty, so a word
    // has to follow before the letter is an operator.
    if (
      text !== undefined &&
      /^-[a-zA-Z]$/.test(text) &&
      this.#tokens.peek().type === 'word' &&
      this.#text() !== ']]'
    ) {
      return { kind: 'unary', operator: text, operand: this.#word() };
    }
    // Without blanks around them `<` and `>` are the tokens of redirections; here they compare.
    const operator = this.#isOperator('<') ? '<' : this.#isOperator('>') ? '>' : this.#text();
    if (operator === undefined || !(BINARY.has(operator) || operator === '<' || operator === '>'))
      // bash: a word alone is true when it is not empty.
      return { kind: 'unary', operator: '-n', operand: first };
    this.#tokens.take();
    return {
      kind: 'binary',
      operator,
      left: first,
      right: operator === '=~' ? this.#tokens.readRegex() : this.#word(),
    };
  }

  #word(): Word {
    const token = this.#tokens.peek();
    if (token.type !== 'word') return this.#tokens.unexpected(token);
    this.#tokens.take();
    return token.word;
  }

  /** Undefined for a word with quotes or expansions, which is never an operator. */
  #text(): string | undefined {
    return literal(this.#tokens.peek());
  }

  #isOperator(text: string): boolean {
    return isOperator(this.#tokens.peek(), text);
  }
}
