import { expect, it } from 'vitest';
import { formatAge } from './format-age.ts';

it('says an age in its largest unit, and nothing that lies ahead', () => {
  const second = 1_000_000;
  expect([0, 1, 59, 60, 7199, 7200, 200_000].map((seconds) => formatAge(seconds * second))).toEqual([
    '0 seconds',
    '1 second',
    '59 seconds',
    '1 minute',
    '1 hour',
    '2 hours',
    '2 days',
  ]);
  expect(formatAge(-5 * second)).toBe('0 seconds');
});
