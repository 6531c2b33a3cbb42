import { describe, expect, it } from 'vitest';
import { runNative } from '../testing/native-shell.ts';
import { evaluateArithmetic, parseInteger } from './arithmetic.ts';

// The oracle is bash, whose arithmetic is C's over 64 bits as POSIX asks, with the `++` and `,` that dash lacks.

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const random = randomOf(5);
const pick = <Value>(values: readonly Value[]): Value => values[random(values.length)]!;
const NUMBERS = ['0', '1', '2', '7', '63', '0x1F', '017', '9223372036854775807', '4611686018427387904', '123456789'];
const BINARY = ['+', '-', '*', '/', '%', '<<', '>>', '<', '<=', '>', '>=', '==', '!=', '&', '^', '|', '&&', '||'];

/** An expression that is well-formed; blanks keep signs apart that would read as `++`. */
function expression(depth: number): string {
  if (depth === 0) return pick([...NUMBERS, 'a', 'b', 'unset']);
  switch (random(10)) {
    case 0:
      return `(${expression(depth - 1)})`;
    case 1:
      return `${pick(['-', '+', '!', '~'])} ${expression(depth - 1)}`;
    case 2:
      return `${expression(depth - 1)} ? ${expression(depth - 1)} : ${expression(depth - 1)}`;
    case 3:
      return `(a = ${expression(depth - 1)})`;
    case 4:
      // C leaves open whether the left side is read before the right one: here that cannot be seen.
      return `(a ${pick(['+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<=', '>>='])} ${pick([...NUMBERS, 'b'])})`;
    case 5:
      return pick(['a++', 'b--', '++a', '--b']);
    default:
      return `${expression(depth - 1)} ${pick(BINARY)} ${expression(depth - 1)}`;
  }
}

it.each([1, 2, 3])(
  'an expression has the value and the effects that it has in bash, or fails as there (%i)',
  async () => {
    const expressions = Array.from({ length: 400 }, () => expression(1 + random(4)));
    // A subshell each: a division by zero ends it.
    const script = expressions.map((text) => `(a=5 b=-3; r=$((${text})); echo "$r $a $b") 2>/dev/null || echo failed`);
    const { stdout } = await runNative('bash', script.join('\n'));
    const native = stdout.trimEnd().split('\n');
    expect(native).toHaveLength(expressions.length);
    const different = expressions.flatMap((text, at) => {
      const variables = new Map([
        ['a', '5'],
        ['b', '-3'],
      ]);
      let ours: string;
      try {
        const value = evaluateArithmetic(text, {
          get: (name) => variables.get(name),
          set: (name, to) => void variables.set(name, to),
        });
        ours = `${value} ${variables.get('a')} ${variables.get('b')}`;
      } catch {
        ours = 'failed';
      }
      return ours === native[at] ? [] : [{ text, ours, native: native[at] }];
    });
    expect(different).toEqual([]);
  },
);

const evaluate = (text: string, variables: Record<string, string> = {}): bigint =>
  evaluateArithmetic(text, { get: (name) => variables[name], set: (name, to) => void (variables[name] = to) });

describe('what is not evaluated has no effect', () => {
  it.each([
    ['0 && (x = 1)', 0n],
    ['1 || (x = 1)', 1n],
    ['1 ? 2 : (x = 1)', 2n],
    ['0 ? (x = 1) : 2', 2n],
    ['0 && (1 ? x++ : --x)', 0n],
    ['1 || 1 / 0', 1n],
    ['1 ? 2 : 1 % 0', 2n],
  ])('%s', (text, value) => {
    const variables: Record<string, string> = { x: '9' };
    expect([evaluate(text, variables), variables['x']]).toEqual([value, '9']);
  });
});

describe('errors name the expression', () => {
  it.each([
    ['1 +', 'expecting primary'],
    ['(1', "expecting ')'"],
    ['1 ? 2', "expecting ':'"],
    ['1 2', 'expecting EOF'],
    ['1 = 2', 'expecting EOF'],
    ['(x) = 2', 'expecting EOF'],
    ['09', 'expecting primary'],
    ['1 $ 2', 'expecting primary'],
    ['1 / 0', 'division by zero'],
    ['1 % 0', 'division by zero'],
  ])('%s: %s', (text, message) => expect(() => evaluate(text)).toThrow(`arithmetic expression: ${message}: "${text}"`));

  it('a variable that is no number is named itself', () =>
    expect(() => evaluate('x + 1', { x: '1x' })).toThrow('Illegal number: 1x'));

  it('what a variable throws (set -u, a readonly name) ends the evaluation', () => {
    const refuse = (): never => {
      throw new Error('x: parameter not set');
    };
    expect(() => evaluateArithmetic('x', { get: refuse, set: () => undefined })).toThrow('parameter not set');
    expect(() => evaluateArithmetic('x = 1', { get: () => undefined, set: refuse })).toThrow('parameter not set');
  });
});

describe('depth', () => {
  it.each(['(', '- ', '! ', '~ '])('200 of "%s" inside each other are read, 100000 are refused', (sign) => {
    const nested = (depth: number): string => `${sign.repeat(depth)}1${sign === '(' ? ')'.repeat(depth) : ''}`;
    expect(evaluate(nested(199))).toBeTypeOf('bigint');
    expect(() => evaluate(nested(100_000))).toThrow('too deeply nested');
  });
});

describe('integers as strtoimax(3) reads them', () => {
  it.each<[string, bigint | undefined]>([
    ['0', 0n],
    ['-0', 0n],
    ['+7', 7n],
    ['0x7fffffffffffffff', 9_223_372_036_854_775_807n],
    ['-0x10', -16n],
    ['0777', 511n],
    ['9223372036854775808', -9_223_372_036_854_775_808n],
    ['08', undefined],
    ['0x', undefined],
    ['', undefined],
    [' 1', undefined],
    ['1e3', undefined],
    ['--1', undefined],
  ])('%j is %s', (text, value) => expect(parseInteger(text)).toBe(value));
});
