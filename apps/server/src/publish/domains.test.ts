import { expect, it } from 'vitest';
import { findProof, parseDomain } from './domains.ts';

const isOwn = (host: string) => host === 'slipway.example' || host.endsWith('.slipway.example');
const problem = (text: string) => {
  const parsed = parseDomain(text, isOwn);
  return parsed.outcome === 'domain' ? parsed.domain : parsed.why;
};

it.each([
  ['www.example.org', 'www.example.org'],
  ['example.org.', 'example.org'],
  ['Bücher.example.org', 'xn--bcher-kva.example.org'],
  ['a.b.c.example.co.uk', 'a.b.c.example.co.uk'],
])('P-37 "%s" is the domain "%s"', (text, domain) => {
  expect(problem(text)).toBe(domain);
});

it.each([
  ['example', 'no name of a domain'],
  ['a b.org', 'no name of a domain'],
  ['http://a.org', 'no name of a domain'],
  ['a.org:80', 'no name of a domain'],
  ['-a.org', 'no name of a domain'],
  ['a..org', 'no name of a domain'],
  ['*.a.org', 'no name of a domain'],
  ['127.0.0.1', 'no name of a domain'],
  ['[::1]', 'no name of a domain'],
  [`${'a'.repeat(64)}.org`, 'no name of a domain'],
  ['slipway.example', 'this server itself'],
  ['x.slipway.example', 'this server itself'],
  ['co.uk', 'no domain of one person'],
  ['github.io', 'no domain of one person'],
])('P-37 "%s" is refused: %s', (text, why) => {
  expect(problem(text)).toContain(why);
});

it('P-37 a proof is one whole TXT record, in whatever pieces it comes', async () => {
  const find = (records: string[][] | Error) =>
    findProof(
      () => (records instanceof Error ? Promise.reject(records) : Promise.resolve(records)),
      'a.org',
      'proof-1',
    );
  expect(await find([['v=spf1'], ['proof', '-1']])).toEqual({ outcome: 'found' });
  expect(await find([['proof-12'], ['x proof-1']])).toEqual({ outcome: 'absent' });
  expect(await find(Object.assign(new Error('none'), { code: 'ENOTFOUND' }))).toEqual({ outcome: 'absent' });
  expect(await find(Object.assign(new Error('slow'), { code: 'ETIMEOUT' }))).toEqual({ outcome: 'silent' });
  await expect(find(new Error('a bug'))).rejects.toThrow('a bug');
});
