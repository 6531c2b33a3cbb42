import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { FileMatches, SearchQuery } from '../search-messages.ts';
import { MOST_FILE_BYTES, replaceInFile, type SearchEnd, searchFiles } from './search-files.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-search-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function write(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

const query = (text: string, more: Partial<SearchQuery> = {}): SearchQuery => ({
  text,
  matchCase: false,
  wholeWord: false,
  regex: false,
  include: '',
  exclude: '',
  useIgnoreFiles: true,
  ...more,
});

function search(asked: SearchQuery, most = 100): { files: FileMatches[]; end: SearchEnd } {
  const files: FileMatches[] = [];
  const steps = searchFiles(root, asked, most);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) return { files, end: step.value };
    if (step.value !== undefined) files.push(step.value);
  }
}
const paths = (asked: SearchQuery): string[] => search(asked).files.map(({ path }) => path);

it('UX-08 a text is found in all files, by line and column, with a piece of its line', () => {
  write({ 'a.ts': 'one\n  const Needle = 1;\n', 'deep/er/b.ts': 'needle needle\r\n', 'c.ts': 'nothing' });
  const { files, end } = search(query('needle'));
  expect(files).toEqual([
    { path: 'a.ts', matches: [{ line: 2, column: 9, length: 6, preview: 'const Needle = 1;', from: 6, to: 12 }] },
    {
      path: 'deep/er/b.ts',
      matches: [
        { line: 1, column: 1, length: 6, preview: 'needle needle', from: 0, to: 6 },
        { line: 1, column: 8, length: 6, preview: 'needle needle', from: 7, to: 13 },
      ],
    },
  ]);
  expect(end).toEqual({ files: 3, limited: false, skipped: 0 });
});

it('UX-08 case, whole words of any script, and regular expressions over lines', () => {
  write({ 'a.txt': 'Größe Größen (a+b) A1\nend\n' });
  const count = (asked: SearchQuery): number => search(asked).files[0]?.matches.length ?? 0;
  expect(count(query('größe'))).toBe(2);
  expect(count(query('größe', { matchCase: true }))).toBe(0);
  expect(count(query('größe', { wholeWord: true }))).toBe(1);
  expect(count(query('(a+b)'))).toBe(1);
  expect(count(query(String.raw`\w\d$`, { regex: true }))).toBe(1);
  expect(search(query(String.raw`A1\nend`, { regex: true })).files[0]?.matches[0]).toMatchObject({
    line: 1,
    length: 6,
  });
  // Nothing is no match, and no loop without end.
  expect(count(query('x*', { regex: true }))).toBe(0);
  expect(() => search(query('(', { regex: true }))).toThrow(SyntaxError);
  expect(() => search(query('a'.repeat(10_001)))).toThrow('more than 10000 characters');
});

it('UX-08 what .gitignore names is passed over, the nearest file deciding; packages only where a glob names them', () => {
  write({
    '.gitignore': 'dist\n*.log\n',
    'dist/a.js': 'needle',
    'x.log': 'needle',
    'sub/.gitignore': '!keep.log\nown\n',
    'sub/keep.log': 'needle',
    'sub/own/b.js': 'needle',
    'own/c.js': 'needle',
    'node_modules/p/index.js': 'needle',
    '.git/config': 'needle',
  });
  expect(paths(query('needle'))).toEqual(['own/c.js', 'sub/keep.log']);
  const all = ['x.log', 'dist/a.js', 'own/c.js', 'sub/keep.log', 'sub/own/b.js'];
  expect(paths(query('needle', { useIgnoreFiles: false }))).toEqual(all);
  expect(paths(query('needle', { include: 'node_modules' }))).toEqual(['node_modules/p/index.js']);
});

it('UX-08 globs say which files, at any depth, with braces', () => {
  write({ 'a.ts': 'x', 'a.test.ts': 'x', 'src/b.tsx': 'x', 'src/deep/c.css': 'x', 'docs/d.md': 'x' });
  expect(paths(query('x', { include: '*.{ts,tsx}' }))).toEqual(['a.test.ts', 'a.ts', 'src/b.tsx']);
  expect(paths(query('x', { include: 'src, *.md', exclude: 'deep' }))).toEqual(['docs/d.md', 'src/b.tsx']);
  expect(paths(query('x', { include: '*.ts', exclude: '*.test.ts' }))).toEqual(['a.ts']);
  expect(paths(query('x', { include: './a.ts' }))).toEqual(['a.ts']);
  expect(paths(query('x', { include: 'deep/*.css' }))).toEqual(['src/deep/c.css']);
  expect(paths(query('x', { include: '/deep/*.css' }))).toEqual([]);
});

it('UX-08 bytes, large files and links are passed over, and a limit of matches is told', () => {
  write({
    'a.bin': new Uint8Array([120, 0, 120]),
    'latin.txt': new Uint8Array([120, 0xe4]),
    'large.txt': 'x'.repeat(MOST_FILE_BYTES + 1),
    'z.txt': 'x '.repeat(20),
  });
  symlinkSync(root, join(root, 'again'));
  const { files, end } = search(query('x'), 15);
  expect(files.map(({ path, matches }) => [path, matches.length])).toEqual([['z.txt', 15]]);
  expect(end).toMatchObject({ limited: true, skipped: 1 });
  expect(search(query('x'), 20).end.limited).toBe(false);
});

it('UX-08 replaces what is found now, at all places or at the named ones, and keeps the mode', () => {
  write({ 'a.sh': 'cat dog cat\ncat\n' });
  chmodSync(join(root, 'a.sh'), 0o755);
  const places = [{ line: 1, column: 9 }];
  const one = replaceInFile(root, query('cat'), 'cow', { path: 'a.sh', places });
  expect(one).toEqual({ path: 'a.sh', count: 1, before: 'cat dog cat\ncat\n', after: 'cat dog cow\ncat\n' });
  expect(replaceInFile(root, query('cat'), '$&', { path: 'a.sh' })).toMatchObject({
    count: 2,
    after: '$& dog cow\n$&\n',
  });
  expect(statSync(join(root, 'a.sh')).mode & 0o777).toBe(0o755);
  expect(replaceInFile(root, query('cat'), 'x', { path: 'a.sh' })).toMatchObject({
    count: 0,
    problem: /changed since/,
  });
  expect(replaceInFile(root, query('cat'), 'x', { path: 'gone' })).toMatchObject({ count: 0, problem: /no text/ });
});

it('UX-08 a replacement of a regular expression has its groups and escapes', () => {
  write({ 'a.ts': 'foo(a, b)\n' });
  const asked = query(String.raw`(?<name>\w+)\((\w), (\w)\)`, { regex: true });
  const replacement = String.raw`$<name>($3,\n$2) $& $$1 $9 \\t`;
  replaceInFile(root, asked, replacement, { path: 'a.ts' });
  expect(readFileSync(join(root, 'a.ts'), 'utf8')).toBe('foo(b,\na) foo(a, b) $1 $9 \\t\n');
});
