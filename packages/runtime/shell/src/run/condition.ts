import { expandPattern, expandString, arithmetic } from '../expand/expand.ts';
import { matches } from '../expand/pattern.ts';
import { compareFiles, testFile } from '../applets/test-files.ts';
import type { Condition } from '../syntax/ast.ts';
import { ShellError } from '../state/control-flow.ts';
import type { Interpreter } from '../state/interpreter-parts.ts';

/**
 * `[[ … ]]`: nothing is split, the right side of `=` is
 * a pattern. An operator nobody knows is a `ShellError`.
 */
export function evaluateCondition(sh: Interpreter, condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
      return evaluateCondition(sh, condition.left) && evaluateCondition(sh, condition.right);
    case 'or':
      return evaluateCondition(sh, condition.left) || evaluateCondition(sh, condition.right);
    case 'not':
      return !evaluateCondition(sh, condition.inner);
    case 'unary': {
      const text = expandString(sh, condition.operand);
      switch (condition.operator) {
        case '-n':
          return text !== '';
        case '-z':
          return text === '';
        // bash: set, that is, has a value; being declared is not enough.
        case '-v':
          return sh.state.variables.get(text) !== undefined;
        default:
          return testFile(sh.sys, condition.operator, text) ?? unknown(condition.operator);
      }
    }
    case 'binary':
      return binary(sh, condition);
  }
}

/**
 * The right side is expanded once, and only as what the operator takes it for: a pattern, an expression or a
 * string.
 */
function binary(sh: Interpreter, { operator, left, right }: Extract<Condition, { kind: 'binary' }>): boolean {
  const text = expandString(sh, left);
  switch (operator) {
    case '=':
    case '==':
      return matches(expandPattern(sh, right), text);
    case '!=':
      return !matches(expandPattern(sh, right), text);
    case '<':
      // By UTF-16 units, where bash goes by the locale.
      return text < expandString(sh, right);
    case '>':
      return text > expandString(sh, right);
    case '=~':
      return matchRegex(sh, text, expandString(sh, right));
    case '-nt':
    case '-ot':
    case '-ef':
      return compareFiles(sh.sys, operator, text, expandString(sh, right));
    default: {
      // As bash: both sides are expressions, so `[[ x -eq 1 ]]` looks at the variable x.
      const a = arithmetic(sh, text);
      const b = arithmetic(sh, expandString(sh, right));
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
        case '-ge':
          return a >= b;
        default:
          return unknown(operator);
      }
    }
  }
}

/** Whether it matches somewhere. `BASH_REMATCH` is not set. */
function matchRegex(sh: Interpreter, text: string, source: string): boolean {
  let expression: RegExp;
  try {
    // JavaScript's syntax, close to ERE for what scripts write. A group that
    // backtracks can be slow, but it is the script's own and `kill` ends it.
    expression = new RegExp(source);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ShellError(`[[: bad regular expression: ${source}`);
    throw error;
  }
  return expression.test(text);
}

function unknown(operator: string): never {
  throw new ShellError(`[[: ${operator}: unexpected operator`);
}
