import { describe, expect, it } from 'vitest';
import { outboundTarget, requestOrigin } from '../outbound/outbound-policy.ts';
import { requestHeaders, responseHeaders } from './rewrite-headers.ts';

const previewUrl = (port: number): string => `https://p--${port}.test/`;
const PAGE = previewUrl(3000);

describe('what a program sees of a page’s request', () => {
  const seen = (...headers: [string, string][]): string[] =>
    requestHeaders(headers, 3000, PAGE).map(([name, value]) => `${name}: ${value}`);

  it('is addressed to it, in no coding', () =>
    expect(seen()).toEqual(['Host: localhost:3000', 'Accept-Encoding: identity']));

  it.each([
    ['Origin', 'https://p--3000.test', 'http://localhost:3000'],
    ['Referer', 'https://p--3000.test/a?b', 'http://localhost:3000/a?b'],
    ['Origin', 'https://p--3000.test.evil', 'https://p--3000.test.evil'],
    ['Origin', 'null', 'null'],
    ['X-Origin', 'https://p--3000.test', 'https://p--3000.test'],
  ])('%s: %s is %s', (name, value, expected) => expect(seen([name, value])).toContain(`${name}: ${expected}`));

  it.each(['Host', 'CONNECTION', 'content-length', 'Transfer-Encoding', 'Expect', 'Accept-Encoding', 'Upgrade', 'TE'])(
    'a page has no say in %s',
    (name) => expect(seen([name, 'evil']).join()).not.toContain('evil'),
  );

  it('nor in fields that its Connection names', () =>
    expect(seen(['Connection', 'x-one, X-Two'], ['X-One', '1'], ['x-two', '2'], ['x-three', '3']).slice(1, -1)).toEqual(
      ['x-three: 3'],
    ));

  it('what is no field name is left out, and line ends in values are blanks', () => {
    expect(seen(['a b', '1'], ['a:b', '1'], ['', '1'], ['a\r\nb', '1'], ['x', 'a\r\nb\0']).slice(1, -1)).toEqual([
      'x: a  b ',
    ]);
  });
});

describe('what a page sees of a program’s answer', () => {
  const location = (value: string, name = 'Location'): string | undefined =>
    responseHeaders([[name, value]], 3000, previewUrl)[0]?.[1];

  it.each([
    ['http://localhost:3000/a?b#c', '/a?b#c'],
    ['http://127.0.0.1:3000', '/'],
    ['http://localhost:3000?x', '/?x'],
    ['HTTP://LOCALHOST:3000/a', '/a'],
    ['http://[::1]:3000/a', '/a'],
    ['http://0.0.0.0:5173/a', 'https://p--5173.test/a'],
    ['http://localhost/a', 'https://p--80.test/a'],
    ['https://localhost/a', 'https://p--443.test/a'],
    ['/a', '/a'],
    ['https://other.test/a', 'https://other.test/a'],
    ['http://localhost.evil:3000/a', 'http://localhost.evil:3000/a'],
    ['http://localhost:0/a', 'http://localhost:0/a'],
    ['http://localhost:65536/a', 'http://localhost:65536/a'],
  ])('%s leads to %s', (address, expected) => expect(location(address)).toBe(expected));

  it.each([
    'http://localhost:3000//other.test/a',
    String.raw`http://localhost:3000/\other.test/a`,
    'http://localhost:5173//other.test/a',
    String.raw`http://localhost:5173/\other.test/a`,
  ])('%s stays on the preview’s host', (address) =>
    expect(new URL(location(address)!, PAGE).host).toMatch(/^p--\d+\.test$/),
  );

  it('Content-Location as well, whatever its spelling; other fields as they are', () => {
    expect(location('http://localhost:3000/a', 'content-LOCATION')).toBe('/a');
    expect(location('http://localhost:3000/a', 'Link')).toBe('http://localhost:3000/a');
    expect(
      responseHeaders(
        [
          ['Connection', 'close'],
          ['Set-Cookie', 'a=b'],
        ],
        3000,
        previewUrl,
      ),
    ).toEqual([['Set-Cookie', 'a=b']]);
  });
});

describe('what goes outside', () => {
  it.each([
    ['Example.TEST', 443, true, 'https://example.test'],
    ['example.test', 80, false, 'http://example.test'],
    ['example.test', 443, false, 'http://example.test:443'],
    ['example.test', 8443, true, 'https://example.test:8443'],
    ['::1', 80, false, 'http://[::1]'],
    ['[::1]', 81, false, 'http://[::1]:81'],
  ] as const)('%s port %i, secure %s, is %s', (host, port, secure, origin) =>
    expect(requestOrigin(host, port, secure)).toBe(origin),
  );

  it('goes to our mirror where it is a registry’s, whatever its path looks like', () => {
    const policy = {
      registryOrigins: ['https://registry.test'],
      mirrorUrl: 'https://ours.test/mirror/',
      capability: null,
    };
    const target = (origin: string, path: string): string => outboundTarget(policy, origin, path).url;
    expect(target('https://registry.test', '/pkg')).toBe('https://ours.test/mirror/pkg');
    expect(target('https://registry.test', '//evil.test/pkg')).toBe('https://ours.test/mirror/evil.test/pkg');
    expect(outboundTarget(policy, 'http://registry.test', '/pkg')).toEqual({
      url: 'http://registry.test/pkg',
      mirror: false,
    });
  });
});
