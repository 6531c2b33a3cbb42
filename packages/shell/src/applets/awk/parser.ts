import { UsageError } from '../options.ts';
import { Lexer, type Token } from './lexer.ts';
import type { AwkFunction, Expression, OutputTarget, Pattern, Program, Rule, Statement, Target } from './tree.ts';

const MAX_DEPTH = 300;
const ASSIGNMENTS: ReadonlySet<string> = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=', '**=']);
const COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '==', '!=', '>', '>=']);
const KEYWORDS: ReadonlySet<string> = new Set(['BEGIN', 'END', 'function', 'func', 'if', 'else', 'while', 'for', 'do', 'break', 'continue', 'next', 'nextfile', 'exit', 'return', 'delete', 'in', 'getline', 'print', 'printf']);
/** Builtins that may stand without parentheses. */
const BARE_BUILTINS: ReadonlySet<string> = new Set(['length']);

export function parseAwk(text: string): Program {
  return new AwkParser(text).run();
}

class AwkParser {
  readonly #lexer: Lexer;
  #token: Token;
  #depth = 0;
  /** Inside `print …`: a bare `>` sends the output somewhere. */
  #noGreater = false;
  /** Inside `for (`: `in` belongs to the loop. */
  #noIn = false;

  constructor(text: string) {
    this.#lexer = new Lexer(text);
    this.#token = this.#lexer.next();
  }

  run(): Program {
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (;;) {
      this.#skipTerminators();
      if (this.#token.kind === 'end') return { rules, functions };
      if (this.#isName('function') || this.#isName('func')) this.#function(functions);
      else rules.push(this.#rule());
    }
  }

  #fail(): never {
    throw new UsageError(`line ${this.#token.line}: syntax error at or near ${this.#token.text === '\n' ? 'end of line' : this.#token.text}`, 2, false);
  }

  #advance(): Token {
    const token = this.#token;
    this.#token = this.#lexer.next();
    return token;
  }

  #is(text: string): boolean {
    return this.#token.kind === 'operator' && this.#token.text === text;
  }

