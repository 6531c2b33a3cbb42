import { expect, it } from 'vitest';
import { applyHunk, hunkLabel, lineHunks, revertHunk } from './line-hunks.ts';

/** A small generator with a seed: a failure can be seen again. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

it('HI-08 hunks one by one lead from one text to the other, and back again', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = makeRandom(seed);
    const text = (): string =>
      Array.from({ length: random(12) }, () => `line ${random(6)}\n`).join('') + (random(3) === 0 ? 'no end' : '');
    const [before, after] = [text(), text()];
    const hunks = lineHunks(before, after) ?? [];
    // From the last on, so that the places of the others stay.
    expect(hunks.toReversed().reduce(applyHunk, before)).toBe(after);
    expect(hunks.toReversed().reduce((now, hunk) => revertHunk(before, now, hunk), after)).toBe(before);
  }
});

it('HI-08 a hunk says which lines it is about', () => {
  const labels = (before: string, after: string): string[] => (lineHunks(before, after) ?? []).map(hunkLabel);
  expect(labels('a\nb\nc\n', 'a\nB\nc\nd\ne\n')).toEqual(['Line 2', 'Lines 4–5']);
  expect(labels('a\nb\nc\n', 'c\n')).toEqual(['2 lines gone before line 1']);
  expect(labels('a\n', 'a\n')).toEqual([]);
});
