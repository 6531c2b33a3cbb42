import type { TrailingSlash } from '@slipway/contracts';
import { expect, it } from 'vitest';
import { isPublic, resolvePath, type Resolution } from './resolve-path.ts';

const FILES = [
  'index.html',
  'about.html',
  'docs/index.html',
  'docs/intro.html',
  'docs/404.html',
  'both.html',
  'both/index.html',
  'assets/a.js',
  'a b/ä.html',
  '_headers',
  '_redirects',
  'docs/_headers',
  '.env',
  '.well-known/security.txt',
  '.well-known/.hidden',
  'plain',
  'a..b',
];

function resolve(
  path: string,
  more: { files?: string[]; trailingSlash?: TrailingSlash; singlePage?: boolean; navigation?: boolean } = {},
): string {
  const files = new Set(more.files ?? FILES);
  const site = {
    has: (name: string) => files.has(name),
    trailingSlash: more.trailingSlash ?? 'auto',
    singlePage: more.singlePage ?? false,
  };
  const found: Resolution = resolvePath(site, path, { navigation: more.navigation ?? true });
  return found.kind === 'file'
    ? `${found.status} ${found.path}`
    : found.kind === 'moved'
      ? `to ${found.location}`
      : 'missing';
}

it.each([
  ['', '200 index.html'],
  ['index.html', '200 index.html'],
  ['about', '200 about.html'],
  ['about.html', '200 about.html'],
  ['about/', 'to /about'],
  ['docs', 'to /docs/'],
  ['docs/', '200 docs/index.html'],
  ['docs/index.html', '200 docs/index.html'],
  ['docs/intro', '200 docs/intro.html'],
  ['both', 'to /both/'],
  ['both/', '200 both/index.html'],
  ['assets/a.js', '200 assets/a.js'],
  ['assets/', 'missing'],
  ['a b/ä/', 'to /a%20b/%C3%A4'],
  ['a b/ä', '200 a b/ä.html'],
  ['plain', '200 plain'],
  ['a..b', '200 a..b'],
  ['ABOUT', 'missing'],
  ['/', 'missing'],
  ['docs//', '404 docs/404.html'],
  ['/evil.example', 'missing'],
])('ST-06 "%s" is answered %s', (path, expected) => {
  expect(resolve(path)).toBe(expected);
});

it.each<[TrailingSlash, string, string]>([
  ['always', 'about', 'to /about/'],
  ['always', 'about/', '200 about.html'],
  ['always', 'docs', 'to /docs/'],
  ['always', 'assets/a.js', '200 assets/a.js'],
  ['never', 'docs/', 'to /docs'],
  ['never', 'docs', '200 docs/index.html'],
  ['never', 'about/', 'to /about'],
  ['never', '', '200 index.html'],
])('ST-06 with slashes %s, "%s" is answered %s', (trailingSlash, path, expected) => {
  expect(resolve(path, { trailingSlash })).toBe(expected);
});

it.each<[string, object, string]>([
  ['docs/none', {}, '404 docs/404.html'],
  ['docs/deep/er/none', {}, '404 docs/404.html'],
  ['none', {}, 'missing'],
  ['none', { singlePage: true }, '200 index.html'],
  ['none/deep/er', { singlePage: true }, '200 index.html'],
  ['none.js', { singlePage: true, navigation: false }, 'missing'],
  ['docs/none', { singlePage: true }, '404 docs/404.html'],
  ['none', { singlePage: true, files: ['a.html'] }, 'missing'],
  ['x/none', { singlePage: true, files: ['404.html', 'index.html'] }, '404 404.html'],
])('ST-07 "%s" with %j is answered %s', (path, more, expected) => {
  expect(resolve(path, more)).toBe(expected);
});

it.each([
  ['_headers', false],
  ['_redirects', false],
  ['docs/_headers', true],
  ['.env', false],
  ['.git/config', false],
  ['a/.b/c', false],
  ['.well-known/security.txt', true],
  ['.well-known/.hidden', false],
  ['a/.well-known/b', false],
  ['a/', true],
])('ST-08 "%s" may be shown: %s', (path, expected) => {
  expect(isPublic(path)).toBe(expected);
  if (!expected) expect(resolve(path)).toBe('missing');
});
