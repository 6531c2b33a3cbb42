import { describe, expect, it } from 'vitest';
import { mergeTexts } from './merge-texts.ts';

describe('two changes of one text', () => {
  it.each<[string, string, string, string, string]>([
    ['only mine', 'a\nb\n', 'a\nB\n', 'a\nb\n', 'a\nB\n'],
    ['only theirs', 'a\nb\n', 'a\nb\n', 'A\nb\n', 'A\nb\n'],
    ['the same on both sides', 'a\nb\n', 'a\nB\n', 'a\nB\n', 'a\nB\n'],
    ['the same on both sides, and more', 'a\nb\nc\nd\n', 'a\nB\nc\nd\n', 'a\nB\nc\nD\n', 'a\nB\nc\nD\n'],
    ['far apart', 'a\nb\nc\nd\n', 'A\nb\nc\nd\n', 'a\nb\nc\nD\n', 'A\nb\nc\nD\n'],
    ['neighbouring lines', 'a\nb\nc\n', 'A\nb\nc\n', 'a\nB\nc\n', 'A\nB\nc\n'],
    ['a line put in before one that changed', 'a\nb\nc\n', 'a\nB\nc\n', 'a\nnew\nb\nc\n', 'a\nnew\nB\nc\n'],
    ['a line put in after one that changed', 'a\nb\nc\n', 'a\nB\nc\n', 'a\nb\nnew\nc\n', 'a\nB\nnew\nc\n'],
    ['lines on top and below', 'a\nb\n', 'a!\nb\n', '// top\na\nb\n// below\n', '// top\na!\nb\n// below\n'],
    ['a removed line beside a changed one', 'a\nb\nc\n', 'a\nC\n', 'A\nb\nc\n', 'A\nC\n'],
    ['Windows line ends', 'a\r\nb\r\nc\r\n', 'A\r\nb\r\nc\r\n', 'a\r\nb\r\nC\r\n', 'A\r\nb\r\nC\r\n'],
    ['no line end at the end', 'a\nb', 'A\nb', 'a\nB', 'A\nB'],
    ['from nothing', '', '', 'a\n', 'a\n'],
  ])('merge: %s', (_name, base, mine, theirs, text) => {
    expect(mergeTexts(base, mine, theirs)).toEqual({ outcome: 'merged', text });
  });

  it.each<[string, string, string, string]>([
    ['the same line', 'a\nb\nc\n', 'a\nmine\nc\n', 'a\ntheirs\nc\n'],
    ['a line that the other removed', 'a\nb\nc\n', 'a\nB\nc\n', 'a\nc\n'],
    ['lines put in at one place', 'a\nb\n', 'a\nmine\nb\n', 'a\ntheirs\nb\n'],
    ['everything', '', 'mine', 'theirs'],
  ])('are a conflict: %s', (_name, base, mine, theirs) => {
    expect(mergeTexts(base, mine, theirs)).toEqual({ outcome: 'conflict' });
  });

  it('is a conflict where there are more kinds of lines than can be told apart', () => {
    const many = Array.from({ length: 0xd800 }, (_, at) => `${at}\n`).join('');
    expect(mergeTexts(many, `mine\n${many}`, `${many}theirs\n`)).toEqual({ outcome: 'conflict' });
  });
});
