import { ExpressionParser } from './expression-parser.ts';
import type { AwkFunction, Expression, OutputTarget, Pattern, Program, Rule, Statement } from './tree.ts';

/** The tree of a program; throws UsageError where it is none. */
export function parseAwk(text: string): Program {
  return new AwkParser(text).run();
}

/**
 * The grammar of rules and statements (XCU awk, "Grammar"). A newline ends a
 * statement; where the grammar allows one in between, `skipNewlines` says so.
 */
class AwkParser extends ExpressionParser {
  /** Functions may be called above where they are defined, so all of the text is read first. */
  run(): Program {
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (;;) {
      this.skipTerminators();
      if (this.token.kind === 'end') return { rules, functions };
      // `func` is gawk's and mawk's.
      if (this.isName('function') || this.isName('func')) this.function(functions);
      else rules.push(this.rule());
    }
  }

  /**
   * The names of parameters are local; those that a call does not give are uninitialized (XCU awk,
   * "User-Defined Functions").
   */
  protected function(functions: Map<string, AwkFunction>): void {
    this.advance();
    const name = this.advance().text;
    const parameters: string[] = [];
    this.expect('(');
    while (!this.is(')')) {
      parameters.push(this.advance().text);
      if (!this.accept(',')) break;
      this.skipNewlines();
    }
    this.expect(')');
    this.skipNewlines();
    functions.set(name, { parameters, body: this.block() });
  }

  protected rule(): Rule {
    // A rule without a pattern runs for every record.
    let pattern: Pattern = { kind: 'always' };
    if (this.isName('BEGIN') || this.isName('END'))
      pattern = { kind: this.advance().text === 'BEGIN' ? 'begin' : 'end' };
    else if (!this.is('{')) {
      const from = this.expression();
      if (this.accept(',')) {
        this.skipNewlines();
        pattern = { kind: 'range', from, to: this.expression() };
      } else pattern = { kind: 'expression', expression: from };
    }
    // A pattern without an action prints the record.
    return { pattern, action: this.is('{') ? this.block() : undefined };
  }

  protected block(): Statement {
    this.expect('{');
    const body: Statement[] = [];
    for (;;) {
      this.skipTerminators();
      if (this.accept('}')) return { kind: 'block', body };
      body.push(this.statement());
    }
  }

  /** Counted by {@link nested}: statements inside each other use up the stack as expressions do. */
  protected statement(): Statement {
    return this.nested(() => this.statementInner());
  }

  protected statementInner(): Statement {
    if (this.is('{')) return this.block();
    // An empty statement, the body of `for (…);`.
    if (this.accept(';')) return { kind: 'block', body: [] };
    switch (this.token.kind === 'name' || this.token.kind === 'function-name' ? this.token.text : '') {
      case 'if': {
        this.advance();
        const condition = this.parenthesized();
        const then = this.body();
        // `else` may follow on the next line.
        // Without an else the terminators are gone, which
        // nothing misses: the next statement would skip them.
        this.skipTerminators();
        if (!this.isName('else')) return { kind: 'if', condition, then, otherwise: undefined };
        this.advance();
        return { kind: 'if', condition, then, otherwise: this.body() };
      }
      case 'while': {
        this.advance();
        const condition = this.parenthesized();
        return { kind: 'while', condition, body: this.accept(';') ? { kind: 'block', body: [] } : this.body() };
      }
      case 'do': {
        this.advance();
        const body = this.body();
        this.skipTerminators();
        if (!this.isName('while')) this.fail();
        this.advance();
        return this.ended({ kind: 'do', condition: this.parenthesized(), body });
      }
      case 'for':
        return this.for();
      default:
        return this.ended(this.simple());
    }
  }

  /** A newline may stand before the statement that an `if` or a loop has. */
  protected body(): Statement {
    this.skipNewlines();
    return this.statement();
  }

  /** A statement ends with a newline, `;`, before `}` or with the program. */
  protected ended(statement: Statement): Statement {
    if (this.token.kind === 'newline' || this.is(';')) this.advance();
    else if (!this.is('}') && this.token.kind !== 'end') this.fail();
    return statement;
  }

  protected parenthesized(): Expression {
    this.expect('(');
    const expression = this.expression();
    this.expect(')');
    return expression;
  }

  /** Both kinds: with three parts, each of which may be empty, and `for (name in array)`. */
  protected for(): Statement {
    this.advance();
    this.expect('(');
    let start: Statement | undefined;
    if (!this.is(';')) {
      // `in` would be read as an operator in front of which the variable stands.
      this.noIn = true;
      start = this.simple();
      this.noIn = false;
      // Only now it is known which kind of `for` it is.
      if (this.isName('in') && start.kind === 'expression' && start.expression.kind === 'variable') {
        this.advance();
        const array = this.advance().text;
        this.expect(')');
        return { kind: 'for-in', variable: start.expression.name, array, body: this.body() };
      }
    }
    this.expect(';');
    this.skipNewlines();
    const condition = this.is(';') ? undefined : this.expression();
    this.expect(';');
    this.skipNewlines();
    const step = this.is(')') ? undefined : this.simple();
    this.expect(')');
    return {
      kind: 'for',
      start,
      condition,
      step,
      body: this.accept(';') ? { kind: 'block', body: [] } : this.body(),
    };
  }

  /** What may stand in the header of a `for` as well. */
  protected simple(): Statement {
    const word = this.token.kind === 'name' || this.token.kind === 'function-name' ? this.token.text : '';
    switch (word) {
      case 'print':
      case 'printf':
        return this.print(word);
      case 'break':
      case 'continue':
        this.advance();
        return { kind: word };
      case 'next':
      case 'nextfile':
        this.advance();
        // nextfile is read as next: what is left of a file is read over record by record.
        return { kind: 'next' };
      case 'exit':
      case 'return':
        this.advance();
        return { kind: word, value: this.atStatementEnd() ? undefined : this.expression() };
      case 'delete': {
        this.advance();
        const name = this.advance().text;
        // Without subscripts the whole array: gawk's, and in POSIX since 2024.
        return { kind: 'delete', name, subscripts: this.accept('[') ? this.list(']') : undefined };
      }
      default:
        return { kind: 'expression', expression: this.expression() };
    }
  }

  protected print(kind: 'print' | 'printf'): Statement {
    this.advance();
    let args: Expression[] = [];
    if (!this.atStatementEnd() && !this.is('>') && !this.is('>>') && !this.is('|')) {
      // `print a > "f"` writes to a file; a comparison needs
      // parentheses there (XCU awk, "Output Statements").
      // Until the output's own operators have been reached.
      this.noGreater = true;
      args.push(this.expression());
      while (this.accept(',')) {
        this.skipNewlines();
        args.push(this.expression());
      }
      this.noGreater = false;
    }
    // `print (a, b)`: the list came as one group.
    const only = args[0];
    if (args.length === 1 && only?.kind === 'call' && only.name === '') args = [...only.args];
    let output: OutputTarget | undefined;
    if (this.is('>') || this.is('>>') || this.is('|')) {
      const operator = this.advance().text as OutputTarget['operator'];
      // As far as a concatenation: `print > "a" "b"` writes to "ab", as in gawk.
      output = { operator, to: this.concat(true) };
    }
    return { kind, args, output };
  }
}
