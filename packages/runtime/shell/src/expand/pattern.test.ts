import { expect, it } from 'vitest';
import { runNative } from '../testing/native-shell.ts';
import { compileText, matches, trim } from './pattern.ts';

// The oracle is bash; patterns and texts go to it quoted, all in one run.

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** mulberry32: the same numbers for the same seed, everywhere. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const random = randomOf(11);
const pick = <Value>(values: readonly Value[]): Value => values[random(values.length)]!;
const PARTS = [
  ...'ab-.',
  '*',
  '*',
  '?',
  '[ab]',
  '[!a]',
  '[^b]',
  '[a-c]',
  '[]a]',
  '[!]]',
  '[-a]',
  '[[:digit:]]',
  '[![:alpha:]_]',
  '[[:upper:][:punct:]]',
  String.raw`\*`,
  String.raw`\a`,
  'é',
];
const LETTERS = [...'aabbc-]*?.A1_', 'é'];
const many = (parts: readonly string[], most: number): string =>
  Array.from({ length: random(most + 1) }, () => pick(parts)).join('');
const PAIRS = Array.from({ length: 1500 }, () => [many(PARTS, 5), many(LETTERS, 6)] as const);

it('a text matches where it does in bash', async () => {
  const script = PAIRS.map(
    ([pattern, text]) => `p=${quote(pattern)}; case ${quote(text)} in $p) echo 1;; *) echo 0;; esac`,
  );
  const { stdout } = await runNative('bash', script.join('\n'));
  const native = stdout.trimEnd().split('\n');
  const different = PAIRS.filter(([pattern, text], at) => matches(compileText(pattern), text) !== (native[at] === '1'));
  expect(native).toHaveLength(PAIRS.length);
  expect(different).toEqual([]);
});

it.each([
  ['#', 'prefix', 'shortest'],
  ['##', 'prefix', 'longest'],
  ['%', 'suffix', 'shortest'],
  ['%%', 'suffix', 'longest'],
] as const)('${x%sp} takes away what it does in bash: the %s that is %s', async (operator, side, which) => {
  const pairs = PAIRS.slice(0, 600);
  const script = pairs.map(
    ([pattern, text]) => `p=${quote(pattern)}; x=${quote(text)}; printf '%s\\n' "\${x${operator}$p}"`,
  );
  const { stdout } = await runNative('bash', script.join('\n'));
  const native = stdout.split('\n').slice(0, -1);
  const different = pairs.flatMap(([pattern, text], at) => {
    const ours = trim(text, compileText(pattern), side, which);
    return ours === native[at] ? [] : [{ pattern, text, ours, native: native[at] }];
  });
  expect(native).toHaveLength(pairs.length);
  expect(different).toEqual([]);
});
