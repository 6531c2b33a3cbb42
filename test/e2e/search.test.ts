/** Search and replace over the project, as a person does it: real keys, the program in the container. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { hasKeyboard } from './by-keys.ts';
import { findViolations } from './find-violations.ts';
import { openFile, openSmallProject, openTerminal, saved, shows, toStart, type } from './ide-steps.ts';
import { type Product, startProduct } from './product.ts';

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  context = await openContext(browser);
  page = await openSmallProject(context, product, 'Search');
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const status = (text: string | RegExp) => page.locator('.search-status p', { hasText: text });
const row = (text: string) => page.locator('.search-row', { hasText: text });
const field = () => page.getByRole('textbox', { name: 'Search in all files' });
const lines = (path: string) => page.locator(`.cm-content[aria-label="Text of ${path}"]`);

/** Types over what the search field has. */
async function searchFor(text: string): Promise<void> {
  await page.keyboard.press('Control+Shift+F');
  await hasKeyboard(field());
  await page.keyboard.type(text);
}

it('UX-08 UX-16 finds what was just typed, opens it, replaces one and all, and takes it back, by keys', async () => {
  await openFile(page, 'src/main.ts');
  await toStart(page);
  await page.keyboard.type('// count of it\n');
  await searchFor('count');
  await status('5 matches in 2 files').waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`:root[data-theme=${colorScheme}]`).waitFor();
    expect(await findViolations(page, '#panel-search')).toEqual([]);
  }

  // From the field into the list, and to the match.
  await page.keyboard.press('ArrowDown');
  await hasKeyboard(page.getByRole('tree', { name: 'Results' }));
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await lines('src/counter.ts').waitFor();
  await page.locator('.status-bar', { hasText: /Line 1, column 19.*5 selected/ }).waitFor();

  // Replaced: one by its keys, then the rest by the button, after a question.
  await page.keyboard.press('Control+Shift+H');
  await hasKeyboard(field());
  const replaceBy = page.getByRole('textbox', { name: 'Replace by' });
  await replaceBy.click();
  await page.keyboard.type('total');
  await page.keyboard.press('ArrowDown');
  await hasKeyboard(page.getByRole('tree', { name: 'Results' }));
  await page.keyboard.press('Control+Enter');
  await status('4 matches in 1 file').waitFor();
  await lines('src/counter.ts').locator('.cm-line', { hasText: 'export const total = 2;' }).waitFor();
  await page.getByRole('button', { name: 'Replace all' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Replace' }).click();
  await status('Nothing found').waitFor();
  await page.getByRole('tab', { name: 'main.ts' }).click();
  await lines('src/main.ts').locator('.cm-line', { hasText: 'const doubled = total * 2;' }).waitFor();
  await page.getByRole('button', { name: 'Take the replacement back' }).click();
  await status('4 matches in 1 file').waitFor();
  await lines('src/main.ts').locator('.cm-line', { hasText: 'const doubled = count * 2;' }).waitFor();
  await saved(page);
}, 240_000);

it('UX-08 a pattern that never ends is given up; 10,000 files are searched, and .gitignore and globs count', async () => {
  await openTerminal(page);
  const make =
    `const fs=require('fs');for(let d=0;d<100;d++){fs.mkdirSync('lib/d'+d,{recursive:true});` +
    `for(let f=0;f<100;f++)fs.writeFileSync('lib/d'+d+'/f'+f+'.js','const value = compute(1);\\n'.repeat(40)` +
    `+(f===7?'needle();\\n':''))}fs.writeFileSync('.gitignore','out\\n');fs.mkdirSync('out');` +
    `fs.writeFileSync('out/n.js','needle');fs.writeFileSync('slow.txt','a'.repeat(60)+'!');console.log('do'+'ne')`;
  await type(page, `clear; node -e "${make}"`);
  await shows(page, 'done');
  // In a terminal the keys are the terminal's own.
  await page.getByRole('tab', { name: 'Search' }).click();
  await field().click();
  await searchFor('needle');
  await status('100 matches in 100 files').waitFor();
  await searchFor('compute');
  await status('First 10000 matches, in 250 files').waitFor();
  // A window of the rows alone is in the document.
  expect(await page.locator('.search-row').count()).toBeLessThan(100);
  await page.getByRole('button', { name: 'Which files' }).click();
  await page.getByRole('textbox', { name: 'Files to include' }).click();
  await page.keyboard.type('d1/f*.js, d2/');
  await status('8000 matches in 200 files').waitFor();
  await page.getByRole('textbox', { name: 'Files to include' }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('slow.txt');
  await page.getByRole('button', { name: 'Regular expression' }).click();
  await searchFor('(a+)+$');
  await status('The pattern takes too long').waitFor();
  await searchFor('a+!');
  await status('1 match in 1 file').waitFor();
  await row('slow.txt').waitFor();
}, 240_000);
