import { UsageError } from '../options.ts';
import { formatPrintf } from '../printf-format.ts';

/**
 * Text that came from outside and looks like a number: it compares as one, but
 * prints as it was (XCU awk, "numeric string"): `$1 == 10` holds for `10.0`.
 */
export class NumericText {
  readonly text: string;
  readonly number: number;

  constructor(text: string, number: number) {
    this.text = text;
    this.number = number;
  }
}

/** `undefined` is a variable nobody has set: zero and empty. */
export type Value = number | string | NumericText | undefined;

const NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/;
const WHOLE_NUMBER = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

/** A value from the input: fields, getline, ENVIRON, split. */
export const fromInput = (text: string): Value =>
  WHOLE_NUMBER.test(text) ? new NumericText(text, Number(text)) : text;

/** As XCU awk converts: the longest beginning that is a decimal number, else 0. `0x10` is 0. */
export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  if (value === undefined) return 0;
  if (typeof value === 'string') return Number(NUMBER.exec(value)?.[0] ?? 0);
  return value.number;
}

/** As text: a number that is whole without a point, any other by `format` (CONVFMT or OFMT). */
export function toText(value: Value, format = '%.6g'): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '';
  if (typeof value !== 'number') return value.text;
  // Up to there a number has no digits that it does not mean.
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return value === 0 ? '0' : value.toFixed(0);
  return formatPrintf(format, [String(value)], () => undefined).text;
}

/** Text is true unless it is empty, also "0"; anything else is by its number. */
export function toBoolean(value: Value): boolean {
  if (typeof value === 'string') return value !== '';
  return toNumber(value) !== 0;
}

/** As numbers when neither is plain text, else by UTF-16 units; below 0, 0 or above it. */
export function compare(a: Value, b: Value): number {
  if (typeof a !== 'string' && typeof b !== 'string') return toNumber(a) - toNumber(b);
  const [left, right] = [toText(a), toText(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Arithmetic of XCU awk, in doubles; division by zero ends the program. */
export function calculate(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw new UsageError('division by zero', 2, false);
      return a / b;
    case '%':
      if (b === 0) throw new UsageError('division by zero in %', 2, false);
      return a % b;
    default:
      return a ** b;
  }
}

/** Like String.split, but what groups in the expression capture is no part. */
export function splitBy(text: string, expression: RegExp): string[] {
  const parts: string[] = [];
  let at = 0;
  for (const match of text.matchAll(expression)) {
    if (match[0] === '') continue;
    parts.push(text.slice(at, match.index));
    at = match.index + match[0].length;
  }
  parts.push(text.slice(at));
  return parts;
}
