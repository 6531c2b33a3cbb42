import type { ProcessSystem } from '@slipway/kernel';
import { compareFiles, testFile } from './test-files.ts';

/** A question that makes no sense: test ends with 2. */
export class TestError extends Error {}

const BINARY: ReadonlySet<string> = new Set([
  '=',
  '==',
  '!=',
  '<',
  '>',
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

/**
 * XCU test: the number of arguments decides first, so that any string
 * may be an operand (`test "$x" = "("`). With more than four it is a
 * grammar, which POSIX no longer asks for: `-o` below `-a` below `!`.
 */
export function testExpression(sys: ProcessSystem, name: string, given: readonly string[]): boolean {
  let args = given;
  if (name === '[') {
    // The bracket is an argument like any other, and has to be the last one.
    if (args.at(-1) !== ']') throw new TestError('missing ]');
    args = args.slice(0, -1);
  }
  return new Evaluator(sys, args).run();
}

class Evaluator {
  readonly #sys: ProcessSystem;
  readonly #args: readonly string[];
  #at = 0;

  constructor(sys: ProcessSystem, args: readonly string[]) {
    this.#sys = sys;
    this.#args = args;
  }

  run(): boolean {
    const [a, b, c, d] = this.#args;
    // XCU test, "OPERANDS": by number of arguments, so the first case that fits is meant.
    switch (this.#args.length) {
      case 0:
        return false;
      case 1:
        return a !== '';
      case 2:
        return a === '!' ? b === '' : this.#unary(a ?? '', b ?? '');
      case 3:
        if (BINARY.has(b ?? '')) return this.#binary(a ?? '', b ?? '', c ?? '');
        if (b === '-a') return a !== '' && c !== '';
        if (b === '-o') return a !== '' || c !== '';
        if (a === '!') return !new Evaluator(this.#sys, this.#args.slice(1)).run();
        // One string in parentheses: not the grammar, which might take it for an operator.
        if (a === '(' && c === ')') return b !== '';
        break;
      case 4:
        if (a === '!') return !new Evaluator(this.#sys, this.#args.slice(1)).run();
        if (a === '(' && d === ')') return new Evaluator(this.#sys, [b ?? '', c ?? '']).run();
        break;
      // More than four, or nothing above fits: read as an expression, as dash does.
      default:
    }
    const result = this.#or();
    if (this.#at < this.#args.length) throw new TestError(`${this.#args[this.#at]}: unexpected operator`);
    return result;
  }

  #or(): boolean {
    let result = this.#and();
    while (this.#args[this.#at] === '-o') {
      this.#at++;
      // Both sides are read, or the arguments would be left over.
      const right = this.#and();
      result = result || right;
    }
    return result;
  }

  /** As `#or`: there is no short way, so a wrong number on the right is told in any case. */
  #and(): boolean {
    let result = this.#not();
    while (this.#args[this.#at] === '-a') {
      this.#at++;
      const right = this.#not();
      result = result && right;
    }
    return result;
  }

  /** A `!` in last place is a string. */
  #not(): boolean {
    if (this.#args[this.#at] === '!' && this.#at + 1 < this.#args.length) {
      this.#at++;
      return !this.#not();
    }
    return this.#primary();
  }

  /** A string alone is true where it is not empty (XCU test, one argument). */
  #primary(): boolean {
    const first = this.#args[this.#at];
    if (first === undefined) throw new TestError('argument expected');
    const second = this.#args[this.#at + 1];
    const third = this.#args[this.#at + 2];
    // A binary operator in second place wins, even after `!` or `(`.
    if (second !== undefined && third !== undefined && BINARY.has(second)) {
      this.#at += 3;
      return this.#binary(first, second, third);
    }
    if (first === '(') {
      this.#at++;
      const result = this.#or();
      if (this.#args[this.#at] !== ')') throw new TestError('closing paren expected');
      this.#at++;
      return result;
    }
    // `-a` and `-o` in second place join two strings; the dash before is a string then.
    if (/^-[a-zA-Z]$/.test(first) && second !== undefined && second !== '-a' && second !== '-o') {
      this.#at += 2;
      return this.#unary(first, second);
    }
    this.#at++;
    return first !== '';
  }

  /** Throws {@link TestError} for an operator that is none. */
  #unary(operator: string, operand: string): boolean {
    if (operator === '-n') return operand !== '';
    if (operator === '-z') return operand === '';
    const result = testFile(this.#sys, operator, operand);
    if (result === undefined) throw new TestError(`${operator}: unexpected operator`);
    return result;
  }

  #binary(left: string, operator: string, right: string): boolean {
    switch (operator) {
      case '=':
      case '==':
        return left === right;
      case '!=':
        return left !== right;
      case '<':
        // By code unit, not by the collation of a locale: there is only C.
        return left < right;
      case '>':
        return left > right;
      case '-nt':
      case '-ot':
      case '-ef':
        return compareFiles(this.#sys, operator, left, right);
      default:
    }
    // BigInt: test compares numbers that a double would round.
    const a = integer(left);
    const b = integer(right);
    switch (operator) {
      case '-eq':
        return a === b;
      case '-ne':
        return a !== b;
      case '-lt':
        return a < b;
      case '-le':
        return a <= b;
      case '-gt':
        return a > b;
      default:
        return a >= b;
    }
  }
}

/** Blanks around it are allowed, as in dash; throws for all else. */
function integer(text: string): bigint {
  const trimmed = text.trim();
  // Decimal only: test -eq has no octal.
  if (!/^[+-]?\d+$/.test(trimmed)) throw new TestError(`Illegal number: ${text}`);
  return BigInt(trimmed.replace(/^\+/, ''));
}
