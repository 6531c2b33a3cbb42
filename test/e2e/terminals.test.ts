/** UX-10 The terminals as a person uses them, by keys, mouse and the names of things. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { hasKeyboard } from './by-keys.ts';
import { BOOT_MS, openSmallProject, openTerminal, type } from './ide-steps.ts';
import { type Product, startProduct } from './product.ts';

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  context = await openContext(browser);
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: product.url });
  page = await openSmallProject(context, product, 'Terminals');
  await openTerminal(page);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const panel = (): Locator => page.locator('#panel-shell');
const pane = (name: string): Locator => panel().getByRole('tabpanel', { name });
const row = (name: string, text: string | RegExp): Locator =>
  pane(name).locator('.xterm-rows > div', { hasText: text }).last();
const tab = (name: string): Locator => panel().getByRole('tab', { name, exact: true });
const tool = (name: string): Locator => panel().getByRole('button', { name, exact: true });

/** The prompt of a shell that waits, in a terminal that was cleared. */
async function clear(name: string): Promise<void> {
  await type(page, 'clear; echo re""ady');
  await row(name, /^ready$/).waitFor();
}

it('UX-10 keeps 100,000 lines: the first is still there, and any is found', async () => {
  await type(page, `node -e 'let s="";for(let i=1;i<=1e5;i++)s+="line "+i+"\\n";process.stdout.write(s)'; echo do''ne`);
  await row('Shell 1', /^done$/).waitFor();
  await page.keyboard.press('Control+Shift+Home');
  await row('Shell 1', /^line 1$/).waitFor();
  await page.keyboard.press('Control+Shift+F');
  await hasKeyboard(panel().getByRole('search').getByRole('textbox'));
  await page.keyboard.type('line 77777');
  await panel().getByRole('status').filter({ hasText: '1 of 1' }).waitFor();
  await row('Shell 1', /^line 77777$/).waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('no such line');
  await panel().getByRole('status').filter({ hasText: 'Nothing found' }).waitFor();
  await page.keyboard.press('Escape');
  await panel().getByRole('search').waitFor({ state: 'detached' });
  await hasKeyboard(pane('Shell 1'));
  await page.keyboard.press('Control+Shift+End');
  await row('Shell 1', /^done$/).waitFor();
});

it('UX-10 gives wide and joined characters the width that programs reckon with', async () => {
  await clear('Shell 1');
  // Two ideographs and an astronaut, who is three code points: two columns each. The terminal says where the cursor is.
  await type(
    page,
    `node -e 'process.stdin.setRawMode(true);process.stdout.write("\\r\\u6f22\\u5b57\\u{1f9d1}\\u200d\\u{1f680}\\x1b[6n");process.stdin.once("data",d=>{console.log("\\r\\ncolumn",/;(\\d+)R/.exec(d)[1]);process.exit()})'`,
  );
  await row('Shell 1', /^column 7$/).waitFor();
});

it('UX-10 copies and pastes by the keys of the platform; without a selection Control-C interrupts', async () => {
  await clear('Shell 1');
  await type(page, 'echo first-words; echo second-words');
  const first = row('Shell 1', /^first-words$/);
  const second = row('Shell 1', /^second-words$/);
  await second.waitFor();
  const [from, to] = [await first.boundingBox(), await second.boundingBox()];
  if (from === null || to === null) throw new Error('Cannot see the lines');
  await page.mouse.move(from.x + 1, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 });
  await page.mouse.up();
  await page.keyboard.press('Control+c');
  // A program that asks for it is told what is pasted, so that lines of it are no commands.
  await type(
    page,
    `node -e 'process.stdin.setRawMode(true);console.log("\\x1b[?2004hwaiting");process.stdin.once("data",d=>{console.log("\\x1b[?2004l"+JSON.stringify(String(d)));process.exit()})'`,
  );
  await row('Shell 1', /^waiting$/).waitFor();
  await page.keyboard.press('Control+v');
  await row('Shell 1', String.raw`"\u001b[200~first-words\rsecond-words\u001b[201~"`).waitFor();
  await clear('Shell 1');
  await type(page, "node -e 'console.log(`run`+`ning`);setInterval(()=>{},1000)'");
  await row('Shell 1', /^running$/).waitFor();
  await page.keyboard.press('Control+c');
  await type(page, 'echo code $?');
  await row('Shell 1', /^code 130$/).waitFor();
});

