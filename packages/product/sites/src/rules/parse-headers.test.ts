import { expect, it } from 'vitest';
import { parseHeaderRules } from './parse-headers.ts';

const errorsOf = (text: string) => parseHeaderRules(text).errors.map(({ line, message }) => `${line}: ${message}`);

it('ST-05 _headers is patterns with headers below them, comments and empty lines between', () => {
  const { rules, errors } = parseHeaderRules(
    [
      '# all pages',
      '/*',
      '  X-Frame-Options: DENY',
      '  Link: </a.css>; rel=preload, </b.js>; rel=preload',
      '',
      'https://:sub.Example.org:443/blog/:post',
      '\tx-post: :post',
      '  ! X-Frame-Options',
      '/a\r',
      'Cache-Control:no-store\r',
    ].join('\n'),
  );
  expect(errors).toEqual([]);
  expect(rules).toEqual([
    {
      pattern: '/*',
      set: [
        ['x-frame-options', 'DENY'],
        ['link', '</a.css>; rel=preload, </b.js>; rel=preload'],
      ],
      unset: [],
    },
    { pattern: 'https://:sub.example.org/blog/:post', set: [['x-post', ':post']], unset: ['x-frame-options'] },
    { pattern: '/a', set: [['cache-control', 'no-store']], unset: [] },
  ]);
});

it.each([
  ['x: y', '1: a header stands before the first pattern'],
  ['/a', '1: no header follows the pattern'],
  ['/a\n/b\nx: y', '1: no header follows the pattern'],
  ['/a\nx: y\nnonsense', '3: it is neither "Name: value" nor "! Name"'],
  ['/a\nx:\ny: z', '2: "x" has no value'],
  ['/a\na b: c\ny: z', '2: "a b" is no name of a header'],
  ['/a\n: c\ny: z', '2: "" is no name of a header'],
  ['/a\nContent-Length: 5\ny: z', '2: "content-length" is the server\'s own to set'],
  ['/a\n! Transfer-Encoding\ny: z', '2: "transfer-encoding" is the server\'s own to set'],
  ['/a\nx: 日本\ny: z', '2: the value of "x" holds characters that no header can carry'],
  ['/a\nSet-Cookie: a=b; Domain=x.org\ny: z', '2: a cookie with a Domain would reach other sites'],
  ['/*/*\nx: y', '1: "/*/*" has more than one "*"'],
  ['http://a.org/\nx: y', '1: "http://a.org/" is neither a path nor an address on https'],
  ['//a\nx: y', '1: "//a" is neither a path nor an address on https'],
  ['/:a/:a\nx: y', '1: the placeholder ":a" is there twice'],
  ['/:splat\nx: y', '1: a placeholder cannot be called ":splat": that is what "*" takes'],
  [`/${'a'.repeat(2000)}\nx: y`, '1: the line is longer than 2000 characters'],
])('ST-05 _headers %j: %s', (text, expected) => {
  expect(errorsOf(text)[0]).toBe(expected);
});

it('ST-05 _headers has a hundred rules at most, and names the line of the next', () => {
  const text = Array.from({ length: 102 }, (_, at) => `/${at}\nx: y`).join('\n');
  const { rules, errors } = parseHeaderRules(text);
  expect(rules).toHaveLength(100);
  expect(errors).toEqual([{ line: 201, message: 'only 100 rules are read: the rest is left out' }]);
});
