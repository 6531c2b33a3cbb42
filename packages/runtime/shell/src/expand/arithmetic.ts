/**
 * XCU 2.6.4: integer arithmetic as in C, 64 bits wide, with the
 * variables of the shell. Precedence climbing over a list of tokens.
 *
 * Reading and computing are one walk, as in dash: there is no tree, so an
 * operand that C would not evaluate is read with `#skipping` above zero.
 */

/**
 * The variables an expression may name. Both methods may
 * throw (`set -u`, a readonly name); it ends the evaluation.
 */
export interface ArithmeticVariables {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** A message as dash words it, without the shell's name. */
export class ArithmeticError extends Error {}

type Token =
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'name' | 'operator'; readonly text: string }
  | { readonly kind: 'end' };

// Longest first: the first that fits is taken, so `<<=` must stand before `<<` and `<`.
const OPERATORS = [
  '<<=',
  '>>=',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '<<',
  '>>',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '++',
  '--',
  '+',
  '-',
  '*',
  '/',
  '%',
  '<',
  '>',
  '&',
  '|',
  '^',
  '!',
  '~',
  '?',
  ':',
  '=',
  '(',
  ')',
  ',',
];
const ASSIGNMENTS: ReadonlySet<string> = new Set(['=', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>=']);
// C's levels (ISO C 6.5.5 to 6.5.14), higher binds tighter. Assignment,
// `?:` and `,` are below all and have methods of their own.
const PRECEDENCE: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '|': 3,
  '^': 4,
  '&': 5,
  '==': 6,
  '!=': 6,
  '<': 7,
  '<=': 7,
  '>': 7,
  '>=': 7,
  '<<': 8,
  '>>': 8,
  '+': 9,
  '-': 9,
  '*': 10,
  '/': 10,
  '%': 10,
};
// Parentheses and signs inside each other. One level costs half a
// dozen frames of the stack; `((((…` must fail, not overflow it.
const MAX_DEPTH = 200;

/**
 * The value of an expression; of one that is empty or blank, 0. Assignments in it happen
 * at once. Throws `ArithmeticError` where it cannot be read, and on division by zero.
 */
export function evaluateArithmetic(text: string, variables: ArithmeticVariables): bigint {
  const evaluator = new Evaluator(text, variables);
  return evaluator.run();
}

class Evaluator {
  readonly #text: string;
  readonly #variables: ArithmeticVariables;
  readonly #tokens: Token[];
  #at = 0;
  #depth = 0;
  /** Above zero: the operand of a decided `&&`, `||` or `?:` is read but has no effect. */
  #skipping = 0;

  constructor(text: string, variables: ArithmeticVariables) {
    this.#text = text;
    this.#variables = variables;
    this.#tokens = this.#tokenize();
  }

  run(): bigint {
    if (this.#peek().kind === 'end') return 0n;
    const value = this.#comma();
    if (this.#peek().kind !== 'end') this.#fail('expecting EOF');
    return value;
  }

  #fail(what: string): never {
    throw new ArithmeticError(`arithmetic expression: ${what}: "${this.#text}"`);
  }

  /** Throws for what is no token, before anything is assigned. */
  #tokenize(): Token[] {
    const tokens: Token[] = [];
    let rest = this.#text;
    for (;;) {
      rest = rest.trimStart();
      if (rest === '') break;
      // A name cannot begin with a digit, so `08` is read as the
      // number 0 and then refused whole by `parseInteger`, as C does.
      const word = /^(?:0[xX][0-9a-fA-F]+|[0-9]+|[A-Za-z_][A-Za-z0-9_]*)/.exec(rest)?.[0];
      if (word !== undefined) {
        tokens.push(
          /^[0-9]/.test(word)
            ? { kind: 'number', value: parseInteger(word) ?? this.#fail('expecting primary') }
            : { kind: 'name', text: word },
        );
        rest = rest.slice(word.length);
        continue;
      }
      const operator = OPERATORS.find((candidate) => rest.startsWith(candidate));
      if (operator === undefined) this.#fail('expecting primary');
      tokens.push({ kind: 'operator', text: operator });
      rest = rest.slice(operator.length);
    }
    return tokens;
  }

  #peek(offset = 0): Token {
    return this.#tokens[this.#at + offset] ?? { kind: 'end' };
  }

  #operator(): string | undefined {
    const token = this.#peek();
    return token.kind === 'operator' ? token.text : undefined;
  }

  /** C's lowest level, which XCU 2.6.4 does not ask for and bash has. */
  #comma(): bigint {
    let value = this.#assignment();
    while (this.#operator() === ',') {
      this.#at++;
      value = this.#assignment();
    }
    return value;
  }

  #assignment(): bigint {
    // Only a bare name can be assigned to; `(x) = 1` and
    // `1 = 2` fail later, when the operator is left over.
    const name = this.#peek();
    const operator = this.#peek(1);
    if (name.kind !== 'name' || operator.kind !== 'operator' || !ASSIGNMENTS.has(operator.text))
      return this.#conditional();
    this.#at += 2;
    // From right to left: `a = b = 1`.
    const right = this.#assignment();
    const value =
      operator.text === '=' ? right : this.#binary(operator.text.slice(0, -1), this.#read(name.text), right);
    return this.#write(name.text, value);
  }

  /** Between `?` and `:` an expression with commas may stand; behind it an assignment as well, as in C++. */
  #conditional(): bigint {
    const condition = this.#binaries(1);
    if (this.#operator() !== '?') return condition;
    this.#at++;
    // Both branches have to be read to find the end; only the chosen one may assign or divide.
    const then = this.#skipIf(condition === 0n, () => this.#comma());
    if (this.#operator() !== ':') this.#fail("expecting ':'");
    this.#at++;
    const otherwise = this.#skipIf(condition !== 0n, () => this.#assignment());
    return condition !== 0n ? then : otherwise;
  }

  #skipIf(skip: boolean, read: () => bigint): bigint {
    if (skip) this.#skipping++;
    const value = read();
    if (skip) this.#skipping--;
    return value;
  }

  /** Precedence climbing: operators below `minimum` are left for the caller. */
  #binaries(minimum: number): bigint {
    let left = this.#unary();
    for (;;) {
      const operator = this.#operator();
      const precedence = operator === undefined ? undefined : PRECEDENCE[operator];
      if (operator === undefined || precedence === undefined || precedence < minimum) return left;
      this.#at++;
      if (operator === '&&' || operator === '||') {
        const decided = operator === '&&' ? left === 0n : left !== 0n;
        // One level up on the right makes operators of
        // one level group to the left: `8 - 4 - 2` is 2.
        const right = this.#skipIf(decided, () => this.#binaries(precedence + 1));
        left = operator === '&&' ? truth(left !== 0n && right !== 0n) : truth(left !== 0n || right !== 0n);
        continue;
      }
      left = this.#binary(operator, left, this.#binaries(precedence + 1));
    }
  }

  #binary(operator: string, a: bigint, b: bigint): bigint {
    switch (operator) {
      case '|':
        return a | b;
      case '^':
        return a ^ b;
      case '&':
        return a & b;
      case '==':
        return truth(a === b);
      case '!=':
        return truth(a !== b);
      case '<':
        return truth(a < b);
      case '<=':
        return truth(a <= b);
      case '>':
        return truth(a > b);
      case '>=':
        return truth(a >= b);
      // C leaves a count of 64 and more undefined; the machine shifts by the count modulo 64.
      case '<<':
        return wrap(a << (b & 63n));
      case '>>':
        return wrap(a >> (b & 63n));
      case '+':
        return wrap(a + b);
      case '-':
        return wrap(a - b);
      case '*':
        return wrap(a * b);
      default:
        if (b === 0n) {
          if (this.#skipping > 0) return 0n;
          this.#fail('division by zero');
        }
        // Towards zero, the remainder with the sign of the left
        // side, as C99 says. Only INT64_MIN / -1 needs wrapping.
        return operator === '/' ? wrap(a / b) : a % b;
    }
  }

  #unary(): bigint {
    // Not given back when something throws: an evaluator reads one text and is thrown away.
    if (++this.#depth > MAX_DEPTH) this.#fail('too deeply nested');
    const value = this.#unaryInner();
    this.#depth--;
    return value;
  }

  #unaryInner(): bigint {
    const token = this.#peek();
    if (token.kind === 'number') {
      this.#at++;
      return token.value;
    }
    if (token.kind === 'name') {
      this.#at++;
      const operator = this.#operator();
      if (operator === '++' || operator === '--') {
        this.#at++;
        const before = this.#read(token.text);
        this.#write(token.text, wrap(operator === '++' ? before + 1n : before - 1n));
        return before;
      }
      return this.#read(token.text);
    }
    const operator = this.#operator();
    this.#at++;
    switch (operator) {
      case '+':
        return this.#unary();
      case '-':
        return wrap(-this.#unary());
      case '!':
        return truth(this.#unary() === 0n);
      case '~':
        return ~this.#unary();
      case '++':
      case '--': {
        const name = this.#peek();
        // dash reads `--5` as two signs.
        if (name.kind !== 'name') return this.#unary();
        this.#at++;
        return this.#write(name.text, wrap(this.#read(name.text) + (operator === '++' ? 1n : -1n)));
      }
      case '(': {
        const value = this.#comma();
        if (this.#operator() !== ')') this.#fail("expecting ')'");
        this.#at++;
        return value;
      }
      default:
        return this.#fail('expecting primary');
    }
  }

  #read(name: string): bigint {
    const text = this.#variables.get(name)?.trim() ?? '';
    // XCU 2.6.4: an unset or empty variable counts as 0.
    if (text === '') return 0n;
    const value = parseInteger(text);
    if (value === undefined) throw new ArithmeticError(`Illegal number: ${text}`);
    return value;
  }

  #write(name: string, value: bigint): bigint {
    if (this.#skipping === 0) this.#variables.set(name, value.toString());
    return value;
  }
}

const truth = (value: boolean): bigint => (value ? 1n : 0n);
const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

/**
 * Decimal, 0octal, 0xhex with an optional sign, as strtoimax(3) with base 0; `undefined` for
 * anything else. A number too big for 64 bits wraps, where strtoimax would stop at the greatest.
 */
export function parseInteger(text: string): bigint | undefined {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|[0-9]+)$/.exec(text);
  if (match?.[2] === undefined) return undefined;
  const digits = match[2];
  const isOctal = /^0[0-9]+$/.test(digits);
  if (isOctal && !/^[0-7]+$/.test(digits)) return undefined;
  const value = BigInt(isOctal ? `0o${digits}` : digits);
  return wrap(match[1] === '-' ? -value : value);
}