it('UX-10 are several, side by side, with names; a panel that is not shown takes nothing from them', async () => {
  await clear('Shell 1');
  await type(page, 'echo in-the-first');
  await tool('New terminal').click();
  await row('Shell 2', '❯').waitFor();
  await hasKeyboard(pane('Shell 2'));
  await type(page, 'echo in-the-sec""ond');
  await row('Shell 2', /^in-the-second$/).waitFor();

  // A terminal takes Tab for itself: these keys lead out of it and back.
  await page.keyboard.press('Control+Shift+ArrowUp');
  await hasKeyboard(tab('Shell 2'));
  await page.keyboard.press('F2');
  await hasKeyboard(panel().getByRole('textbox', { name: 'Name of the terminal' }));
  await page.keyboard.type('tests');
  await page.keyboard.press('Enter');
  await hasKeyboard(tab('tests'));
  await page.keyboard.press('Enter');
  await hasKeyboard(pane('tests'));

  await tool('Split terminal').click();
  await row('Shell 2', '❯').waitFor();
  await hasKeyboard(pane('Shell 2'));
  await type(page, 'stty size; echo in-the-th""ird');
  await row('Shell 2', /^in-the-third$/).waitFor();
  const columns = async (): Promise<number> => Number((await row('Shell 2', /^\d+ \d+$/).textContent())?.split(' ')[1]);
  const narrow = await columns();
  const width = async (name: string): Promise<number> => (await pane(name).boundingBox())?.width ?? 0;
  await expect.poll(async () => Math.abs((await width('tests')) - (await width('Shell 2')))).toBeLessThan(10);
  await panel().getByRole('separator').focus();
  for (let n = 0; n < 4; n++) await page.keyboard.press('ArrowLeft');
  await expect.poll(async () => (await width('tests')) / (await width('Shell 2'))).toBeLessThan(0.6);
  // The program in it is told of its new size.
  await tab('Shell 2').click();
  await hasKeyboard(pane('Shell 2'));
  await type(page, 'stty size');
  await expect.poll(columns).toBeGreaterThan(narrow + 10);
  await page.locator('#panel-shell .terminals-bar').getByRole('button', { name: 'Find in terminal' }).click();
  await hasKeyboard(panel().getByRole('search').getByRole('textbox'));
  await page.keyboard.type('stty');
  await panel().getByRole('status').filter({ hasText: 'of 2' }).waitFor();
  await page.keyboard.press('Escape');

  await page.getByRole('tab', { name: 'Run' }).click();
  await pane('tests').waitFor({ state: 'hidden' });
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await row('tests', /^in-the-second$/).waitFor();
  await row('Shell 2', /^in-the-third$/).waitFor();
  await tab('Shell 1').click();
  await row('Shell 1', /^in-the-first$/).waitFor();
  await pane('tests').waitFor({ state: 'detached' });
});

it('UX-10 open a web address in a tab of its own', async () => {
  await tab('Shell 1').click();
  await hasKeyboard(pane('Shell 1'));
  await clear('Shell 1');
  await type(page, `echo ${product.url}/?from=terminal`);
  const link = await row('Shell 1', /^http.*terminal$/).boundingBox();
  if (link === null) throw new Error('Cannot see the address');
  await page.mouse.move(link.x + 30, link.y + link.height / 2);
  await pane('Shell 1').locator('.xterm-cursor-pointer').waitFor();
  const [own] = await Promise.all([
    context.waitForEvent('page'),
    page.mouse.click(link.x + 30, link.y + link.height / 2),
  ]);
  await own.waitForURL(`${product.url}/?from=terminal`);
  expect(await own.evaluate(() => window.opener)).toBeNull();
  await own.close();
});

it('UX-10 are killed and started again, and come back by name after a reload', async () => {
  await tab('Shell 2').click();
  await tool('Kill terminal').click();
  await tab('Shell 2').waitFor({ state: 'detached' });
  await hasKeyboard(pane('tests'));
  await type(page, 'exit 3');
  await row('tests', 'The shell has ended with code 3').waitFor();
  await page.keyboard.press('Enter');
  await row('tests', '❯').waitFor();
  await hasKeyboard(pane('tests'));
  await type(page, 'echo alive-a""gain');
  await row('tests', /^alive-again$/).waitFor();

  await page.locator('[data-save=saved]').waitFor();
  await page.reload();
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await row('tests', '❯').waitFor({ timeout: BOOT_MS });
  await expect.poll(() => panel().getByRole('tab').allTextContents()).toEqual(['Shell 1', 'tests']);
  for (const name of ['tests', 'Shell 1']) {
    await tool('Kill terminal').click();
    await tab(name).waitFor({ state: 'detached' });
  }
  await panel().getByText('No terminal is open').waitFor();
  await tool('New terminal').click();
  await row('Shell 1', '❯').waitFor();
});
