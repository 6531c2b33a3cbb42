import { expect, it } from 'vitest';
import { formatAmount } from './format-amount.ts';

it('SV-07 bytes are shown in the unit that people would choose, and counts as they are', () => {
  expect(formatAmount('storedBytes', 0)).toBe('0 bytes');
  expect(formatAmount('storedBytes', 1023)).toBe('1,023 bytes');
  expect(formatAmount('storedBytes', 1536)).toBe('1.5 KiB');
  expect(formatAmount('mirrorBytesPerHour', 50 * 1024 ** 3)).toBe('50 GiB');
  expect(formatAmount('storedBytes', 5000 * 1024 ** 4)).toBe('5,000 TiB');
  expect(formatAmount('projects', 1000)).toBe('1,000');
});
