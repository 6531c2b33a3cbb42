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
