/** Keys, each pressed when what it depends on is there: a page that is drawn late must not get them early. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Waits until the element, or one in it, has the keyboard. */
export const hasKeyboard = (within: Locator): Promise<void> =>
  expect.poll(() => within.evaluate((element) => element.contains(document.activeElement))).toBe(true);

/** Waits until a menu is open and has the keyboard. */
export const menuOpens = (page: Page): Promise<void> => page.locator('[role=menu]:focus-within').waitFor();

/** Waits until the menu's keys have come to the item with this text. */
export const highlighted = (page: Page, text: string | RegExp): Promise<void> =>
  page.locator('[role=menuitem][data-highlighted]', { hasText: text }).waitFor();

/** Presses a key until `read` gives what is wanted; each press waits for what the one before it did. */
export async function pressUntil<T>(
  page: Page,
  key: string,
  read: () => Promise<T>,
  isWanted: (now: T) => boolean,
): Promise<void> {
  for (let now = await read(); !isWanted(now);) {
    await page.keyboard.press(key);
    const before = now;
    await expect.poll(async () => (now = await read())).not.toEqual(before);
  }
}

/** CodeMirror takes an Enter sooner than 75 ms after a list has opened for a line's end that was under way. */
const MEANT_AFTER_MS = 200;

/** Takes what is marked in the editor's list of completions, at the speed of somebody who has seen it. */
export async function takeCompletion(page: Page): Promise<void> {
  await page.locator('.cm-tooltip-autocomplete li[aria-selected]').waitFor();
  await page.waitForTimeout(MEANT_AFTER_MS);
  await page.keyboard.press('Enter');
  await page.locator('.cm-tooltip-autocomplete').waitFor({ state: 'hidden' });
}
