import { describe, expect, it } from 'vitest';
import { runNative } from '../testing/native-shell.ts';
import { formatDate } from './date-format.ts';
import { formatOffset } from './time.ts';

// The oracle is date(1) of the machine.

const DAY = 86_400;
/** Seconds since 1970 around what calendars get wrong. */
const MOMENTS = [
  0,
  1,
  DAY - 1,
  951_782_400, // 2000-02-29, a leap day of a century
  978_307_199, // the last second of 2000
  1_072_915_200, // 2004-01-01, a Thursday: week 1
  1_104_537_600, // 2005-01-01, a Saturday: week 53 of 2004
  1_136_073_600, // 2006-01-01, a Sunday: week 52 of 2005
  1_230_768_000, // 2009-01-01
  1_262_304_000, // 2010-01-01, a Friday: week 53 of 2009
  1_711_846_800, // 2024-03-31 01:00 UTC, when summer time begins in Europe
  1_711_846_799,
  1_730_610_000, // 2024-11-03 05:00 UTC
  1_735_516_800, // 2024-12-30, week 1 of 2025
  2_147_483_648,
  4_102_444_800, // 2100-01-01: 2100 is no leap year
  4_107_542_400, // 2100-03-01
];
const LETTERS = 'aAbBcCdDeFgGhHIjklmMnpPrRsSTuUVwWxyYz'.split('');
const FORMATS = [
  ...LETTERS.map((letter) => `%${letter}`),
  '%-d',
  '%_m',
  '%-H',
  '%-j',
  '%_H',
  '%^a',
  '%^B',
  '%:z',
  '%::z',
  '%%',
  '%N',
  '100%',
  'x%dy',
];

describe('a moment is written as date(1) writes it', () => {
  it.each(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'])('in %s', async (zone) => {
    const format = FORMATS.join('|');
    const script = MOMENTS.map((seconds) => `TZ=${zone} date -d @${seconds} '+${format}'; printf '\\036'`).join('\n');
    const { stdout } = await runNative('dash', script);
    const native = stdout.split('\n\x1e').slice(0, -1);
    expect(native).toHaveLength(MOMENTS.length);
    const different = MOMENTS.flatMap((seconds, at) => {
      const theirs = native[at]!.split('|');
      return FORMATS.flatMap((one, index) => {
        const ours = formatDate(one, seconds * 1000, zone);
        return ours === theirs[index] ? [] : [{ seconds, format: one, ours, native: theirs[index] }];
      });
    });
    expect(different).toEqual([]);
  });
});

it.each([
  [0, '+0000', '+00:00'],
  [330, '+0530', '+05:30'],
  [-210, '-0330', '-03:30'],
  [-30, '-0030', '-00:30'],
  [840, '+1400', '+14:00'],
])('%i minutes east of UTC', (offset, plain, withColon) =>
  expect([formatOffset(offset, false), formatOffset(offset, true)]).toEqual([plain, withColon]),
);
