import { describe, expect, it } from 'vitest';
import { runNative } from '../testing/native-shell.ts';
import { compileRegex, RegexError } from './regex.ts';

// The oracle is GNU grep, which says of each line whether a pattern is found in it.

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const LINES = [
  '',
  'a',
  'b',
  'ab',
  'aab',
  'abab',
  'a+',
  'a*b',
  'a.b',
  '(a)',
  '{1}',
  'a{2}',
  '[x]',
  '^a',
  'a$',
  'a|b',
  'a b',
  ' a',
  '1_z',
  'A-B',
  '\\',
  'é',
  'aé!',
];

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
const random = randomOf(77);
const pick = <Value>(values: readonly Value[]): Value => values[random(values.length)]!;

const ATOMS = [
  'a',
  'b',
  '.',
  'é',
  '[ab]',
  '[^a]',
  '[a-c]',
  '[]x]',
  '[[:alpha:]]',
  '[[:digit:]_]',
  '[[:space:]]',
  String.raw`\w`,
  String.raw`\W`,
  String.raw`\.`,
  String.raw`\*`,
  '-',
  ' ',
];
const words: readonly (readonly ['basic' | 'extended', readonly string[], (inner: string) => string, string])[] = [
  [
    'basic',
    ['', '', '', '*', String.raw`\{2\}`, String.raw`\{1,2\}`, String.raw`\{0,1\}`, String.raw`\+`, String.raw`\?`],
    (inner) => String.raw`\(${inner}\)`,
    String.raw`\|`,
  ],
  ['extended', ['', '', '', '*', '{2}', '{1,2}', '{,2}', '+', '?'], (inner) => `(${inner})`, '|'],
];

describe.each(words)('%s expressions', (syntax, repeats, group, or) => {
  function expression(depth: number): string {
    const parts = Array.from({ length: 1 + random(3) }, () => {
      const inner = depth > 0 && random(4) === 0;
      return (inner ? group(expression(depth - 1)) : pick(ATOMS)) + pick(repeats);
    });
    // Not inside groups: GNU takes an anchor in a group that may be absent as if it must hold.
    if (depth < 2) return parts.join('');
    const anchored = `${random(5) === 0 ? '^' : ''}${parts.join('')}${random(5) === 0 ? '$' : ''}`;
    return random(6) === 0 ? `${anchored}${or}${pick(ATOMS)}` : anchored;
  }

  it('find what grep finds', async () => {
    const fixed =
      syntax === 'basic'
        ? [
            '*a',
            '^*',
            'a^b',
            'a$b',
            String.raw`\(*a\)`,
            String.raw`\(^a\)`,
            String.raw`\(a\)\1`,
            'a+',
            'a{2}',
            'a|b',
            '(a)',
            '[\\]',
            String.raw`\<a`,
            String.raw`b\>`,
            String.raw`\bb`,
            '[[.a.]]',
            '[[=a=]]',
            '[a-]',
          ]
        : [
            'a{,1}b',
            String.raw`\(a\)`,
            String.raw`a\+`,
            String.raw`(a)(b)?\1`,
            '(^a)',
            '(a$)',
            'a||b',
            '()',
            '[\\]',
            'a{2',
          ];
    const patterns = [...fixed, ...Array.from({ length: 160 }, () => expression(2))];
    const flag = syntax === 'basic' ? '-G' : '-E';
    const lines = LINES.map(quote).join(' ');
    const script = patterns.map((pattern) => `grep -n ${flag} -e ${quote(pattern)} lines; printf '\\036'`);
    const { stdout } = await runNative('dash', `printf '%s\\n' ${lines} > lines\n${script.join('\n')}`);
    const native = stdout.split('\x1e').slice(0, -1);
    expect(native).toHaveLength(patterns.length);
    const different = patterns.flatMap((pattern, at) => {
      const expected = Array.from(native[at]!.matchAll(/^(\d+):/gm), ([, number]) => number);
      const regex = compileRegex(pattern, syntax);
      const ours = LINES.flatMap((line, index) => (regex.test(line) ? [`${index + 1}`] : []));
      return ours.join() === expected.join() ? [] : [{ pattern, ours, native: expected }];
    });
    expect(different).toEqual([]);
  });
});

describe('what is no expression', () => {
  it.each<[string, 'basic' | 'extended']>([
    ['[a', 'basic'],
    ['[[:alpha:]', 'basic'],
    ['[[:none:]]', 'basic'],
    [String.raw`\(a`, 'basic'],
    [String.raw`a\)`, 'basic'],
    ['a\\', 'basic'],
    [String.raw`a\{x\}`, 'basic'],
    [String.raw`a\{2,1\}`, 'basic'],
    ['(a', 'extended'],
    ['a{2,1}', 'extended'],
    ['[b-a]', 'extended'],
    ['a\\', 'extended'],
  ])('%s (%s)', (pattern, syntax) => expect(() => compileRegex(pattern, syntax)).toThrow(RegexError));
});

it('plain text is found as it is, whatever signs are in it', () => {
  for (const text of ['a.b', '(x|y)*', '[a]', '\\d', '^$', '{2}', 'é😀', 'a/b', 'x\ny', '-'])
    expect(compileRegex(text, 'fixed').exec(`<${text}>`)?.[0]).toBe(text);
});
