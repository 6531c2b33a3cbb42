import { describe, expect, it } from 'vitest';
import { fuzzyMatch } from './fuzzy-match.ts';

const best = (query: string, texts: readonly string[]): string | undefined =>
  texts
    .flatMap((text) => {
      const match = fuzzyMatch(query, text);
      return match === undefined ? [] : [{ text, score: match.score }];
    })
    .sort((a, b) => b.score - a.score)[0]?.text;

describe('what somebody types for a name (UX-08)', () => {
  it.each<[string, string[], string]>([
    ['main', ['src/domain/a.ts', 'src/main.ts'], 'src/main.ts'],
    ['sp', ['List packages', 'Split: move the tab', 'Show Preview'], 'Show Preview'],
    ['split', ['Show the list', 'Split: move the tab'], 'Split: move the tab'],
    ['ftree', ['src/files/file-tree.tsx', 'src/future.ts'], 'src/files/file-tree.tsx'],
    ['createfiles', ['src/create-open-files.ts', 'src/create-files.ts'], 'src/create-files.ts'],
    ['COF', ['src/coffee.ts', 'src/createOpenFiles.ts'], 'src/createOpenFiles.ts'],
    ['srcmain', ['lib/main.ts', 'src/main.ts'], 'src/main.ts'],
    ['show files', ['Hide or show the files', 'Show Files'], 'Show Files'],
    ['show term', ['Show Terminal', 'Show Problems'], 'Show Terminal'],
  ])('%s of %j is %s', (query, texts, meant) => expect(best(query, texts)).toBe(meant));

  it('is nothing where a letter is missing or they stand in another order', () => {
    expect(fuzzyMatch('mian', 'main.ts')).toBeUndefined();
    expect(fuzzyMatch('mainx', 'main.ts')).toBeUndefined();
  });

  it('tells which letters were meant', () => {
    expect(fuzzyMatch('mt', 'src/main.ts')?.at).toEqual([4, 9]);
    expect(fuzzyMatch('', 'anything')?.at).toEqual([]);
  });

  it('takes no more of a query than somebody would type', () => {
    expect(fuzzyMatch('a'.repeat(100), 'a'.repeat(64))?.at).toHaveLength(64);
  });
});
