import { UsageError } from '../options.ts';
import { Lexer, type Token } from './lexer.ts';

// Expressions and statements inside each other; a level costs up to fifteen frames of the stack.
const MAX_DEPTH = 300;

/** Reads tokens one ahead; what the grammar of statements and of expressions is written with. */
export class TokenCursor {
  protected readonly lexer: Lexer;
  protected token: Token;
  #depth = 0;

  constructor(text: string) {
    this.lexer = new Lexer(text);
    this.token = this.lexer.next();
  }

  /** A program nested deeper than anybody writes would overflow the stack. */
  protected nested<Result>(parse: () => Result): Result {
    if (++this.#depth > MAX_DEPTH) throw new UsageError('the program is nested too deeply', 2, false);
    const result = parse();
    this.#depth--;
    return result;
  }

  /** Status 2, as for every program that cannot be run at all. */
  protected fail(): never {
    const near = this.token.text === '\n' ? 'end of line' : this.token.text;
    throw new UsageError(`line ${this.token.line}: syntax error at or near ${near}`, 2, false);
  }

  protected advance(): Token {
    const token = this.token;
    this.token = this.lexer.next();
    return token;
  }

  protected is(text: string): boolean {
    return this.token.kind === 'operator' && this.token.text === text;
  }

  /** Words of the grammar are names to the lexer, also with a `(` right behind them. */
  protected isName(text: string): boolean {
    return (this.token.kind === 'name' || this.token.kind === 'function-name') && this.token.text === text;
  }

  protected accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.advance();
    return true;
  }

  protected expect(text: string): void {
    if (!this.accept(text)) this.fail();
  }

  protected skipNewlines(): void {
    while (this.token.kind === 'newline') this.advance();
  }

  /** For places where empty statements mean nothing. */
  protected skipTerminators(): void {
    while (this.token.kind === 'newline' || this.is(';')) this.advance();
  }

  /** Whether what may be left out was: `return`, `exit` and `print` have no value then. */
  protected atStatementEnd(): boolean {
    return this.token.kind === 'newline' || this.token.kind === 'end' || this.is(';') || this.is('}');
  }
}
