/** The timeline as a person uses it, and what others make of the project while it is open. */
import { apiPaths, historyResponse, SAVE_TYPE } from '@slipway/contracts';
import { encodeSave } from '@slipway/history/tab';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, mustBe, signIn } from './ask.ts';
import { openBrowser, openContext } from './browser.ts';
import { BOOT_MS, openFile, saved, toStart } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';
import { openSavedFiles } from './saved-files.ts';

let product: Product;
let browser: Browser;
let context: BrowserContext;
let token: string;
let id: string;
let page: Page;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  context = await openContext(browser);
  token = await signIn(product.port);
  id = await makeProject(product.port, token, 'Timeline', FILES);
  page = await context.newPage();
  await page.goto(`${product.url}/projects/${id}`);
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
  await saved(page);
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const FILES = { 'notes.txt': 'first line\n', 'other.txt': 'other\n' };

const line = (page: Page, text: string) =>
  page.locator('.cm-content[aria-label="Text of notes.txt"] .cm-line', { hasText: text });
const timeline = (page: Page) => page.locator('#panel-timeline');
const button = (page: Page, name: string | RegExp) => timeline(page).getByRole('button', { name });

it('UX-13 shows what a save changed, brings one file or all back, and takes that back', async () => {
  await openFile(page, 'notes.txt');
  await toStart(page);
  await page.keyboard.type('typed above ', { delay: 40 });
  await line(page, 'typed above first line').waitFor();
  await page.locator('[data-save=pending], [data-save=saving]').first().waitFor({ state: 'detached' });
  await saved(page);

  await page.getByRole('tab', { name: 'Timeline' }).click();
  await timeline(page).getByRole('list', { name: 'Saves' }).getByRole('button', { name: /Saved/ }).first().click();
  await button(page, 'notes.txt').first().click();
  const texts = timeline(page).locator('.comparison');
  await texts.getByText('typed above first line').waitFor();
  if (process.env['SLIPWAY_SCREENSHOTS'] !== undefined)
    await page.screenshot({ path: `${process.env['SLIPWAY_SCREENSHOTS']}/timeline.png` });

  // A name for now, typed; then the first state again.
  await timeline(page).getByLabel('Name for the state of now').click();
  await page.keyboard.type('With the words above');
  await page.keyboard.press('Enter');
  await button(page, /With the words above/).waitFor();
  await timeline(page).getByRole('list', { name: 'Saves' }).getByRole('button').last().click();
  await button(page, 'Restore all files').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Restore' }).click();
  await line(page, 'typed above').waitFor({ state: 'detached' });
  await line(page, 'first line').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await line(page, 'typed above first line').waitFor();
  await saved(page);

  // One file alone: what was typed into the other meanwhile stays, also when it is taken back.
  await toStart(page);
  await page.keyboard.type('later ', { delay: 40 });
  await openFile(page, 'other.txt');
  await page.locator('.cm-content[aria-label="Text of other.txt"]').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('kept ', { delay: 40 });
  await saved(page);
  await button(page, /With the words above/).click();
  await button(page, 'Restore notes.txt').click();
  await page.locator('.tree-row[data-path="notes.txt"]').click();
  await line(page, 'later').waitFor({ state: 'detached' });
  await line(page, 'typed above first line').waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await line(page, 'later typed above first line').waitFor();
  await page.locator('.tree-row[data-path="other.txt"]').click();
  await page.locator('.cm-content[aria-label="Text of other.txt"] .cm-line', { hasText: 'kept other' }).waitFor();
  await saved(page);
  const files = await openSavedFiles(product.port, page.url());
  expect(await files.text('notes.txt')).toBe('later typed above first line\n');
  expect(await files.text('other.txt')).toBe('kept other\n');
}, 180_000);

it('UX-04 HI-06 what another device saves stands in the open tab without a reload, beside what is being typed', async () => {
  await openFile(page, 'notes.txt');
  await toStart(page);
  await page.keyboard.type('mine: ', { delay: 30 });
  await saved(page);
  const known = historyResponse.parse(
    JSON.parse((await ask(product.port, 'GET', apiPaths.history(id), { token })).body),
  );
  const base = known.snapshots[0]?.commit ?? null;
  const text = new TextEncoder().encode('other\nfrom elsewhere\n');
  const hash = Buffer.from(await crypto.subtle.digest('SHA-256', text)).toString('hex');
  const change = {
    kind: 'file',
    path: 'other.txt',
    mode: 0o644,
    sha256: hash,
    size: text.length,
    content: { as: 'whole' },
    bytes: text,
  } as const;
  const body = encodeSave({ base, device: 'else', merge: true }, [change]);
  const bytes = Buffer.concat(body);
  mustBe(await ask(product.port, 'POST', apiPaths.saves(id), { token, bytes, type: SAVE_TYPE }), 201, 'save elsewhere');
  await page.keyboard.type('and more ', { delay: 30 });
  await line(page, 'mine: and more later typed above').waitFor();
  await openFile(page, 'other.txt');
  await page.locator('.cm-content[aria-label="Text of other.txt"] .cm-line', { hasText: 'from elsewhere' }).waitFor();
  await saved(page);
}, 180_000);
