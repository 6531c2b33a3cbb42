import { describe, expect, it } from 'vitest';
import { decodeSitePath, encodeSitePath } from './decode-path.ts';

const utf8 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');

describe('paths of a request', () => {
  it.each([
    ['/', ''],
    ['/a', 'a'],
    ['/a/b/', 'a/b/'],
    ['/a?b=/../c', 'a'],
    ['/a%20b', 'a b'],
    ['/a+b', 'a+b'],
    ['/%61', 'a'],
    ['/A', 'A'],
    ['/%C3%A4%c3%a4', 'ää'],
    ['/%E6%97%A5%E6%9C%AC', '日本'],
    ['/%F0%9F%98%80', '😀'],
    [`/${utf8('ä日本')}`, 'ä日本'],
    [`/${utf8('a\u0308')}`, 'a\u0308'],
    ['/a%2Fb', 'a/b'],
    ['/%252e%252e/a', '%2e%2e/a'],
    ['/100%25', '100%'],
    ['/...', '...'],
    ['/..a/a..', '..a/a..'],
    ['//a', '/a'],
    ['/%3F%23', '?#'],
  ])('ST-09 %s is "%s"', (target, path) => {
    expect(decodeSitePath(target)).toEqual({ outcome: 'path', path });
  });

  it.each([
    ['', 'slash'],
    ['*', 'slash'],
    ['http://host/a', 'slash'],
    ['/..', 'leaves'],
    ['/../etc/passwd', 'leaves'],
    ['/a/../b', 'leaves'],
    ['/./a', 'leaves'],
    ['/%2e%2e/a', 'leaves'],
    ['/.%2E/a', 'leaves'],
    ['/a/%2e%2e%2fb', 'leaves'],
    ['/..%5c..%5cb', 'backslash'],
    ['/a\\b', 'backslash'],
    ['/a%5Cb', 'backslash'],
    ['/a%00b', 'control'],
    ['/a%0d%0aX-A:%20b', 'control'],
    ['/%09/host', 'control'],
    ['/%7f', 'control'],
    ['/%', 'UTF-8'],
    ['/%2', 'UTF-8'],
    ['/%zz', 'UTF-8'],
    ['/%c0%af', 'UTF-8'],
    ['/%c0%ae%c0%ae/', 'UTF-8'],
    ['/%e0%80%af', 'UTF-8'],
    ['/%f0%80%80%af', 'UTF-8'],
    ['/%ed%a0%80', 'UTF-8'],
    ['/%f5%80%80%80', 'UTF-8'],
    ['/%u002e', 'UTF-8'],
    ['/\u00e4', 'UTF-8'],
  ])('ST-09 %s is refused: %s', (target, why) => {
    const decoded = decodeSitePath(target);
    expect(decoded.outcome === 'refused' ? decoded.why : decoded.path).toContain(why);
  });

  it.each(['', 'a b', 'ä/日本/', '100%', 'a?b#c', '/evil.example'])('"%s" survives an address', (path) => {
    expect(decodeSitePath(encodeSitePath(path))).toEqual({ outcome: 'path', path });
  });
});
