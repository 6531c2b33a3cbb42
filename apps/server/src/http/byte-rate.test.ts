import { expect, it } from 'vitest';
import { ByteRate } from './byte-rate.ts';

it('UX-21 all who move bytes together keep to the rate, after a short burst', async () => {
  let now = 0;
  const waited: number[] = [];
  const rate = new ByteRate(
    1000,
    () => now,
    async (ms) => void waited.push(ms),
  );
  now = 10_000;
  // A pause is worth a quarter of a second and no more.
  await rate.take(250);
  expect(waited).toEqual([]);
  await Promise.all([rate.take(1000), rate.take(1000)]);
  expect(waited).toEqual([1000, 2000]);
  now = 12_000;
  await rate.take(500);
  expect(waited).toEqual([1000, 2000, 500]);
});
