/** The first minute: five steps through the workbench, by keys. */
import { expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { hasKeyboard } from './by-keys.ts';
import { findViolations } from './find-violations.ts';
import { openSmallProject } from './ide-steps.ts';
import { startProduct } from './product.ts';

it('UX-16 the tour is offered once, walked by keys, and ended with the keyboard where it was', async () => {
  const product = await startProduct();
  const browser = await openBrowser();
  try {
    const page = await openSmallProject(await openContext(browser), product, 'Tour');
    const offer = page.getByRole('button', { name: 'New here? Take the tour' });
    await offer.focus();
    await page.keyboard.press('Enter');
    const card = page.getByRole('dialog');
    await hasKeyboard(card.getByRole('button', { name: 'Next' }));
    for (const [at, title] of ['Your files', 'The editor', 'Run and preview', 'The terminal'].entries()) {
      await card.getByRole('heading', { name: title }).waitFor();
      await page.locator('.tour-frame').waitFor();
      if (process.env['SLIPWAY_SCREENSHOTS'] !== undefined)
        await page.screenshot({ path: `${process.env['SLIPWAY_SCREENSHOTS']}/tour-${at}.png` });
      if (at === 0)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.locator(`:root[data-theme=${colorScheme}]`).waitFor();
          expect(await findViolations(page, '.tour-card')).toEqual([]);
        }
      await page.keyboard.press('Enter');
    }
    await card.getByText('Step 5 of 5').waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    await card.getByRole('heading', { name: 'Show it to others' }).waitFor();
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'detached' });
    await page.reload();
    await page.locator('.workspace').waitFor();
    expect(await offer.count()).toBe(0);
  } finally {
    await browser.close();
    await product.stop();
  }
}, 240_000);
