/** A known project while there is neither network nor server, as a person in a train meets it. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { BOOT_MS, openFile, openSmallProject, openTerminal, saved, shows, toStart, type } from './ide-steps.ts';
import { type Product, startProduct } from './product.ts';
import { openSavedFiles } from './saved-files.ts';

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api', OFFLINE: 'on' });
  browser = await openBrowser();
  context = await openContext(browser);
  page = await openSmallProject(context, product, 'Train');
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const FILE = 'src/counter.ts';
const kept = (): Promise<void> => page.locator('[data-save=offline]', { hasText: 'saved in this browser' }).waitFor();
const inEditor = (text: string): Promise<void> => page.locator('.cm-content', { hasText: text }).waitFor();

it('UX-18 opens, is edited and is reloaded while nothing answers, and the server has it when it does', async () => {
  const url = page.url();
  await saved(page);
  await page.getByText('Opens offline').waitFor();
  await product.restart(async () => {
    await context.setOffline(true);
    await openFile(page, FILE);
    await toStart(page);
    await type(page, '// before the tunnel');
    await page.getByRole('alert').filter({ hasText: 'You are offline' }).waitFor();
    await kept();

    // The same tab again; nobody can say whether another has the project, so nothing is run.
    await page.reload();
    await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
    await openFile(page, FILE);
    await inEditor('// before the tunnel');
    await page.getByText('Offline: a run needs the server').first().waitFor();
    await toStart(page);
    await type(page, '// in the tunnel');
    await kept();
    await openTerminal(page);
    await type(page, `head -1 ${FILE}; node -p 6*7`);
    await shows(page, '// in the tunnel');
    await shows(page, '42');

    // Another tab, by its address; and what is not here.
    await page.close();
    page = await context.newPage();
    await page.goto(product.url);
    await page.getByRole('heading', { name: 'The server cannot be reached' }).waitFor();
    await page.getByRole('link', { name: 'Train' }).click();
    await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
    await openFile(page, FILE);
    await inEditor('// in the tunnel');
    const stranger = await context.newPage();
    await stranger.goto(url.replace(/.{4}$/, '0000'));
    await stranger.getByRole('heading', { name: 'This project is not in this browser' }).waitFor();
    await stranger.close();
  });
  await context.setOffline(false);
  await page.getByText('The server answers again').waitFor();
  await saved(page);
  await page.getByRole('alert').filter({ hasText: 'You are offline' }).waitFor({ state: 'detached' });
  const files = await openSavedFiles(product.port, url);
  expect(await files.text(FILE)).toBe('// in the tunnel\n// before the tunnel\nexport const count = 2;\n');
}, 240_000);
