import { describe, expect, it } from 'vitest';
import { etagOf, isNotModified, isRangeCurrent } from './conditions.ts';

const lastModifiedMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const validators = { etag: etagOf('abc'), lastModifiedMs };
const at = 'Fri, 02 Jan 2026 03:04:05 GMT';
const before = 'Fri, 02 Jan 2026 03:04:04 GMT';

describe('conditional requests', () => {
  it.each<[string | undefined, string | undefined, boolean]>([
    [undefined, undefined, false],
    ['"abc"', undefined, true],
    ['W/"abc"', undefined, true],
    ['*', undefined, true],
    [' * ', undefined, true],
    ['"x", "abc"', undefined, true],
    ['"x","y",W/"abc"', undefined, true],
    ['"x,\u00e4", "abc"', undefined, true],
    ['"abcd"', undefined, false],
    ['abc', undefined, false],
    ['"ab', undefined, false],
    ['', undefined, false],
    [undefined, at, true],
    [undefined, 'Friday, 02-Jan-26 03:04:05 GMT', true],
    [undefined, 'Fri Jan  2 03:04:05 2026', true],
    [undefined, 'Sat, 03 Jan 2026 00:00:00 GMT', true],
    [undefined, before, false],
    [undefined, 'yesterday', false],
    [undefined, '2030', false],
    ['"x"', at, false],
    ['"abc"', before, true],
  ])(
    'ST-01 If-None-Match %s and If-Modified-Since %s: not modified is %s',
    (ifNoneMatch, ifModifiedSince, expected) => {
      expect(isNotModified({ ifNoneMatch, ifModifiedSince }, validators)).toBe(expected);
    },
  );

  it.each<[string | undefined, boolean]>([
    [undefined, true],
    ['"abc"', true],
    ['W/"abc"', false],
    ['"x"', false],
    [at, true],
    [before, false],
    ['Sat, 03 Jan 2026 00:00:00 GMT', false],
    ['nonsense', false],
  ])('ST-02 If-Range %s: a part may be sent is %s', (ifRange, expected) => {
    expect(isRangeCurrent(ifRange, validators)).toBe(expected);
  });
});
