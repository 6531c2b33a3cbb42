import type { LogLine } from '@slipway/contracts';
import { describe, expect, it } from 'vitest';
import { mergeLines } from './merge-lines.ts';

const lines = (...seqs: number[]): LogLine[] =>
  seqs.map((seq) => ({ seq, stream: 'stdout', text: `line ${seq}\n`, createdAt: seq }));
const seqs = (merged: readonly LogLine[]): number[] => merged.map(({ seq }) => seq);

describe('mergeLines (P-23)', () => {
  it('puts later lines behind', () => {
    expect(seqs(mergeLines(lines(1, 2), lines(3, 4), 100))).toEqual([1, 2, 3, 4]);
  });

  it('drops what came twice, and gives back the same array where nothing is new', () => {
    expect(seqs(mergeLines(lines(1, 2, 3), lines(2, 3, 4), 100))).toEqual([1, 2, 3, 4]);
    const known = lines(1, 2);
    expect(mergeLines(known, lines(2), 100)).toBe(known);
  });

  it('keeps the early lines of a backfill that is overtaken by the stream', () => {
    expect(seqs(mergeLines(lines(5, 6), lines(1, 2, 3, 4, 5), 100))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('SV-05 keeps the end of a log that is longer than a page can show', () => {
    expect(seqs(mergeLines(lines(1, 2, 3), lines(4, 5), 3))).toEqual([3, 4, 5]);
    expect(seqs(mergeLines(lines(3, 4, 5), lines(1, 2), 3))).toEqual([3, 4, 5]);
  });
});
