import { describe, expect, it } from 'vitest';
import { findFileLinks } from './file-links.ts';

const shown = (text: string): string[] =>
  findFileLinks(text).map(({ path, line, column, start, end }) =>
    [text.slice(start, end), path, line, column].filter((part) => part !== undefined).join(' | '),
  );

describe('UX-10 places of files in what is printed', () => {
  it.each([
    ['src/main.ts:3:5 - error TS2322', ['src/main.ts:3:5 | src/main.ts | 3 | 5']],
    ['./src/main.ts(12,7): error', ['./src/main.ts(12,7) | src/main.ts | 12 | 7']],
    ['    at f (/home/project/a.js:2:9)', ['/home/project/a.js:2:9 | a.js | 2 | 9']],
    ['    at file:///home/project/dist/b.mjs:7:1', ['file:///home/project/dist/b.mjs:7:1 | dist/b.mjs | 7 | 1']],
    ['a.css and b-c/@d/e.f.tsx:9', ['a.css | a.css', 'b-c/@d/e.f.tsx:9 | b-c/@d/e.f.tsx | 9']],
    ['https://example.org/a/b.html http://localhost:5173/', []],
    ['../outside.ts /etc/passwd.txt /home/project/../x.ts', []],
    ['vite v8.0.1 ready in 300 ms', []],
    ['src/a.ts:3: warning, see src/b.ts.', ['src/a.ts:3 | src/a.ts | 3', 'src/b.ts | src/b.ts']],
  ])('%s', (text, links) => expect(shown(text)).toEqual(links));

  it('are limited in number and length', () => {
    expect(findFileLinks('a.ts '.repeat(20))).toHaveLength(8);
    expect(findFileLinks(`${'a'.repeat(300)}.ts`)).toEqual([]);
    expect(findFileLinks('a/'.repeat(50_000))).toEqual([]);
  });
});
