import { expect, it } from 'vitest';
import { chooseEncoding, type StoredEncoding, storedEncodings } from './encodings.ts';

it.each<[string | undefined, string]>([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['x-gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['br;q=0.5, gzip;q=0.8', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0.0,gzip;q=0.000', 'identity'],
  ['br ; q = 0.5', 'br'],
  ['*', 'br'],
  ['*;q=0.1', 'br'],
  ['*;q=0, gzip', 'gzip'],
  ['*;q=0', 'identity'],
  ['gzip;q=1, *;q=0.5', 'gzip'],
  ['identity', 'identity'],
  ['identity;q=1, br;q=0.9', 'identity'],
  ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  ['identity;q=0', 'identity'],
  ['zstd', 'identity'],
  ['br;q=2', 'br'],
  ['br;q=nonsense', 'br'],
  ['br;level=3', 'br'],
])('ST-03 Accept-Encoding "%s" is served as %s', (header, expected) => {
  expect(chooseEncoding(header, storedEncodings)).toBe(expected);
});

it.each<[StoredEncoding[], string]>([
  [['gzip'], 'gzip'],
  [['br'], 'br'],
  [[], 'identity'],
])('ST-03 of %j alone, everything accepted, %s is served', (available, expected) => {
  expect(chooseEncoding('gzip, br', available)).toBe(expected);
});
