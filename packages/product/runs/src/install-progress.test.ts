import { expect, it } from 'vitest';
import { isFetchLine, makeProgress, nextProgress, progressText } from './install-progress.ts';

it('TC-01 the progress of pnpm is its own count, and no line for people', () => {
  const line = '\x1b[96mProgress\x1b[39m: resolved 75, reused 6, downloaded 23, added 8';
  expect(isFetchLine(line)).toBe(true);
  expect(isFetchLine('Progress is good: resolved 75')).toBe(false);
  expect(progressText(nextProgress(makeProgress(undefined), line))).toBe('29 of 75 packages fetched');
});
