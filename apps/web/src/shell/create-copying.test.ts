import { expect, it } from 'vitest';
import { createCopying } from './create-copying.ts';

it('UX-17 a copy that the browser refuses is told from one that was made', async () => {
  const written: string[] = [];
  const copying = createCopying(async (text) => void written.push(text));
  await copying.copy('a link');
  expect([written, copying.state()]).toEqual([['a link'], 'copied']);
  copying.forget();
  expect(copying.state()).toBe('idle');
  // As where a page has no clipboard: not a promise that rejects, but a throw.
  const without = createCopying(() => {
    throw new TypeError('undefined is not an object');
  });
  await without.copy('a link');
  expect(without.state()).toBe('refused');
});
