import { describe, expect, it } from 'vitest';
import { embedderProblem, isAllowedEmbedder, matchesEmbedder, parseEmbedderPattern } from './embedder-pattern.ts';

/** Pattern, what it is, what it is not. */
const families: readonly (readonly [pattern: string, own: readonly string[], foreign: readonly string[]])[] = [
  [
    'http://localhost:*',
    ['http://localhost', 'http://localhost:1', 'http://localhost:5801', 'http://localhost:65535'],
    [
      'https://localhost:5801',
      'http://localhost.evil.org:1',
      'http://localhost.evil.org',
      'http://evil-localhost:1',
      'http://a.localhost:1',
      'http://127.0.0.1:1',
      'http://localhost.:1',
      'http://localhost:',
      'http://localhost:*',
      'http://localhost:x',
      'http://localhost:99999',
      'http://localhost@evil.org',
      'http://localhost:1@evil.org',
      'http://localhost/',
      'http://localhost:1/path',
      ' http://localhost:1',
      'http://localhost:1\n',
      'http://LOCALHOST:1',
      'file://',
      'null',
      '',
      'about:blank',
      'blob:http://localhost:1',
    ],
  ],
  [
    'https://*.example.org',
    [
      'https://a.example.org',
      'https://a.b.example.org',
      'https://xn--bcher-kva.example.org',
      'https://a.example.org:443',
    ],
    [
      'https://example.org',
      'https://evilexample.org',
      'https://.example.org',
      'https://a..example.org',
      'https://a.example.org.',
      'https://a.example.org:8443',
      'http://a.example.org',
      'https://a.example.org.evil.net',
      'https://*.example.org',
      'https://b\u00fccher.example.org',
      'https://a_b.example.org',
      'https://-.example.com',
      'null',
    ],
  ],
  [
    'https://*.example.org:*',
    ['https://a.example.org', 'https://a.example.org:1'],
    ['https://example.org:1', 'https://evilexample.org:1'],
  ],
  [
    'https://Example.ORG',
    ['https://example.org', 'https://example.org:443'],
    [
      'http://example.org',
      'https://example.org:444',
      'https://www.example.org',
      'https://example.org.',
      'https://example.or',
    ],
  ],
  [
    'http://example.org:80',
    ['http://example.org'],
    ['https://example.org', 'http://example.org:8080', 'https://example.org:80'],
  ],
  ['https://example.org:80', ['https://example.org:80'], ['http://example.org', 'https://example.org']],
  [
    'http://127.0.0.1:*',
    ['http://127.0.0.1:3000', 'http://127.0.0.1'],
    [
      'http://127.0.0.10:3000',
      'http://a.127.0.0.1:1',
      'http://127.1:3000',
      'http://2130706433:3000',
      'http://[::1]:3000',
      'http://[::ffff:127.0.0.1]:1',
    ],
  ],
  [
    'https://xn--bcher-kva.example',
    ['https://xn--bcher-kva.example'],
    ['https://b\u00fccher.example', 'https://bcher.example'],
  ],
];

describe('whose pages may embed', () => {
  it('SV-18 exact origins, wildcard subdomains and wildcard ports stand for what they say and nothing that looks like it', () => {
    for (const [text, own, foreign] of families) {
      const pattern = parseEmbedderPattern(text);
      for (const origin of own) expect(matchesEmbedder(pattern, origin), `${text} ${origin}`).toBe(true);
      for (const origin of foreign) expect(matchesEmbedder(pattern, origin), `${text} ${origin}`).toBe(false);
    }
  });

  it('SV-18 a pattern has one spelling: lower case, and no port where it is the scheme\u2019s own', () => {
    const spellings = {
      'HTTPS://*.Example.ORG:443': 'https://*.example.org',
      'http://a:80': 'http://a',
      'http://a:443': 'http://a:443',
      'https://a:*': 'https://a:*',
    };
    for (const [text, source] of Object.entries(spellings)) expect(parseEmbedderPattern(text).source).toBe(source);
  });

  it('SV-18 what is no pattern is refused with the value, the reason and the forms wanted', () => {
    const refused: Record<string, string> = {
      '*': 'begin with "http',
      'https:': 'begin with "http',
      'https://': '"" is no host name',
      'example.org': 'begin with "http',
      'ftp://a': 'begin with "http',
      null: 'begin with "http',
      "'self'": 'begin with "http',
      'file:///x': 'begin with "http',
      'http:/a': 'begin with "http',
      'https://a/': 'path',
      'https://a/b': 'path',
      'https://a?x': 'path',
      'https://a#x': 'path',
      'http://*': '"*" is no host name',
      'http://*:*': '"*" is no host name',
      'http://*.': 'no host name',
      'http://a.*.org': 'no host name',
      'http://*a.org': 'no host name',
      'http://*.*.org': 'no host name',
      'http://a_b': 'no host name',
      'http://a..b': 'no host name',
      'http://a.': 'no host name',
      'http://.a': 'no host name',
      'http://u@a': 'no host name',
      'http://u:p@a': 'no port',
      'http://a;script-src': 'no host name',
      'http://a,http://b': 'path',
      'http://*.0.0.1': 'no host name',
      'http://*.127.0.0.1': 'no host name',
      'http://127.1': 'no host name',
      'http://0x7f.0.0.0x1': 'no host name',
      'http://256.0.0.1': 'no host name',
      'http://01.0.0.1': 'no host name',
      'http://[::1]:3000': 'IPv6',
      'http://[::1]': 'IPv6',
      'http://a:0': '"0" is no port',
      'http://a:65536': 'no port',
      'http://a:': 'no port',
      'http://a:08': 'no port',
      'http://a:1*': 'no port',
      'http://a:**': 'no port',
      'http://a:-1': 'no port',
      'http://a http://b': 'commas separate',
      'http://a\r\nX: y': 'commas separate',
      'http://a\u00a0': 'commas separate',
      'http://b\u00fccher.example': '"xn--"',
      'http://\u212aevin': '"xn--"',
      'http://a\0': '"xn--"',
      [`http://${'a'.repeat(64)}.org`]: 'no host name',
      [`http://${'a.'.repeat(130)}org`]: 'no host name',
      '': 'begin with',
    };
    for (const [text, why] of Object.entries(refused)) {
      expect(() => parseEmbedderPattern(text), text).toThrow(why);
      expect(() => parseEmbedderPattern(text), text).toThrow(
        /^Cannot take ".*[^]*" as an embedder: .*; wanted is an origin such as "https:\/\/example\.org", "https:\/\/\*\.example\.org" or "http:\/\/localhost:\*"$/,
      );
      expect(embedderProblem(text)).not.toBeUndefined();
    }
    expect(() => parseEmbedderPattern('x'.repeat(1e6))).toThrow(/^.{300,500}$/);
    expect(embedderProblem('https://example.org')).toBeUndefined();
  });

  it('SV-18 the server\u2019s own origins count as they are, and a list without an entry lets nobody in', () => {
    const parents = ['http://[::1]:4000', 'http://my_host:1', 'http://localhost:*'];
    for (const origin of ['http://[::1]:4000', 'http://my_host:1', 'http://localhost:9'])
      expect(isAllowedEmbedder(parents, origin), origin).toBe(true);
    for (const origin of ['http://[::1]:4001', 'http://my_host:2', 'null', '', 'http://evil.org'])
      expect(isAllowedEmbedder(parents, origin), origin).toBe(false);
    expect(isAllowedEmbedder([], 'http://localhost:1')).toBe(false);
  });
});
