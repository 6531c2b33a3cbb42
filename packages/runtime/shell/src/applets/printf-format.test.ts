import { describe, expect, it } from 'vitest';
import { runNative } from '../testing/native-shell.ts';
import { formatPrintf } from './printf-format.ts';

// The oracle is the printf(1) of the GNU tools.

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const NUMBERS = ['0', '1', '-1', '42', '2147483648', '-9223372036854775808', '0x1f', '017', "'A"];
const FLAGS = ['', '-', '+', ' ', '0', '#', '-+', '0+', '# ', '-0'];
const integers = FLAGS.flatMap((flags) =>
  ['', '1', '8'].flatMap((width) =>
    ['', '.', '.0', '.4'].flatMap((precision) =>
      (flags.includes('#') ? ['o', 'x', 'X'] : ['d', 'i', 'o', 'u', 'x', 'X']).map(
        (letter) => [`%${flags}${width}${precision}${letter}|`, NUMBERS] as const,
      ),
    ),
  ),
);
const floats = ['', '-', '+', ' ', '0', '#'].flatMap((flags) =>
  ['', '12'].flatMap((width) =>
    ['', '.0', '.3'].flatMap((precision) =>
      ['f', 'e', 'E', 'g', 'G'].map(
        (letter) =>
          [
            `%${flags}${width}${precision}${letter}|`,
            ['0', '1', '-1.5', '0.0001', '123456.789', '1e10', '99999.5', '1e-5'],
          ] as const,
      ),
    ),
  ),
);
const TEXTS: readonly (readonly [string, readonly string[]])[] = [
  ['%s', ['a', 'b', 'c']],
  ['%s-%s\\n', ['a', 'b', 'c']],
  ['[%5s][%-5s][%.2s][%5.1s]\\n', ['abc', 'abc', 'abc', 'abc']],
  ['%*s|%-*s|%.*s', ['5', 'a', '5', 'b', '1', 'cd']],
  ['%*d', ['-5', '3']],
  ['%c%c', ['abc', '']],
  ['%b', ['a\\tb\\0101\\\\']],
  ['%b|', ['a\\cb', 'c']],
  ['a\\cb', []],
  ['%%%d%%', ['5']],
  ['\\101\\x41\\t\\\\\\"', []],
  ['no arguments taken\\n', ['x', 'y']],
  ['%d %s\\n', ['1']],
  ['%q', ['it is', "it's", 'a b']],
  ['%s', []],
  ['%x %o', ['255', '8']],
  ['%5%|', []],
];

it('numbers and texts are written as the machine writes them', async () => {
  const cases = [...integers, ...floats, ...TEXTS.filter(([format]) => !/%q|%5%/.test(format))];
  const script = cases.map(
    ([format, args]) => `/usr/bin/printf ${quote(format)} ${args.map(quote).join(' ')}; printf '\\036'`,
  );
  const { stdout } = await runNative('dash', script.join('\n'));
  const native = stdout.split('\x1e').slice(0, -1);
  expect(native).toHaveLength(cases.length);
  const different = cases.flatMap(([format, args], at) => {
    const ours = formatPrintf(format, args, () => undefined).text;
    return ours === native[at] ? [] : [{ format, ours, native: native[at] }];
  });
  expect(different).toEqual([]);
});

describe('what is wrong', () => {
  const format = (text: string, ...args: string[]): { text: string; status: number; complaints: string[] } => {
    const complaints: string[] = [];
    return { ...formatPrintf(text, args, (message) => complaints.push(message)), complaints };
  };

  it.each([
    ['abc', '0'],
    ['12x', '12'],
    ['0x', '0'],
    ['1 2', '1'],
  ])('%j is used as far as it is a number, and complained about', (argument, text) => {
    const result = format('%d', argument);
    expect([result.text, result.status, result.complaints.length]).toEqual([text, 1, 1]);
  });

  it('an empty argument and a missing one are 0', () => {
    expect(format('%d', '').text).toBe('0');
    expect(format('%d')).toEqual({ text: '0', status: 0, complaints: [] });
  });

  it('a conversion that nobody knows ends the output', () => {
    const result = format('a%zyb', '1');
    expect([result.text, result.status]).toEqual(['a', 1]);
  });

  it('a width that would fill the memory is cut', () => {
    expect(format('%2000000000d', '1').text.length).toBeLessThanOrEqual(2 ** 20);
    expect(format('%.2000000000d', '1').text.length).toBeLessThanOrEqual(2 ** 20);
    expect(format('%*d', '2000000000', '1').text.length).toBeLessThanOrEqual(2 ** 20);
    expect(format('%.2000000000f', '1').text.length).toBeLessThanOrEqual(2 ** 20);
  });
});
