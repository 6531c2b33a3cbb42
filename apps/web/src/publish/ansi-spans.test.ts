import { describe, expect, it } from 'vitest';
import { ansiSpans } from './ansi-spans.ts';

const plain = { colour: undefined, bold: false, dim: false };

describe('ansiSpans', () => {
  it('leaves plain text alone', () => {
    expect(ansiSpans('hello')).toEqual([{ text: 'hello', ...plain }]);
    expect(ansiSpans('')).toEqual([]);
  });

  it('turns colours and weight on and off', () => {
    expect(ansiSpans('\u001b[32m✓ built\u001b[39m in \u001b[1;91m3s\u001b[0m.')).toEqual([
      { text: '✓ built', ...plain, colour: 'green' },
      { text: ' in ', ...plain },
      { text: '3s', colour: 'bright-red', bold: true, dim: false },
      { text: '.', ...plain },
    ]);
  });

  it('passes over cursor moves, titles, links and colours of the large palettes', () => {
    expect(
      ansiSpans('\u001b[2K\u001b[1Ga\u001b]0;title\u0007b\u001b[38;5;31mc\u001b[38;2;1;31;4md').map(
        ({ text, colour }) => [text, colour],
      ),
    ).toEqual([
      ['a', undefined],
      ['b', undefined],
      ['c', undefined],
      ['d', undefined],
    ]);
  });
});
