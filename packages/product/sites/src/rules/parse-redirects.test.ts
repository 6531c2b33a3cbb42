import { expect, it } from 'vitest';
import { parseRedirectRules } from './parse-redirects.ts';

it('ST-05 _redirects is source, destination and status, in order', () => {
  const { rules, errors } = parseRedirectRules(
    [
      '# moved',
      '/old /new',
      '/blog/:slug  https://blog.example.org/:slug 301 # all of it',
      '/docs/* /help/:splat 200',
      '/b /c 308',
    ].join('\r\n'),
  );
  expect(errors).toEqual([]);
  expect(rules).toEqual([
    { from: '/old', to: '/new', status: 302 },
    { from: '/blog/:slug', to: 'https://blog.example.org/:slug', status: 301 },
    { from: '/docs/*', to: '/help/:splat', status: 200 },
    { from: '/b', to: '/c', status: 308 },
  ]);
});

it.each([
  ['/a', '1: it is not a source, a destination and perhaps a status'],
  ['/a /b 301 x', '1: it is not a source, a destination and perhaps a status'],
  ['\n\na /b', '3: "a" does not begin with one slash: only paths of the site can be matched'],
  ['https://a.org/ /b', '1: "https://a.org/" does not begin with one slash: only paths of the site can be matched'],
  ['/a b', '1: "b" is neither a path nor an address'],
  ['/a //b', '1: "//b" is neither a path nor an address'],
  ['/a javascript:alert(1)', '1: "javascript:alert(1)" is neither a path nor an address'],
  ['/a /b 404', '1: "404" is none of the statuses 200, 301, 302, 303, 307, 308'],
  ['/a https://b.org/ 200', '1: 200 shows a page of the site itself, and "https://b.org/" is elsewhere'],
  ['/a /b\n/a /c', '2: there is a rule for "/a" already'],
  ['/x/* /x/index.html', '1: "/x/index.html" is matched by the rule itself: it would go round for ever'],
  ['/*/* /b', '1: "/*/*" has more than one "*"'],
])('ST-05 _redirects %j: %s', (text, expected) => {
  const { errors } = parseRedirectRules(text);
  expect(errors.map(({ line, message }) => `${line}: ${message}`)).toEqual([expected]);
});

it.each(['/* /index.html 200', '/* / 200', '/*  /index 200'])(
  'ST-07 "%s" asks for the single-page fallback',
  (text) => {
    expect(parseRedirectRules(text)).toEqual({ rules: [], errors: [], singlePage: true });
  },
);

it('ST-05 _redirects has 2,000 plain rules and 100 patterns at most', () => {
  const plain = parseRedirectRules(Array.from({ length: 2001 }, (_, at) => `/${at} /x`).join('\n'));
  expect([plain.rules.length, plain.errors]).toEqual([
    2000,
    [{ line: 2001, message: 'only 2000 rules without a pattern are read' }],
  ]);
  const dynamic = parseRedirectRules(Array.from({ length: 103 }, (_, at) => `/${at}/* /x`).join('\n'));
  expect([dynamic.rules.length, dynamic.errors]).toEqual([
    100,
    [{ line: 101, message: 'only 100 rules with a pattern are read: the rest is left out' }],
  ]);
});
