import type { Expression, Target } from './tree.ts';
import { TokenCursor } from './token-cursor.ts';

// From right to left, and only to something that can be assigned to. `**` is gawk's name for `^`.
const ASSIGNMENTS: ReadonlySet<string> = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=', '**=']);
const COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '==', '!=', '>', '>=']);
// Words that can name nothing; a `name` token says no more than that it looks like one.
const KEYWORDS: ReadonlySet<string> = new Set([
  'BEGIN',
  'END',
  'function',
  'func',
  'if',
  'else',
  'while',
  'for',
  'do',
  'break',
  'continue',
  'next',
  'nextfile',
  'exit',
  'return',
  'delete',
  'in',
  'getline',
  'print',
  'printf',
]);
/** XCU awk: without parentheses only `length` is a call, of the whole record. */
const BARE_BUILTINS: ReadonlySet<string> = new Set(['length']);

/**
 * The grammar of expressions (XCU awk, "Grammar"), from the loosest operator to the tightest:
 *
 *   assignment → ?: → || → && → in → ~ → comparison, | getline → concatenation
 *   → + - → * / % → signs, ! → ^ → ++ -- → primary
 *
 * Two flags do what the grammar's `non_unary_expr` and `unary_expr` rules are
 * doubled for: what `>` and `in` mean depends on where the expression stands.
 */
export class ExpressionParser extends TokenCursor {
  /** Inside `print …`: a bare `>` sends the output somewhere. */
  protected noGreater = false;
  /** Inside `for (`: `in` belongs to the loop. */
  protected noIn = false;

  protected expression(): Expression {
    return this.nested(() => this.assignment());
  }

  protected assignment(): Expression {
    const left = this.conditional();
    // `a ? b : c = d` and `1 = x` come here as well; only a target takes the operator.
    if (this.token.kind === 'operator' && ASSIGNMENTS.has(this.token.text) && isTarget(left)) {
      const operator = this.advance().text;
      this.skipNewlines();
      // From right to left: the value is an expression again.
      return { kind: 'assign', operator, target: left, value: this.expression() };
    }
    return left;
  }

  protected conditional(): Expression {
    const condition = this.or();
    if (!this.accept('?')) return condition;
    this.skipNewlines();
    const then = this.expression();
    this.skipNewlines();
    this.expect(':');
    this.skipNewlines();
    return { kind: 'conditional', condition, then, otherwise: this.expression() };
  }

  protected or(): Expression {
    let left = this.and();
    // A newline may follow `&&` and `||`, not stand before them.
    while (this.accept('||')) {
      this.skipNewlines();
      left = { kind: 'binary', operator: '||', left, right: this.and() };
    }
    return left;
  }

  protected and(): Expression {
    let left = this.in();
    while (this.accept('&&')) {
      this.skipNewlines();
      left = { kind: 'binary', operator: '&&', left, right: this.in() };
    }
    return left;
  }

  protected in(): Expression {
    let left = this.match();
    // In a loop: `a in b in c` groups to the left.
    while (!this.noIn && this.isName('in')) {
      this.advance();
      const name = this.advance().text;
      // `(i, j) in array`: the parenthesis came as a call without a name.
      const subscripts = left.kind === 'call' && left.name === '' ? left.args : [left];
      left = { kind: 'in', subscripts, name };
    }
    return left;
  }

  protected match(): Expression {
    let left = this.comparison();
    while (this.is('~') || this.is('!~')) {
      const negated = this.advance().text === '!~';
      left = { kind: 'match', negated, left, right: this.comparison() };
    }
    return left;
  }

  protected comparison(): Expression {
    let left = this.concat(false);
    for (;;) {
      if (this.token.kind === 'operator' && COMPARISONS.has(this.token.text) && !(this.noGreater && this.is('>'))) {
        const operator = this.advance().text;
        left = { kind: 'binary', operator, left, right: this.concat(false) };
      } else if (this.is('|') && !this.noGreater) {
        // In `print x | "cmd"` the pipe is the output's, not a getline's.
        this.advance();
        // The pipe leads into getline only; a command reads nothing else here.
        if (!this.isName('getline')) this.fail();
        this.advance();
        left = { kind: 'getline', target: this.optionalTarget(), file: undefined, command: left };
      } else return left;
    }
  }

  /** `single`: the target of a redirection, which ends before another operator. */
  protected concat(single: boolean): Expression {
    // Two operands side by side are joined: there is no operator to look for.
    let left = this.additive();
    while (!single && this.startsOperand()) left = { kind: 'concat', left, right: this.additive() };
    return left;
  }

  protected startsOperand(): boolean {
    // Signs begin an operand too, but `a -1` has been
    // taken by the sum above: concatenation binds less.
    const { kind, text } = this.token;
    if (kind === 'number' || kind === 'string' || kind === 'function-name')
      // A keyword with a parenthesis behind it, as `in (`, begins no operand.
      return !KEYWORDS.has(text) || kind !== 'function-name';
    if (kind === 'name') return !KEYWORDS.has(text);
    return kind === 'operator' && ['$', '!', '(', '-', '+', '++', '--'].includes(text);
  }

