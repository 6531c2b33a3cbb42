import { expect, it } from 'vitest';
import { forEachBounded } from './for-each-bounded.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('does every item once, never more at a time than allowed', async () => {
  let now = 0;
  let most = 0;
  const done: number[] = [];
  await forEachBounded([...Array(20).keys()], 4, async (item) => {
    most = Math.max(most, ++now);
    await tick();
    now--;
    done.push(item);
  });
  expect(done.sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
  expect(most).toBe(4);
});

it('begins nothing after a failure, and throws it when what was begun has ended', async () => {
  const begun: number[] = [];
  let ended = 0;
  const all = forEachBounded([...Array(20).keys()], 3, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('the second fails');
    await tick();
    ended++;
  });
  await expect(all).rejects.toThrow('the second fails');
  expect(begun).toEqual([0, 1, 2]);
  expect(ended).toBe(2);
});

it('has nothing to do for no items', async () => {
  await expect(forEachBounded([], 4, () => Promise.reject(new Error('called')))).resolves.toBeUndefined();
});