  #isName(text: string): boolean {
    return (this.#token.kind === 'name' || this.#token.kind === 'function-name') && this.#token.text === text;
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#advance();
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) this.#fail();
  }

  #skipNewlines(): void {
    while (this.#token.kind === 'newline') this.#advance();
  }

  #skipTerminators(): void {
    while (this.#token.kind === 'newline' || this.#is(';')) this.#advance();
  }

  #function(functions: Map<string, AwkFunction>): void {
    this.#advance();
    const name = this.#advance().text;
    const parameters: string[] = [];
    this.#expect('(');
    while (!this.#is(')')) {
      parameters.push(this.#advance().text);
      if (!this.#accept(',')) break;
      this.#skipNewlines();
    }
    this.#expect(')');
    this.#skipNewlines();
    functions.set(name, { parameters, body: this.#block() });
  }

  #rule(): Rule {
    let pattern: Pattern = { kind: 'always' };
    if (this.#isName('BEGIN') || this.#isName('END')) pattern = { kind: this.#advance().text === 'BEGIN' ? 'begin' : 'end' };
    else if (!this.#is('{')) {
      const from = this.#expression();
      if (this.#accept(',')) {
        this.#skipNewlines();
        pattern = { kind: 'range', from, to: this.#expression() };
      } else pattern = { kind: 'expression', expression: from };
    }
    return { pattern, action: this.#is('{') ? this.#block() : undefined };
  }

  // ── Statements ────────────────────────────────────────────────────────────

  #block(): Statement {
    this.#expect('{');
    const body: Statement[] = [];
    for (;;) {
      this.#skipTerminators();
      if (this.#accept('}')) return { kind: 'block', body };
      body.push(this.#statement());
    }
  }

  #statement(): Statement {
    if (++this.#depth > MAX_DEPTH) throw new UsageError('the program is nested too deeply', 2, false);
    const statement = this.#statementInner();
    this.#depth--;
    return statement;
  }

  #statementInner(): Statement {
    if (this.#is('{')) return this.#block();
    if (this.#accept(';')) return { kind: 'block', body: [] };
    switch (this.#token.kind === 'name' || this.#token.kind === 'function-name' ? this.#token.text : '') {
      case 'if': {
        this.#advance();
        const condition = this.#parenthesized();
        const then = this.#body();
        // `else` may follow on the next line.
        this.#skipTerminators();
        if (!this.#isName('else')) return { kind: 'if', condition, then, otherwise: undefined };
        this.#advance();
        return { kind: 'if', condition, then, otherwise: this.#body() };
      }
      case 'while': {
        this.#advance();
        const condition = this.#parenthesized();
        return { kind: 'while', condition, body: this.#accept(';') ? { kind: 'block', body: [] } : this.#body() };
      }
      case 'do': {
        this.#advance();
        const body = this.#body();
        this.#skipTerminators();
        if (!this.#isName('while')) this.#fail();
        this.#advance();
        return this.#ended({ kind: 'do', condition: this.#parenthesized(), body });
      }
      case 'for':
        return this.#for();
      default:
        return this.#ended(this.#simple());
    }
  }

  #body(): Statement {
    this.#skipNewlines();
    return this.#statement();
  }

  #ended(statement: Statement): Statement {
    if (this.#token.kind === 'newline' || this.#is(';')) this.#advance();
    else if (!this.#is('}') && this.#token.kind !== 'end') this.#fail();
    return statement;
  }

  #parenthesized(): Expression {
    this.#expect('(');
    const expression = this.#expression();
    this.#expect(')');
    return expression;
  }

  #for(): Statement {
    this.#advance();
    this.#expect('(');
    let start: Statement | undefined;
    if (!this.#is(';')) {
      this.#noIn = true;
      start = this.#simple();
      this.#noIn = false;
      if (this.#isName('in') && start.kind === 'expression' && start.expression.kind === 'variable') {
        this.#advance();
        const array = this.#advance().text;
        this.#expect(')');
        return { kind: 'for-in', variable: start.expression.name, array, body: this.#body() };
      }
    }
    this.#expect(';');
    this.#skipNewlines();
    const condition = this.#is(';') ? undefined : this.#expression();
    this.#expect(';');
    this.#skipNewlines();
    const step = this.#is(')') ? undefined : this.#simple();
    this.#expect(')');
    return { kind: 'for', start, condition, step, body: this.#accept(';') ? { kind: 'block', body: [] } : this.#body() };
  }

  #simple(): Statement {
    const word = this.#token.kind === 'name' || this.#token.kind === 'function-name' ? this.#token.text : '';
    switch (word) {
      case 'print':
      case 'printf':
        return this.#print(word);
      case 'break':
      case 'continue':
        this.#advance();
        return { kind: word };
      case 'next':
      case 'nextfile':
        this.#advance();
        return { kind: 'next' };
      case 'exit':
      case 'return':
        this.#advance();
        return { kind: word, value: this.#atStatementEnd() ? undefined : this.#expression() };
      case 'delete': {
        this.#advance();
        const name = this.#advance().text;
        return { kind: 'delete', name, subscripts: this.#accept('[') ? this.#list(']') : undefined };
      }
      default:
        return { kind: 'expression', expression: this.#expression() };
    }
  }

  #atStatementEnd(): boolean {
    return this.#token.kind === 'newline' || this.#token.kind === 'end' || this.#is(';') || this.#is('}');
  }

  #print(kind: 'print' | 'printf'): Statement {
    this.#advance();
    let args: Expression[] = [];
    if (!this.#atStatementEnd() && !this.#is('>') && !this.#is('>>') && !this.#is('|')) {
      this.#noGreater = true;
      args.push(this.#expression());
      while (this.#accept(',')) {
        this.#skipNewlines();
        args.push(this.#expression());
      }
      this.#noGreater = false;
    }
    // `print (a, b)`: the list came as one group.
    const only = args[0];
    if (args.length === 1 && only?.kind === 'call' && only.name === '') args = [...only.args];
    let output: OutputTarget | undefined;
    if (this.#is('>') || this.#is('>>') || this.#is('|')) {
      const operator = this.#advance().text as OutputTarget['operator'];
      output = { operator, to: this.#concat(true) };
    }
    return { kind, args, output };
  }

  // ── Expressions, from the loosest to the tightest ─────────────────────────

  #expression(): Expression {
    if (++this.#depth > MAX_DEPTH) throw new UsageError('the program is nested too deeply', 2, false);
    const left = this.#conditional();
    let result = left;
    if (this.#token.kind === 'operator' && ASSIGNMENTS.has(this.#token.text) && isTarget(left)) {
      const operator = this.#advance().text;
      this.#skipNewlines();
      result = { kind: 'assign', operator, target: left, value: this.#expression() };
    }
    this.#depth--;
    return result;
  }

  #conditional(): Expression {
    const condition = this.#or();
    if (!this.#accept('?')) return condition;
    this.#skipNewlines();
    const then = this.#expression();
    this.#skipNewlines();
    this.#expect(':');
    this.#skipNewlines();
    return { kind: 'conditional', condition, then, otherwise: this.#expression() };
  }

  #or(): Expression {
    let left = this.#and();
    while (this.#accept('||')) {
      this.#skipNewlines();
      left = { kind: 'binary', operator: '||', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expression {
    let left = this.#in();
    while (this.#accept('&&')) {
      this.#skipNewlines();
      left = { kind: 'binary', operator: '&&', left, right: this.#in() };
    }
    return left;
  }

  #in(): Expression {
    let left = this.#match();
    while (!this.#noIn && this.#isName('in')) {
      this.#advance();
      const name = this.#advance().text;
      const subscripts = left.kind === 'call' && left.name === '' ? left.args : [left];
      left = { kind: 'in', subscripts, name };
    }
    return left;
  }

  #match(): Expression {
    let left = this.#comparison();
    while (this.#is('~') || this.#is('!~')) {
      const negated = this.#advance().text === '!~';
      left = { kind: 'match', negated, left, right: this.#comparison() };
    }
    return left;
  }

  #comparison(): Expression {
    let left = this.#concat(false);
    for (;;) {
      if (this.#token.kind === 'operator' && COMPARISONS.has(this.#token.text) && !(this.#noGreater && this.#is('>'))) {
        const operator = this.#advance().text;
        left = { kind: 'binary', operator, left, right: this.#concat(false) };
      } else if (this.#is('|') && !this.#noGreater) {
        this.#advance();
        if (!this.#isName('getline')) this.#fail();
        this.#advance();
        left = { kind: 'getline', target: this.#optionalTarget(), file: undefined, command: left };
      } else return left;
    }
  }

  /** `single`: the target of a redirection, which ends before another operator. */
  #concat(single: boolean): Expression {
    let left = this.#additive();
    while (!single && this.#startsOperand()) left = { kind: 'concat', left, right: this.#additive() };
    return left;
  }

  #startsOperand(): boolean {
    const { kind, text } = this.#token;
    if (kind === 'number' || kind === 'string' || kind === 'function-name') return !KEYWORDS.has(text) || kind !== 'function-name';
    if (kind === 'name') return !KEYWORDS.has(text);
    return kind === 'operator' && ['$', '!', '(', '-', '+', '++', '--'].includes(text);
  }

  #additive(): Expression {
    let left = this.#multiplicative();
    while (this.#is('+') || this.#is('-')) {
      const operator = this.#advance().text;
      left = { kind: 'binary', operator, left, right: this.#multiplicative() };
    }
    return left;
  }

  #multiplicative(): Expression {
    let left = this.#unary();
    while (this.#is('*') || this.#is('/') || this.#is('%')) {
      const operator = this.#advance().text;
      left = { kind: 'binary', operator, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expression {
    if (this.#is('!') || this.#is('-') || this.#is('+')) {
      const operator = this.#advance().text as '!' | '-' | '+';
      return { kind: 'unary', operator, operand: this.#unary() };
    }
    return this.#power();
  }

  #power(): Expression {
    const base = this.#postfix();
    if (!this.#is('^') && !this.#is('**')) return base;
    this.#advance();
    // To the right, and a sign may stand in the exponent.
    const right: Expression = this.#is('-') || this.#is('+') || this.#is('!') ? this.#unary() : this.#power();
    return { kind: 'binary', operator: '^', left: base, right };
  }

  #postfix(): Expression {
    const operand = this.#primary();
    if ((this.#is('++') || this.#is('--')) && isTarget(operand)) return { kind: 'step', operator: this.#advance().text as '++' | '--', prefix: false, target: operand };
    return operand;
  }

  #primary(): Expression {
    const token = this.#token;
    switch (token.kind) {
      case 'number':
        this.#advance();
        return { kind: 'number', value: Number(token.text) };
      case 'string':
        this.#advance();
        return { kind: 'string', value: token.text };
      case 'name':
      case 'function-name':
        return this.#named();
      case 'operator':
        break;
      default:
        return this.#fail();
    }
    switch (token.text) {
      case '/':
      case '/=': {
        const regex = this.#lexer.regex(token.text === '/=' ? '=' : '');
        this.#token = this.#lexer.next();
        return { kind: 'regex', source: regex.text };
      }
      case '$':
        this.#advance();
        return { kind: 'field', index: this.#is('++') || this.#is('--') ? this.#prefixStep() : this.#is('-') ? this.#unary() : this.#primary() };
      case '++':
      case '--':
        return this.#prefixStep();
      case '(': {
        this.#advance();
        const saved = { noGreater: this.#noGreater, noIn: this.#noIn };
        this.#noGreater = false;
        this.#noIn = false;
        const inner = this.#expression();
        const list = [inner];
        while (this.#accept(',')) {
          this.#skipNewlines();
          list.push(this.#expression());
        }
        this.#expect(')');
        this.#noGreater = saved.noGreater;
        this.#noIn = saved.noIn;
        // A list is an operand of `in` and of print only.
        return list.length > 1 ? { kind: 'call', name: '', args: list } : { kind: 'group', inner };
      }
      default:
        return this.#fail();
    }
  }

  #prefixStep(): Expression {
    const operator = this.#advance().text as '++' | '--';
    const target = this.#primary();
    if (!isTarget(target)) return this.#fail();
    return { kind: 'step', operator, prefix: true, target };
  }

  #named(): Expression {
    const token = this.#advance();
    if (token.text === 'getline') {
      const target = this.#optionalTarget();
      return { kind: 'getline', target, file: this.#accept('<') ? this.#concat(true) : undefined, command: undefined };
    }
    if (KEYWORDS.has(token.text)) {
      this.#token = token;
      return this.#fail();
    }
    if (token.kind === 'function-name') {
      this.#expect('(');
      const saved = this.#noGreater;
      this.#noGreater = false;
      const args = this.#list(')');
      this.#noGreater = saved;
      return { kind: 'call', name: token.text, args };
    }
    if (this.#accept('[')) return { kind: 'element', name: token.text, subscripts: this.#list(']') };
    if (BARE_BUILTINS.has(token.text)) return { kind: 'call', name: token.text, args: [] };
    return { kind: 'variable', name: token.text };
  }

  #list(end: string): Expression[] {
    const list: Expression[] = [];
    this.#skipNewlines();
    while (!this.#is(end)) {
      list.push(this.#expression());
      this.#skipNewlines();
      if (!this.#accept(',')) break;
      this.#skipNewlines();
    }
    this.#expect(end);
    return list;
  }

  #optionalTarget(): Target | undefined {
    if (!this.#is('$') && !(this.#token.kind === 'name' && !KEYWORDS.has(this.#token.text))) return undefined;
    const target = this.#primary();
    return isTarget(target) ? target : this.#fail();
  }
}

const isTarget = (expression: Expression): expression is Target => expression.kind === 'variable' || expression.kind === 'field' || expression.kind === 'element';