  protected additive(): Expression {
    let left = this.multiplicative();
    while (this.is('+') || this.is('-')) {
      const operator = this.advance().text;
      left = { kind: 'binary', operator, left, right: this.multiplicative() };
    }
    return left;
  }

  protected multiplicative(): Expression {
    let left = this.unary();
    while (this.is('*') || this.is('/') || this.is('%')) {
      const operator = this.advance().text;
      left = { kind: 'binary', operator, left, right: this.unary() };
    }
    return left;
  }

  protected unary(): Expression {
    if (this.is('!') || this.is('-') || this.is('+')) {
      const operator = this.advance().text as '!' | '-' | '+';
      // `!x ~ y` is `(!x) ~ y` by the grammar.
      return { kind: 'unary', operator, operand: this.unary() };
    }
    return this.power();
  }

  protected power(): Expression {
    const base = this.postfix();
    if (!this.is('^') && !this.is('**')) return base;
    this.advance();
    // To the right, and a sign may stand in the exponent.
    const right: Expression = this.is('-') || this.is('+') || this.is('!') ? this.unary() : this.power();
    return { kind: 'binary', operator: '^', left: base, right };
  }

  protected postfix(): Expression {
    const operand = this.primary();
    if ((this.is('++') || this.is('--')) && isTarget(operand))
      return { kind: 'step', operator: this.advance().text as '++' | '--', prefix: false, target: operand };
    return operand;
  }

  protected primary(): Expression {
    const token = this.token;
    switch (token.kind) {
      case 'number':
        this.advance();
        return { kind: 'number', value: Number(token.text) };
      // A string constant never looks like a number, unlike what is read (XCU awk).
      case 'string':
        this.advance();
        return { kind: 'string', value: token.text };
      case 'name':
      case 'function-name':
        return this.named();
      case 'operator':
        break;
      default:
        return this.fail();
    }
    switch (token.text) {
      case '/':
      case '/=': {
        // The lexer took `/` for a division; it goes back and reads an expression to the next one.
        const regex = this.lexer.regex(token.text === '/=' ? '=' : '');
        // The token after it was never read: it would have been the rest of the expression.
        this.token = this.lexer.next();
        return { kind: 'regex', source: regex.text };
      }
      case '$':
        this.advance();
        return {
          kind: 'field',
          // `$NF-1` is `($NF)-1`: the `$` binds tighter than anything but `++`.
          index: this.is('++') || this.is('--') ? this.prefixStep() : this.is('-') ? this.unary() : this.primary(),
        };
      case '++':
      case '--':
        return this.prefixStep();
      case '(': {
        this.advance();
        // In parentheses `>` compares and `in` asks again.
        const saved = { noGreater: this.noGreater, noIn: this.noIn };
        this.noGreater = false;
        this.noIn = false;
        const inner = this.expression();
        const list = [inner];
        while (this.accept(',')) {
          this.skipNewlines();
          list.push(this.expression());
        }
        this.expect(')');
        this.noGreater = saved.noGreater;
        this.noIn = saved.noIn;
        // A list is an operand of `in` and of print only.
        return list.length > 1 ? { kind: 'call', name: '', args: list } : { kind: 'group', inner };
      }
      default:
        return this.fail();
    }
  }

  protected prefixStep(): Expression {
    const operator = this.advance().text as '++' | '--';
    const target = this.primary();
    if (!isTarget(target)) return this.fail();
    return { kind: 'step', operator, prefix: true, target };
  }

  protected named(): Expression {
    const token = this.advance();
    if (token.text === 'getline') {
      const target = this.optionalTarget();
      // `getline < "a" "b"` reads a file named "a".
      return { kind: 'getline', target, file: this.accept('<') ? this.concat(true) : undefined, command: undefined };
    }
    if (KEYWORDS.has(token.text)) {
      // The message shall name this word.
      this.token = token;
      return this.fail();
    }
    if (token.kind === 'function-name') {
      this.expect('(');
      // As in parentheses.
      // `in` stays as it was: no loop header holds a call with one.
      const saved = this.noGreater;
      this.noGreater = false;
      const args = this.list(')');
      this.noGreater = saved;
      return { kind: 'call', name: token.text, args };
    }
    if (this.accept('[')) return { kind: 'element', name: token.text, subscripts: this.list(']') };
    if (BARE_BUILTINS.has(token.text)) return { kind: 'call', name: token.text, args: [] };
    return { kind: 'variable', name: token.text };
  }

  protected list(end: string): Expression[] {
    const list: Expression[] = [];
    // Between the elements of a list a newline may stand.
    this.skipNewlines();
    while (!this.is(end)) {
      list.push(this.expression());
      this.skipNewlines();
      if (!this.accept(',')) break;
      this.skipNewlines();
    }
    this.expect(end);
    return list;
  }

  protected optionalTarget(): Target | undefined {
    if (!this.is('$') && !(this.token.kind === 'name' && !KEYWORDS.has(this.token.text))) return undefined;
    const target = this.primary();
    return isTarget(target) ? target : this.fail();
  }
}

const isTarget = (expression: Expression): expression is Target =>
  expression.kind === 'variable' || expression.kind === 'field' || expression.kind === 'element';
