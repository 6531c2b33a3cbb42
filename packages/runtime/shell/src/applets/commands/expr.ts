import type { Applet } from '../applet.ts';
import { compileRegex } from '../regex.ts';
import { UsageError } from '../options.ts';

// XCU expr, from the loosest to the tightest; those of one level group to the left.
const LEVELS: readonly (readonly string[])[] = [
  ['|'],
  ['&'],
  ['<', '<=', '=', '==', '!=', '>=', '>'],
  ['+', '-'],
  ['*', '/', '%'],
  [':'],
];

/**
 * XCU expr: the value is printed; 0 when it is something, 1
 * when it is empty or 0, 2 for a wrong expression, 3 never.
 */
export const expr: Applet = (context, args) => {
  // XBD 12.2: `--` ends the options, of which there are none.
  const operands = args[0] === '--' ? args.slice(1) : args;
  if (operands.length === 0) throw new UsageError('missing operand', 2);
  const parser = new ExprParser(operands);
  const value = parser.run();
  context.out.line(value);
  return isNull(value) ? 1 : 0;
};

// XCU expr: empty, or an integer that is zero, however written.
const isNull = (value: string): boolean => value === '' || /^-?0+$/.test(value);
const isInteger = (value: string): boolean => /^-?\d+$/.test(value);

/** Reads and computes in one walk. All that is wrong is status 2, as XCU expr has it for an expression that is none. */
class ExprParser {
  readonly #args: readonly string[];
  #at = 0;

  constructor(args: readonly string[]) {
    this.#args = args;
  }

  run(): string {
    const value = this.#level(0);
    const rest = this.#args[this.#at];
    if (rest !== undefined) throw new UsageError(`syntax error: unexpected argument ‘${rest}’`, 2, false);
    return value;
  }

  // One level tighter on the right: operators of one level group to the left.
  #level(depth: number): string {
    const operators = LEVELS[depth];
    if (operators === undefined) return this.#primary();
    let left = this.#level(depth + 1);
    for (;;) {
      const operator = this.#args[this.#at];
      if (operator === undefined || !operators.includes(operator)) return left;
      this.#at++;
      left = apply(operator, left, this.#level(depth + 1));
    }
  }

  /** The words of GNU's expr are operators here, though POSIX leaves them open. */
  #primary(): string {
    const arg = this.#args[this.#at++];
    if (arg === undefined)
      throw new UsageError(`syntax error: missing argument after ‘${this.#args.at(-1)}’`, 2, false);
    switch (arg) {
      case '(': {
        const value = this.#level(0);
        if (this.#args[this.#at++] !== ')')
          throw new UsageError(`syntax error: expecting ')' after ‘${this.#args[this.#at - 2]}’`, 2, false);
        return value;
      }
      // GNU: `+ word` takes the next argument as text, even `length` or `(`.
      case '+':
        return this.#args[this.#at++] ?? '';
      case 'length':
        // As the last argument it is a word.
        return this.#at < this.#args.length ? String([...this.#primary()].length) : arg;
      case 'match':
        return apply(':', this.#primary(), this.#primary());
      case 'index': {
        const text = [...this.#primary()];
        const set = this.#primary();
        // From 1; 0 when none of them occurs.
        return String(text.findIndex((c) => set.includes(c)) + 1);
      }
      case 'substr': {
        const text = [...this.#primary()];
        const from = Number(this.#primary());
        const length = Number(this.#primary());
        // GNU: what makes no sense gives an empty text, not an error.
        return from > 0 && length > 0 ? text.slice(from - 1, from - 1 + length).join('') : '';
      }
      default:
        return arg;
    }
  }
}

/** Values are strings; a comparison gives "1" or "0". */
function apply(operator: string, left: string, right: string): string {
  switch (operator) {
    case '|':
      // Both sides are evaluated in any case: there are no side effects.
      return isNull(left) ? (isNull(right) ? '0' : right) : left;
    case '&':
      return isNull(left) || isNull(right) ? '0' : left;
    case ':': {
      // The expression has to begin where the text does.
      const match = new RegExp(`^(?:${compileRegex(right, 'basic').source})`, 'u').exec(left);
      // With a group its text is the value, else the number of characters.
      // XCU expr: `\(…\)` in the expression asks for the
      // text, and an empty one when there is no match.
      if (/\\\(/.test(right)) return match?.[1] ?? '';
      return String(match === null ? 0 : [...match[0]].length);
    }
    case '+':
    case '-':
    case '*':
    case '/':
    case '%': {
      if (!isInteger(left) || !isInteger(right)) throw new UsageError('non-integer argument', 2, false);
      // As long as one likes, unlike GNU's without GMP.
      const a = BigInt(left);
      const b = BigInt(right);
      if ((operator === '/' || operator === '%') && b === 0n) throw new UsageError('division by zero', 2, false);
      return String(
        operator === '+'
          ? a + b
          : operator === '-'
            ? a - b
            : operator === '*'
              ? a * b
              : operator === '/'
                ? a / b
                : a % b,
      );
    }
    default: {
      // As numbers when both are, else in the order of the C locale (XCU expr).
      const order =
        isInteger(left) && isInteger(right)
          ? Number(BigInt(left) - BigInt(right))
          : left < right
            ? -1
            : left > right
              ? 1
              : 0;
      const result =
        operator === '<'
          ? order < 0
          : operator === '<='
            ? order <= 0
            : operator === '>'
              ? order > 0
              : operator === '>='
                ? order >= 0
                : operator === '!='
                  ? order !== 0
                  : order === 0;
      return result ? '1' : '0';
    }
  }
}
