/** Publishing by keys and clicks: settings, versions, links, addresses, the log. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, signIn } from './ask.ts';
import { openBrowser, openContext } from './browser.ts';
import { hasKeyboard, pressUntil } from './by-keys.ts';
import { BOOT_MS } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';

/** A build boots a browser of its own. */
const BUILD_MS = 180_000;

let product: Product;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser();
  context = await openContext(browser, { colorScheme: 'dark', acceptDownloads: true });
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const panel = (page: Page) => page.locator('#panel-publish');
const published = (page: Page) =>
  panel(page).locator('.badge.succeeded', { hasText: 'Published' }).waitFor({ timeout: BUILD_MS });

/** Publishes by the button of the bar, and waits until a newer build than before is there. */
async function publish(page: Page): Promise<void> {
  const link = panel(page).locator('a.published-link');
  const before = (await link.count()) > 0 ? await link.getAttribute('href') : null;
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  if (before !== null)
    await panel(page).locator(`a.published-link[href="${before}"]`).waitFor({ state: 'detached', timeout: BUILD_MS });
  await published(page);
}

/** Another view of the panel, by the arrow keys of its tabs. */
async function arrowTo(page: Page, name: string): Promise<void> {
  const chosen = panel(page).getByRole('tab', { selected: true });
  await chosen.focus();
  await pressUntil(
    page,
    'ArrowRight',
    () => chosen.textContent(),
    (now) => now === name,
  );
}

/** The screenshots that SLIPWAY_SCREENSHOTS names a folder for. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['SLIPWAY_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}

async function typeInto(page: Page, label: string, text: string): Promise<void> {
  await panel(page).getByLabel(label, { exact: true }).click();
  await page.keyboard.type(text);
}

it('P-29 P-35 P-36 UX-14 a project is published by its settings, rolled back, protected, found by QR code and unpublished', async () => {
  const files = { 'index.html': '<h1>first</h1>' };
  const id = await makeProject(product.port, await signIn(product.port), 'My site', files);
  const page = await context.newPage();
  await page.goto(`${product.url}/projects/${id}`);
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
  await publish(page);

  await arrowTo(page, 'Settings');
  await panel(page).getByText('Detected: no framework, npm.').waitFor();
  await typeInto(page, 'Build command', 'mkdir -p site && echo "<h1>$TITLE</h1>" > site/index.html');
  await page.keyboard.press('Tab');
  await page.keyboard.type('site');
  await page.keyboard.press('Enter');
  await typeInto(page, 'Variable', 'TITLE');
  await page.keyboard.press('Tab');
  await page.keyboard.type('second');
  await page.keyboard.press('Enter');
  await panel(page).getByRole('list', { name: 'Variables of builds' }).getByText('TITLE').waitFor();
  await picture(page, 'settings');
  await publish(page);

  await arrowTo(page, 'Log');
  await typeInto(page, 'Search the log', 'output "site"');
  await panel(page)
    .getByText(/^1 of \d+ lines$/)
    .waitFor();
  await picture(page, 'log');
  const downloading = page.waitForEvent('download');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect((await downloading).suggestedFilename()).toMatch(/^build-[0-9a-f]{8}\.log$/);

  await arrowTo(page, 'Addresses');
  const address = panel(page).getByRole('list', { name: 'Addresses' }).getByRole('link').first();
  const url = (await address.textContent()) ?? '';
  const shown = async () => (await ask(product.port, 'GET', url)).body;
  await expect.poll(shown).toContain('second');
  await panel(page).getByRole('button', { name: 'QR code' }).click();
  await panel(page)
    .getByRole('img', { name: `QR code of ${url}` })
    .waitFor();
  await typeInto(page, 'A name of your own', 'my-own-site');
  await page.keyboard.press('Enter');
  await panel(page).getByText('your name').waitFor();
  await typeInto(page, 'A domain of your own', 'www.my-own-site.org');
  await page.keyboard.press('Enter');
  await panel(page).getByText('_slipway.www.my-own-site.org').waitFor();
  await picture(page, 'addresses');

  await arrowTo(page, 'Versions');
  const versions = panel(page).getByRole('list', { name: 'Versions' }).locator('> li');
  await expect.poll(() => versions.count()).toBe(2);
  await versions.nth(0).getByRole('button', { name: 'Link options' }).click();
  const link = (await versions.nth(0).locator('a.version-link').getAttribute('href')) ?? '';
  await typeInto(page, 'Password', 'sesame');
  await versions.nth(1).getByRole('button', { name: 'Show this version' }).click();
  await versions.nth(1).getByText('Shown').waitFor();
  await expect.poll(shown).toContain('first');
  // The site was read anew; what was typed is still there.
  await panel(page).getByLabel('Password', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await versions.nth(0).getByText('with a password').waitFor();
  const site = String((await ask(product.port, 'GET', link)).headers['location']);
  await expect.poll(async () => (await ask(product.port, 'GET', site)).status).toBe(401);
  await picture(page, 'versions');
  await page.emulateMedia({ colorScheme: 'light' });
  await picture(page, 'versions-light');

  await arrowTo(page, 'Addresses');
  await picture(page, 'addresses-light');
  await panel(page).getByRole('button', { name: 'Unpublish' }).click();
  await page.locator('[role=alertdialog]:focus-within').waitFor();
  await page.keyboard.press('Tab');
  await hasKeyboard(page.getByRole('alertdialog').getByRole('button', { name: 'Unpublish' }));
  await page.keyboard.press('Enter');
  await panel(page).getByText('Nothing is shown at these addresses now').waitFor();
  await expect.poll(async () => (await ask(product.port, 'GET', url)).status).toBe(404);
}, 600_000);
