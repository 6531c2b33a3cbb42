import { createRoot } from 'solid-js';
import { expect, it } from 'vitest';
import { createMentions, type Mentions } from './create-mentions.ts';

const PATHS = ['src/main.ts', 'src/app.ts'];

async function typed(text: string): Promise<Mentions> {
  const mentions = createRoot(() => createMentions(() => Promise.resolve(PATHS)));
  mentions.look(text, text.length);
  await Promise.resolve();
  return mentions;
}

it('UX-16 takes a file where it was typed, and nothing when the cursor has gone elsewhere since', async () => {
  const text = 'look at @main';
  const mentions = await typed(text);
  expect(mentions.choices()).toEqual(['src/main.ts']);
  expect(mentions.take(text, 0)).toBeUndefined();
  expect(mentions.choices()).toEqual([]);
  expect((await typed(text)).take(text, text.length)).toEqual({ text: 'look at @src/main.ts ', cursor: 21 });
});

it('UX-16 offers nothing again for an @ that Escape closed, and all for the next message', async () => {
  const mentions = await typed('@app');
  mentions.close();
  mentions.look('@app', 4);
  await Promise.resolve();
  expect(mentions.choices()).toEqual([]);
  mentions.reset();
  mentions.look('@app', 4);
  await Promise.resolve();
  expect(mentions.choices()).toEqual(['src/app.ts']);
});
