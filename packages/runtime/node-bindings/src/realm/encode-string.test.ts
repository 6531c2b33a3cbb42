import { expect, it } from 'vitest';
import { encodeString } from './encode-string.ts';

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  base64: [
    'YWJj',
    'a',
    'abcde',
    'abcd=e',
    'ab=cde',
    'YQ==YQ',
    'a-_/+b',
    'abc de',
    'ab\u00ffcd',
    '=abc',
    'abcd\u2603e',
    '',
  ],
  base64url: ['YWI', 'abcde', 'a-_/+b', 'YQ==', 'A=B'],
  hex: ['00ff', 'abc', '0g', 'AbCd', ''],
  latin1: ['a\u00ff\u0100'],
  ucs2: ['a\u00ff\ud83d'],
  utf8: ['gr\u00fcn \ud83d\ude00 \ud83d'],
};

it.each(Object.keys(TEXTS))('text written to a stream as %s is the bytes that Buffer makes of it', (encoding) => {
  for (const text of TEXTS[encoding]!)
    expect([...encodeString(text, encoding)], text).toEqual([...Buffer.from(text, encoding as BufferEncoding)]);
});
