import { describe, expect, it } from 'vitest';
import { compileRegex } from '../applets/regex.ts';
import { evaluateArithmetic } from './arithmetic.ts';
import { compilePattern, compileText, matches, trim } from './pattern.ts';
import { fieldText, type Segment, splitFields } from './segments.ts';

const split = (text: string): Segment => ({ kind: 'text', text, quoted: false, split: true });
const quoted = (text: string): Segment => ({ kind: 'text', text, quoted: true, split: false });

describe('field splitting', () => {
  it.each<[Segment[], string, string[]]>([
    [[split(' a  b ')], ' \t\n', ['a', 'b']],
    [[split('a::b:')], ':', ['a', '', 'b']],
    [[split(' a : b ')], ' :', ['a', 'b']],
    [[split(':a')], ':', ['', 'a']],
    [[quoted('x '), split('a b'), quoted('y')], ' ', ['x a', 'by']],
    [[quoted('')], ' ', ['']],
    [[split('')], ' ', []],
    [[split('a b')], '', ['a b']],
    [[quoted('a'), { kind: 'break' }, quoted('b')], ' ', ['a', 'b']],
  ])('%j by %j', (segments, ifs, fields) => {
    expect(splitFields(segments, ifs).map(fieldText)).toEqual(fields);
  });
});

describe('patterns', () => {
  it.each([
    ['*', '', true],
    ['*', 'a/b', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abb', false],
    ['?', 'ä', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[]]', ']', true],
    ['[a-]', '-', true],
    ['[[:digit:]]*', '4x', true],
    ['\\*', '*', true],
    ['\\*', 'a', false],
    ['[', '[', true],
    ['[a', '[a', true],
    ['a[', 'a[', true],
    ['*a*b*c*', 'xxaxxbxxc', true],
  ])('%j and %j: %j', (pattern, text, expected) => {
    expect(matches(compileText(pattern), text)).toBe(expected);
  });

  it('takes quoted text as itself', () => {
    const pattern = compilePattern([
      { text: '*', quoted: true },
      { text: '*', quoted: false },
    ]);
    expect(matches(pattern, '*x')).toBe(true);
    expect(matches(pattern, 'x')).toBe(false);
  });

  it('is not slow where backtracking would be', () => {
    expect(matches(compileText(`${'*a'.repeat(40)}b`), 'a'.repeat(5000))).toBe(false);
    expect(trim('a'.repeat(3000), compileText(`${'*a'.repeat(20)}b`), 'prefix', 'longest')).toHaveLength(3000);
  });
});

describe('arithmetic', () => {
  it.each([
    ['1 + 2 * 3', 7n],
    ['(1 + 2) * 3', 9n],
    ['-7 / 2', -3n],
    ['7 % -3', 1n],
    ['1 << 62', 1n << 62n],
    ['9223372036854775807 + 1', -(1n << 63n)],
    ['0x1F + 010', 39n],
    ['x = 4, x * x', 16n],
    ['x += 2', 12n],
    ['1 ? 2 : 1 / 0', 2n],
    ['0 && 1 / 0', 0n],
    ['!0 + ~0', 0n],
    ['1 == 1 != 0', 1n],
    ['y', 0n],
    ['', 0n],
    ['x++ + ++x', 22n],
  ])('%s = %s', (text, value) => {
    const variables = new Map([['x', '10']]);
    expect(
      evaluateArithmetic(text, { get: (name) => variables.get(name), set: (name, to) => void variables.set(name, to) }),
    ).toBe(value);
  });

  it.each(['1 +', '1 / 0', '(1', '1 2', '08', '@'])('refuses %j', (text) => {
    expect(() => evaluateArithmetic(text, { get: () => undefined, set: () => undefined })).toThrow();
  });

  it('ends nesting before the stack does', () => {
    expect(() => evaluateArithmetic('('.repeat(10_000), { get: () => undefined, set: () => undefined })).toThrow(
      'too deeply nested',
    );
  });
});

describe('POSIX regular expressions', () => {
  it.each<[string, 'basic' | 'extended', string, boolean]>([
    ['a\\+', 'basic', 'aa', true],
    ['a+', 'basic', 'a+', true],
    ['a+', 'extended', 'aa', true],
    ['\\(a\\)\\1', 'basic', 'aa', true],
    ['a\\{2\\}', 'basic', 'aa', true],
    ['a{2}', 'basic', 'a{2}', true],
    ['*a', 'basic', '*a', true],
    ['a^b$c', 'basic', 'a^b$c', true],
    ['[]a]', 'basic', ']', true],
    ['[^]a]', 'basic', ']', false],
    ['[\\]', 'basic', '\\', true],
    ['a|b', 'extended', 'b', true],
    ['{', 'extended', '{', true],
    ['\\<b', 'basic', 'a b', true],
    ['[[:space:]]', 'basic', '\t', true],
    ['x/y', 'basic', 'x/y', true],
  ])('%s (%s) in %j: %j', (pattern, syntax, text, expected) => {
    expect(compileRegex(pattern, syntax).test(text)).toBe(expected);
  });
});
