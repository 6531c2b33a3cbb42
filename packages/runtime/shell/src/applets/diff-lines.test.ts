import { describe, expect, it } from 'vitest';
import { diffLines, type Hunk } from './diff-lines.ts';

/** What the hunks make of `a`: with all that is not in them copied. */
function apply(a: readonly string[], b: readonly string[], hunks: readonly Hunk[]): string[] {
  const result: string[] = [];
  let at = 0;
  for (const { startA, edits } of hunks) {
    while (at < startA) result.push(a[at++]!);
    for (const { kind, line } of edits) {
      if (kind === 'add') result.push(b[line]!);
      else {
        // Each step of the way is on the line that comes next.
        expect(line).toBe(at);
        if (kind === 'same') result.push(a[at]!);
        at++;
      }
    }
  }
  return [...result, ...a.slice(at)];
}

/** The length of the longest common subsequence, by the table of the textbook. */
function common(a: readonly string[], b: readonly string[]): number {
  let above = new Array<number>(b.length + 1).fill(0);
  for (const line of a) {
    const row = [0];
    for (const [index, other] of b.entries())
      row.push(line === other ? above[index]! + 1 : Math.max(above[index + 1]!, row[index]!));
    above = row;
  }
  return above.at(-1)!;
}

const changes = (hunks: readonly Hunk[]): number =>
  hunks.flatMap(({ edits }) => edits).filter(({ kind }) => kind !== 'same').length;

it('the edits lead from one text to the other, and no shorter way does', () => {
  let state = 3;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let round = 0; round < 400; round++) {
    const lines = (): string[] => Array.from({ length: random(12) }, () => 'abcd'[random(4)]!);
    const [a, b] = [lines(), lines()];
    for (const context of [0, 1, 3]) {
      const hunks = diffLines(a, b, context);
      expect(apply(a, b, hunks)).toEqual(b);
      expect(changes(hunks)).toBe(a.length + b.length - 2 * common(a, b));
    }
  }
});

describe('hunks', () => {
  const numbers = Array.from({ length: 30 }, (_, index) => `${index}`);
  const replaced = (...at: readonly number[]): string[] =>
    numbers.map((line, index) => (at.includes(index) ? 'x' : line));

  it('equal texts have none', () => expect(diffLines(numbers, [...numbers], 3)).toEqual([]));

  it.each([
    ['changes that are six lines apart share one', [10, 17], 1],
    ['changes that are seven lines apart have one each', [10, 18], 2],
    ['changes in a row are one', [10, 11, 12], 1],
  ])('%s', (_title, at, count) => expect(diffLines(numbers, replaced(...at), 3)).toHaveLength(count));

  it('have as much context as there is, and no more than is asked for', () => {
    const [first, last] = diffLines(numbers, replaced(1, 29), 3);
    expect([first!.startA, first!.startB, first!.edits.length]).toEqual([0, 0, 1 + 2 + 3]);
    expect([last!.startA, last!.edits.length]).toEqual([26, 3 + 2]);
  });

  it('what is removed stands before what is added', () => {
    const [hunk] = diffLines(['a', 'b', 'c'], ['x', 'y', 'c'], 0);
    expect(hunk!.edits.map(({ kind }) => kind)).toEqual(['remove', 'remove', 'add', 'add']);
  });

  it('an empty text is filled, and a text emptied', () => {
    expect(apply([], ['a', 'b'], diffLines([], ['a', 'b'], 3))).toEqual(['a', 'b']);
    expect(apply(['a', 'b'], [], diffLines(['a', 'b'], [], 3))).toEqual([]);
  });
});

it('texts too far apart are shown as replaced, not searched for ever', () => {
  const a = Array.from({ length: 6000 }, (_, index) => `a${index}`);
  const b = Array.from({ length: 6000 }, (_, index) => `b${index}`);
  const hunks = diffLines(a, b, 0);
  expect(changes(hunks)).toBe(12_000);
  expect(apply(a, b, hunks)).toEqual(b);
});
