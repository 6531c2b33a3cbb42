import { describe, expect, it } from 'vitest';
import { compileRules } from './compile-rules.ts';
import { parseHeaderRules } from './parse-headers.ts';
import { parseRedirectRules } from './parse-redirects.ts';

const redirect = (text: string, path: string, search = '') =>
  compileRules({ headers: [], redirects: parseRedirectRules(text).rules }).redirect('a.example', path, search);
const headers = (text: string, path: string, host = 'a.example') =>
  compileRules({ headers: parseHeaderRules(text).rules, redirects: [] }).headers(host, path, {
    'x-ours': '1',
    etag: 'e',
  });

describe('redirects', () => {
  it.each([
    ['/a /b', '/a', '', '302 /b'],
    ['/a /b 301', '/a', '?q=1', '301 /b?q=1'],
    ['/a /b?x=2 301', '/a', '?q=1', '301 /b?x=2'],
    ['/a /b#part', '/a', '?q=1', '302 /b?q=1#part'],
    ['/a/* https://b.org/:splat 307', '/a/x/y', '', '307 https://b.org/x/y'],
    ['/a/* /b/:splat', '/a/', '', '302 /b/'],
    ['/a/* /b', '/a', '', 'undefined'],
    ['/u/:name/p/:id /:id/:name 308', '/u/al/p/7', '', '308 /7/al'],
    ['/u/:name /x/:name', '/u/a/b', '', 'undefined'],
    ['/:a/:ab /:ab-:a', '/1/2', '', '302 /2-1'],
    ['/x/* /:splat', '/x//evil.example', '', '302 /evil.example'],
    ['/a.b /c', '/axb', '', 'undefined'],
    ['/a /first\n/* /second', '/a', '', '302 /first'],
    ['/* /second\n/a /first', '/a', '', '302 /second'],
    ['/ä /ö', '/ä', '', '302 /%C3%B6'],
    ['/%C3%A4/* /x/:splat', '/ä/a b?c', '?q', '302 /x/a%20b%3Fc?q'],
    ['/100% /x', '/100%', '', '302 /x'],
    ['/s/* /t/:splat 200', '/s/x', '', 'rewrite /t/x'],
  ])('ST-05 %j for %s%s: %s', (text, path, search, expected) => {
    const answer = redirect(text, path, search);
    expect(
      answer === undefined
        ? 'undefined'
        : answer.kind === 'rewrite'
          ? `rewrite ${answer.path}`
          : `${answer.status} ${answer.location}`,
    ).toBe(expected);
  });
});

describe('headers', () => {
  it.each<[string, string, Record<string, string>]>([
    ['/*\n x-a: 1', '/p', { 'x-a': '1' }],
    ['/p\n x-a: 1', '/q', {}],
    ['/*\n x-a: 1\n/p\n x-a: 2', '/p', { 'x-a': '1, 2' }],
    ['/*\n x-ours: 2', '/p', { 'x-ours': '2' }],
    ['/p/:id\n x-a: <:id>', '/p/7', { 'x-a': '<7>' }],
    ['/p/*\n x-a: :splat', '/p/7/8', { 'x-a': '7/8' }],
    ['/*\n x-a: 1\n/p\n ! x-a', '/p', {}],
    ['/*\n x-a: 1\n/p\n ! X-A\n x-a: 3', '/p', { 'x-a': '3' }],
    ['/*\n ! x-ours', '/p', { 'x-ours': undefined as never }],
    ['https://a.example/*\n x-a: 1', '/p', { 'x-a': '1' }],
    ['https://b.example/*\n x-a: 1', '/p', {}],
    ['https://:sub.example/*\n x-a: :sub', '/p', { 'x-a': 'a' }],
  ])('ST-05 %j for %s adds %j', (text, path, expected) => {
    const all: Record<string, string | undefined> = { 'x-ours': '1', etag: 'e', ...expected };
    expect(headers(text, path)).toEqual(
      Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    );
  });

  it('ST-05 a pattern is no regular expression, however it looks', () => {
    expect(headers('/(a+)+$\n x-a: 1', `/${'a'.repeat(5000)}b`)['x-a']).toBeUndefined();
  });
});
