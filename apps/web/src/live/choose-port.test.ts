import { expect, it } from 'vitest';
import { choosePort } from './choose-port.ts';

it.each([
  [[], undefined, undefined],
  [[], 3000, undefined],
  [[3000], undefined, 3000],
  [[24678, 3000], undefined, 3000],
  [[8080, 3000], 8080, 8080],
  [[3000, 5173], 3000, 5173],
])('UX-21 of the open ports %j, with %s seen before, visitors see %s', (open, before, seen) => {
  expect(choosePort(open, before, 5173)).toBe(seen);
});
