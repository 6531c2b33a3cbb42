/** The project's own git, as a person works with it in the source control panel: by keys and clicks alone. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { findViolations } from './find-violations.ts';
import { openSmallProject, openTerminal, shows, toStart, type } from './ide-steps.ts';
import { type Product, startProduct } from './product.ts';

let product: Product;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser();
  context = await openContext(browser);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const panel = (page: Page) => page.locator('#panel-source-control');
const button = (page: Page, name: string | RegExp) => panel(page).getByRole('button', { name });
const list = (page: Page, name: string) => panel(page).getByRole('list', { name, exact: true });

async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SLIPWAY_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
}

/** Everything is done, and the lists say what is. */
const quiet = (page: Page): Promise<void> =>
  expect.poll(() => panel(page).getByRole('status').textContent(), { timeout: 60_000 }).toBe('');

async function commit(page: Page, message: string): Promise<void> {
  await panel(page).getByLabel('Commit message').click();
  await page.keyboard.type(message);
  await page.keyboard.press('Control+Enter');
  await expect.poll(() => panel(page).getByLabel('Commit message').inputValue(), { timeout: 60_000 }).toBe('');
  await quiet(page);
}

it('HI-08 a repository is made, changes are looked at, staged by the line, committed and discarded', async () => {
  const page = await openSmallProject(context, product, 'Git');
  await page.keyboard.press('Control+Shift+G');
  await button(page, 'Make a git repository').click();
  await list(page, 'Changes').getByText('main.ts').waitFor();
  await quiet(page);
  await screenshot(page, 'source-control-new');
  expect(await findViolations(page)).toEqual([]);
  await commit(page, 'First of all');
  await panel(page).getByText('Nothing has changed since').waitFor();

  // Two lines far from each other: one of them is staged.
  await toStart(page);
  await page.keyboard.type('// above', { delay: 20 });
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('// below', { delay: 20 });
  await list(page, 'Changes')
    .getByRole('button', { name: /main\.ts src/ })
    .click();
  await page.getByRole('button', { name: /^Stage Lines? 1/ }).click();
  await list(page, 'Staged').getByText('main.ts').waitFor();
  await quiet(page);
  await screenshot(page, 'source-control-hunks');
  expect(await findViolations(page)).toEqual([]);
  await commit(page, 'Only what is above');
  await list(page, 'Changes').getByText('main.ts').waitFor();

  // What is discarded can be had back, and goes for good.
  await button(page, 'Discard changes of src/main.ts').click();
  await panel(page).getByText('Nothing has changed since').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await list(page, 'Changes').getByText('main.ts').waitFor();
  await quiet(page);
  await button(page, 'Discard changes of src/main.ts').click();
  await panel(page).getByText('Nothing has changed since').waitFor();

  await panel(page).getByText('History').click();
  await list(page, 'Commits')
    .getByRole('button', { name: /Only what is above/ })
    .click();
  await panel(page).getByRole('list', { name: 'Files of Only what is above' }).getByText('src/main.ts').click();
  await page.locator('.difference .cm-content', { hasText: '// above' }).last().waitFor();
  await openTerminal(page);
  await type(page, 'git log --format=%an:%s');
  await shows(page, /:Only what is above/);
  await page.close();
}, 400_000);

it('HI-08 a merge that does not go by itself is settled in its tab, by ours, theirs or both', async () => {
  const page = await openSmallProject(context, product, 'Conflicts');
  await openTerminal(page);
  // Each line has a wait of its own: on a machine with much to do a git takes seconds.
  for (const [at, line] of [
    'git init -q; git config user.name A; git config user.email a@b.c',
    'git add -A; git commit -qm base',
    'git switch -qc side; echo side > tsconfig.json; git commit -qam side',
    'git switch -q main; echo main > tsconfig.json; git commit -qam main',
  ].entries()) {
    await type(page, `${line}; echo made''it-${at}`);
    await shows(page, `madeit-${at}`);
  }
  await page.keyboard.press('Control+Shift+G');
  await panel(page).getByText('Branch: main').click();
  await button(page, 'Merge side into main').click();
  await list(page, 'Conflicts').getByText('both modified').waitFor();
  await quiet(page);
  await list(page, 'Conflicts')
    .getByRole('button', { name: /tsconfig\.json/ })
    .first()
    .click();
  await page.getByText('1 conflict is left').waitFor();
  await screenshot(page, 'source-control-conflict');
  expect(await findViolations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Keep both of conflict 1' }).click();
  await page.getByText('0 conflicts are left').waitFor();
  await page.getByRole('button', { name: 'Mark resolved', exact: true }).click();
  await page.getByText('It is settled.').waitFor();
  await commit(page, 'Merged by hand');
  await openTerminal(page);
  await type(page, 'clear; cat tsconfig.json; git log -1 --format=%p:%s');
  await shows(page, /main\s*side/);
  await shows(page, /[0-9a-f]{7} [0-9a-f]{7}:Merged by hand/);
  await page.close();
}, 400_000);
