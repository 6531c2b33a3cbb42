/**
 * A first look around: the tour; then what a tab shows of a file that is no text to be edited, and the keys that lead to
 * a place of one that is.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { hasKeyboard } from './by-keys.ts';
import { findViolations } from './find-violations.ts';
import { BOOT_MS, openFile, openSmallProject, openTerminal, shows, type } from './ide-steps.ts';
import { type Product, startProduct } from './product.ts';

let product: Product;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  page = await openSmallProject(await openContext(browser), product, 'Views');
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const shot = async (name: string): Promise<void> => {
  const folder = process.env['SLIPWAY_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
};

const BEFORE_WIDTH = '<svg xmlns="http://www.w3.org/2000/svg" width="';

/** A second of silence, a picture of one pixel, and two million characters of lines. */
const MAKE =
  `const fs=require('fs');const h=Buffer.alloc(44);h.write('RIFF');h.writeUInt32LE(8036,4);h.write('WAVEfmt ',8);` +
  `h.writeUInt32LE(16,16);h.writeUInt16LE(1,20);h.writeUInt16LE(1,22);h.writeUInt32LE(8000,24);` +
  `h.writeUInt32LE(8000,28);h.writeUInt16LE(1,32);h.writeUInt16LE(8,34);h.write('data',36);h.writeUInt32LE(8000,40);` +
  `fs.writeFileSync('hush.wav',Buffer.concat([h,Buffer.alloc(8000,128)]));` +
  `fs.writeFileSync('dot.png',Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAA` +
  `BJRU5ErkJggg==','base64'));` +
  `fs.writeFileSync('long.csv',Array.from({length:150000},(_,i)=>'line '+i+',of a long table').join('\\n'));` +
  `fs.writeFileSync('star.svg','<svg xmlns=\\"http://www.w3.org/2000/svg\\" width=\\"80\\" height=\\"40\\">` +
  `<rect width=\\"80\\" height=\\"40\\" fill=\\"teal\\"/></svg>');console.log('do'+'ne')`;

it('UX-16 the tour is offered once, walked by keys, and ended with the keyboard where it was', async () => {
  const offer = page.getByRole('button', { name: 'New here? Take the tour' });
  await offer.focus();
  await page.keyboard.press('Enter');
  const card = page.getByRole('dialog');
  await hasKeyboard(card.getByRole('button', { name: 'Next' }));
  for (const [at, title] of ['Your files', 'The editor', 'Run and preview', 'The terminal'].entries()) {
    await card.getByRole('heading', { name: title }).waitFor();
    await page.locator('.tour-frame').waitFor();
    await shot(`tour-${at}`);
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
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
  expect(await offer.count()).toBe(0);
  await page.setViewportSize({ width: 1300, height: 850 });
}, 240_000);

it('UX-08 Control-G goes to a line, wherever the keyboard is in the text', async () => {
  await openFile(page, 'src/main.ts');
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+g');
  await hasKeyboard(page.getByRole('combobox', { name: 'Go to a line' }));
  await page.keyboard.type('3:7');
  await page.keyboard.press('Enter');
  await page.locator('.status-bar', { hasText: 'Line 3, column 7' }).waitFor();
  // Two cursors, one below the other, and what is typed at both.
  await page.keyboard.press('Control+Alt+ArrowDown');
  await page.keyboard.type('_');
  await page.locator('.cm-line', { hasText: 'const _doubled' }).waitFor();
  await page.locator('.cm-line', { hasText: 'consol_e.log' }).waitFor();
});

it('UX-08 UX-16 pictures, sounds and long texts are shown, a drawing beside its text', async () => {
  await openTerminal(page);
  await type(page, `clear; node -e "${MAKE}"`);
  await shows(page, 'done');
  const row = (path: string) => page.locator(`.tree-row[data-path="${path}"]`);
  await row('dot.png').click();
  await page.locator('.binary-file', { hasText: '1 × 1 pixels' }).waitFor();
  await row('hush.wav').click();
  const audio = page.locator('audio');
  await expect.poll(() => audio.evaluate((element: HTMLAudioElement) => element.duration)).toBe(1);

  await row('long.csv').click();
  const status = page.locator('.paged-file [role=status]');
  await status.filter({ hasText: /Read-only: 4\.\d MB · part 1 of/ }).waitFor();
  await page.locator('.long-text', { hasText: 'line 0,of' }).waitFor();
  await page.getByRole('button', { name: 'Last' }).click();
  await page.locator('.long-text', { hasText: 'line 149999,of' }).waitFor();
  await page.getByRole('button', { name: 'Previous' }).click();
  await shot('long-text');
  expect(await findViolations(page, '.paged-file')).toEqual([]);

  await openFile(page, 'star.svg');
  await page.getByRole('button', { name: 'Show the picture' }).click();
  const drawing = page.locator('.drawing img');
  const width = (): Promise<number> => drawing.evaluate((element: HTMLImageElement) => element.naturalWidth);
  await expect.poll(width).toBe(80);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  for (let at = 0; at < BEFORE_WIDTH.length; at++) await page.keyboard.press('ArrowRight');
  await page.keyboard.type('1');
  await expect.poll(width).toBe(180);
  await shot('drawing');
  expect(await findViolations(page, '.drawing')).toEqual([]);
});
