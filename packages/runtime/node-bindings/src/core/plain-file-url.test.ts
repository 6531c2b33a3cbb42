import { describe, expect, it } from 'vitest';
import { mayBeUrl, plainFileUrl } from './plain-file-url.ts';

const INPUTS = [
  'file:///a',
  'file:///a/b.js',
  'file:///a/.b/@c/d+e~f_g-h.mjs',
  'file:///',
  'file:///a/',
  'file:///a/../b',
  'file:///a/./b',
  'file:///a//b',
  'file:///a%20b',
  'file:///a b',
  'file:///C:/x',
  'file://host/a',
  'file:///a?b',
  'file:///a#b',
  'FILE:///a',
  'file:///ä',
  'file:///a/...',
  'file:///a/..b',
  'file:///a\\b',
  'http://a/b',
  'data:text/javascript,1',
  'node:fs',
  ' file:///a',
  'a',
  '',
  '/a',
  './a',
  'lodash/x',
  'a\t:b',
  '1:b',
];
const RELATIVE = [
  './a.js',
  '../a.js',
  '../../a/b.js',
  '../../../../../a',
  './../a',
  '.././a',
  './a/../b',
  './a/./b',
  '.',
  '..',
  './',
  '../',
  '..a',
  '.a',
  './.a',
  './..a',
  './a?b',
  './a%2f',
  './ä',
  '/a',
  'a',
  '',
  './a//b',
  './a:b',
];
const BASES = [
  'file:///x/y/z.js',
  'file:///z.js',
  'file:///x/y/',
  'file:///x/y/z.js?q',
  'http://h/x/y',
  'data:text/plain,1',
];

describe('URLs of ordinary files', () => {
  it.each(INPUTS)('are read as the standard reads them: %s', (input) => {
    expect(mayBeUrl(input, undefined) || !URL.canParse(input)).toBe(true);
    const plain = plainFileUrl(input, undefined);
    if (plain !== undefined) expect(plain).toBe(new URL(input).href);
  });

  it.each(BASES)('are resolved as the standard resolves them: against %s', (base) => {
    for (const input of RELATIVE) {
      const plain = plainFileUrl(input, base);
      if (plain !== undefined) expect([input, plain]).toEqual([input, new URL(input, base).href]);
    }
  });

  it('are most of what a module graph asks for', () => {
    expect([
      plainFileUrl('file:///home/project/node_modules/@scope/pkg/dist/index.mjs', undefined),
      plainFileUrl('../shared/chunk-A1_b.js', 'file:///home/project/node_modules/.pnpm/p@1.2.3/dist/cli/run.js'),
    ]).toEqual([
      'file:///home/project/node_modules/@scope/pkg/dist/index.mjs',
      'file:///home/project/node_modules/.pnpm/p@1.2.3/dist/shared/chunk-A1_b.js',
    ]);
  });
});
