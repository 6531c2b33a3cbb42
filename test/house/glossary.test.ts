import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCode, read, root, sourceFiles } from './sources.ts';

const page = read('docs/glossary.md');
const words = [...page.matchAll(/^\| \*\*([^*]+)\*\* \| (.+) \| `([^`]+)` \|$/gm)].map(
  ([, word = '', meaning = '', file = '']) => ({ word, meaning, file }),
);

/** A text as words, names taken apart: `LateWorker`, `late-worker` and "late worker" are the same two. */
const asWords = (text: string): string =>
  ` ${text
    .replace(/([a-z])(?=[A-Z])/g, '$1 ')
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')} `;

const says = (text: string, word: string): boolean =>
  [' ', 's '].some((end) => text.includes(` ${word.toLowerCase()}${end}`));

describe('the glossary', () => {
  it('has a row of three cells for every word, each once, with a sentence', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| **'));
    expect(words.length).toBe(rows.length);
    expect(new Set(words.map(({ word }) => word)).size).toBe(words.length);
    expect(words.filter(({ meaning }) => !/^[A-Z0-9`<].{15,}\.\)?$/.test(meaning))).toEqual([]);
  });

  it('names a file that is there and says the word', () => {
    expect(
      words.filter(({ file }) => !existsSync(join(root, file))).map(({ word, file }) => `${word}: ${file}`),
    ).toEqual([]);
    expect(
      words
        .filter(({ word, file }) => !says(asWords(`${file} ${read(file)}`), word))
        .map(({ word, file }) => `${word}: ${file}`),
    ).toEqual([]);
  });

  it('has only words that other files use too', () => {
    const texts = sourceFiles()
      .filter((path) => isCode(path) || path.endsWith('.md'))
      .filter((path) => path !== 'docs/glossary.md')
      .map((path) => ({ path, text: asWords(read(path)) }));
    const lonely = words.filter(({ word, file }) => !texts.some(({ path, text }) => path !== file && says(text, word)));
    expect(lonely.map(({ word }) => word)).toEqual([]);
  });
});
