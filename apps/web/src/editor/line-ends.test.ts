import { expect, it } from 'vitest';
import { lineEndsOf } from './line-ends.ts';

it.each([
  ['', 'lf'],
  ['one line', 'lf'],
  ['a\nb\n', 'lf'],
  ['a\r\nb\r\n\r\n', 'crlf'],
  ['a\r\nb\n', 'mixed'],
  ['\na\r\n', 'mixed'],
  ['a\rb', 'mixed'],
  ['a\r\r\nb', 'mixed'],
])('tells how the lines of %j end: %s', (text, ends) => {
  expect(lineEndsOf(text)).toBe(ends);
});
