import { expect, it } from 'vitest';
import { createSecretScanner } from './secret-scanner.ts';

const value = 'p@ss/w0rd+ä?=&"x';
const scanner = createSecretScanner([
  { name: 'API_KEY', value },
  { name: 'PEM', value: '-----BEGIN-----\nabcdefghijkl\nmno\n' },
  { name: 'SHORT', value: 'abc' },
]);
const find = (text: string | Buffer) => scanner.find(Buffer.from(text));

it.each<[string, string]>([
  ['as it is', `const key = '${value}';`],
  ['in an address', `https://a.org/?k=${encodeURIComponent(value)}`],
  ['in an address with small digits', `?k=${encodeURIComponent(value).replace(/%../g, (sign) => sign.toLowerCase())}`],
  ['in JSON', JSON.stringify({ value })],
  ...['', 'u', 'us', 'use', 'user:'].map((before): [string, string] => [
    `in base64 behind "${before}"`,
    Buffer.from(`${before}${value} and more`).toString('base64'),
  ]),
  ['in base64 for addresses', Buffer.from(`ab${value}`).toString('base64url')],
])('P-30 a secret is found %s', (_, text) => {
  expect(find(text)).toBe('API_KEY');
});

it('P-30 what is no secret is not found, and one of several lines is found whole', () => {
  expect(find('nothing of it: abc, p@ss, w0rd')).toBeUndefined();
  expect(find('x-----BEGIN-----\nabcdefghijkl\nmno\ny')).toBe('PEM');
  expect(find(Buffer.from([0xff, 0xfe, 0]))).toBeUndefined();
  expect(createSecretScanner([]).find(Buffer.from('x'))).toBeUndefined();
});

it('P-30 a log shows stars in the place of secrets, line by line', () => {
  expect(scanner.redact(`key=${value}; again ${encodeURIComponent(value)}`)).toBe('key=********; again ********');
  expect(scanner.redact('abcdefghijkl')).toBe('********');
  expect(scanner.redact('mno abc')).toBe('mno abc');
});
