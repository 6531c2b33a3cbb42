/** The files panel under a person's hands: keys, mouse and menu, over one project. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { highlighted, menuOpens, pressUntil } from './by-keys.ts';
import { findViolations } from './find-violations.ts';
import { openSmallProject, openTerminal, shows, type } from './ide-steps.ts';
import { type Product, startProduct } from './product.ts';

const MANY = 50_000;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let desktop: string;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  context = await openContext(browser, { acceptDownloads: true });
  page = await openSmallProject(context, product, 'Files');
  desktop = await mkdtemp(join(tmpdir(), 'slipway-desktop-'));
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  if (desktop !== undefined) await rm(desktop, { recursive: true });
});

const tree = (): Locator => page.getByRole('tree', { name: 'Files' });
const row = (path: string): Locator => tree().locator(`[role=treeitem][data-path="${path}"]`);
const status = (): Locator => page.getByRole('region', { name: 'Project files' }).getByRole('status');
const field = (): Locator => tree().getByRole('textbox');

/** Waits until the row has the keyboard. */
const hasKeyboard = (path: string): Promise<unknown> =>
  page.waitForFunction((wanted) => (document.activeElement as HTMLElement | null)?.dataset['path'] === wanted, path);

/** Puts the keyboard on a row without opening it: Control-click adds it to the choice, Space makes it the only one. */
async function stand(path: string): Promise<void> {
  await row(path).click({ modifiers: ['Control'] });
  await page.keyboard.press('Space');
  await hasKeyboard(path);
}

/** Types a name into the field that is open, and waits until it is a row with the keyboard. */
async function name(text: string, path: string): Promise<void> {
  await field().waitFor();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
  await row(path).waitFor();
}

/** What a program in the container sees; the terminal gets the keyboard. */
async function inTerminal(command: string, answer: string | RegExp): Promise<void> {
  await openTerminal(page);
  await type(page, `clear; ${command}`);
  await shows(page, answer);
}

it('UX-05 creates by keyboard, refuses what cannot be a name, renames with F2; the editor goes along', async () => {
  await stand('src');
  await page.getByRole('button', { name: 'New folder' }).focus();
  await page.keyboard.press('Enter');
  await name('lib', 'src/lib');
  await hasKeyboard('src/lib');
  await page.getByRole('button', { name: 'New file' }).focus();
  await page.keyboard.press('Space');
  await name('first.ts', 'src/lib/first.ts');
  await page.locator('.cm-content[aria-label="Text of src/lib/first.ts"]').click();
  await page.keyboard.type('// typed before the move');

  await stand('src/lib/first.ts');
  await page.keyboard.press('F2');
  await field().waitFor();
  // The ending is not selected: what is typed takes the place of the rest.
  await page.keyboard.type('second');
  await page.keyboard.press('Enter');
  await row('src/lib/second.ts').waitFor();
  await hasKeyboard('src/lib/second.ts');
  await page.locator('.cm-content[aria-label="Text of src/lib/second.ts"]', { hasText: 'typed before' }).waitFor();
  await row('src/lib/first.ts').waitFor({ state: 'detached' });

  await page.keyboard.press('F2');
  await field().press('Control+a');
  await page.keyboard.type('a/b');
  await tree().getByRole('alert').filter({ hasText: 'A name has no "/"' }).waitFor();
  await page.keyboard.press('Enter');
  await field().waitFor();
  await page.keyboard.press('Escape');
  await hasKeyboard('src/lib/second.ts');

  await page.keyboard.press('Control+z');
  await row('src/lib/first.ts').waitFor();
  await page.keyboard.press('Control+Shift+z');
  await row('src/lib/second.ts').waitFor();
  await inTerminal('ls src/lib', 'second.ts');
}, 180_000);

it('UX-05 drags a file into a folder, and with Control a copy of it', async () => {
  const drag = async (from: string, to: string): Promise<void> => {
    await row(from).hover();
    await page.mouse.down();
    await row(to).hover();
    await row(to).hover();
    await page.mouse.up();
  };
  await drag('index.html', 'src/lib');
  await row('src/lib/index.html').waitFor();
  await row('index.html').waitFor({ state: 'detached' });
  await drag('src/lib/index.html', 'package.json');
  await row('index.html').waitFor();
  await page.keyboard.down('Control');
  await drag('index.html', 'src/lib');
  await page.keyboard.up('Control');
  await row('src/lib/index.html').waitFor();
  await row('index.html').waitFor();

  // The same again: something is there already.
  await drag('index.html', 'src/lib');
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Keep both' }).click();
  await row('src/lib/index copy.html').waitFor();
  await page.keyboard.press('Control+z');
  await row('index.html').waitFor();
  await drag('src', 'src/lib');
  await page.getByRole('alert').filter({ hasText: 'it is inside of it' }).waitFor();
}, 180_000);

it('UX-05 deletes and undoes, by the button and by Control-Z; moves what is chosen by cut and paste', async () => {
  await stand('src/lib/second.ts');
  await page.keyboard.press('Delete');
  await row('src/lib/second.ts').waitFor({ state: 'detached' });
  await status().filter({ hasText: 'Delete "second.ts"' }).getByRole('button', { name: 'Undo' }).click();
  await row('src/lib/second.ts').waitFor();
  await inTerminal('cat src/lib/second.ts', '// typed before the move');

  await stand('src/lib');
  await page.keyboard.press('Delete');
  await row('src/lib').waitFor({ state: 'detached' });
  await inTerminal('ls src | wc -l; echo e""nd', 'end');
  await stand('src');
  await page.keyboard.press('Control+z');
  await row('src/lib/second.ts').waitFor();

  // Three files by Shift and arrows, cut here and pasted there.
  await stand('src/lib/index.html');
  await page.keyboard.press('Shift+ArrowDown');
  await hasKeyboard('src/lib/second.ts');
  await expect.poll(() => tree().locator('[aria-selected=true]').count()).toBe(2);
  await page.keyboard.press('Control+x');
  await stand('src');
  await page.keyboard.press('Control+v');
  await row('src/second.ts').waitFor();
  await row('src/index.html').waitFor();
  await row('src/lib/second.ts').waitFor({ state: 'detached' });
  await status().filter({ hasText: 'Move 2 entries' }).waitFor();
}, 180_000);

it('UX-16 opens the menu by keyboard, and each entry is reached by keys; axe finds no fault', async () => {
  await stand('src/second.ts');
  await page.keyboard.press('Shift+F10');
  const menu = page.getByRole('menu');
  await menuOpens(page);
  await expectNoFault('[role=menu]');
  // By the first letters, as in any menu.
  await page.keyboard.type('du');
  await highlighted(page, 'Duplicate');
  await page.keyboard.press('Enter');
  await menu.waitFor({ state: 'detached' });
  await row('src/second copy.ts').waitFor();
  await hasKeyboard('src/second copy.ts');

  await page.keyboard.press('ContextMenu');
  await menuOpens(page);
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  await hasKeyboard('src/second copy.ts');

  await row('src/second copy.ts').click({ button: 'right' });
  await menu.getByRole('menuitem', { name: 'Rename…' }).click();
  await field().waitFor();
  await expectNoFault('.files-panel');
  await page.keyboard.type('third');
  await page.keyboard.press('Enter');
  await row('src/third.ts').waitFor();
  await expectNoFault('.files-panel');

  await page.keyboard.press('Home');
  await page.keyboard.press('t');
  await hasKeyboard('src/third.ts');
}, 180_000);

/** axe-core's rules, on what `selector` names. */
async function expectNoFault(selector: string): Promise<void> {
  expect(await findViolations(page, selector)).toEqual([]);
}

it('UX-05 uploads by the chooser and by a drop from the desktop, a folder too; downloads a file and a folder', async () => {
  await writeFile(join(desktop, 'one.txt'), 'first');
  await mkdir(join(desktop, 'dropped', 'deep'), { recursive: true });
  await writeFile(join(desktop, 'dropped', 'deep', 'two.txt'), 'second');
  await stand('src/lib');
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Upload files' }).click(),
  ]);
  await chooser.setFiles(join(desktop, 'one.txt'));
  await row('src/lib/one.txt').waitFor();

  const box = await row('src/lib').boundingBox();
  if (box === null) throw new Error('The row is not drawn');
  const devtools = await context.newCDPSession(page);
  const place = { x: box.x + 40, y: box.y + box.height / 2 };
  const data = { items: [], files: [join(desktop, 'one.txt'), join(desktop, 'dropped')], dragOperationsMask: 1 };
  for (const step of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type: step, ...place, data });
  const dialog = page.getByRole('alertdialog');
  await dialog.filter({ hasText: '"one.txt" is there already' }).waitFor();
  await expectNoFault('[role=alertdialog]');
  await dialog.getByRole('button', { name: 'Replace' }).click();
  await row('src/lib/dropped').waitFor();
  await inTerminal('cat src/lib/one.txt src/lib/dropped/deep/two.txt', 'firstsecond');

  const download = async (): Promise<Buffer> => {
    await page.keyboard.press('Shift+F10');
    const [saving] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Download' }).click(),
    ]);
    await page.getByRole('menu').waitFor({ state: 'detached' });
    return await readFile(await saving.path());
  };
  await stand('src/lib/one.txt');
  expect((await download()).toString()).toBe('first');
  await stand('src/lib/dropped');
  expect(namesInZip(await download())).toEqual(['deep/', 'deep/two.txt']);
  await row('src/lib/one.txt').click({ modifiers: ['Control'] });
  expect(namesInZip(await download())).toEqual(['one.txt', 'dropped/deep/two.txt']);
}, 180_000);

/** Names of a zip's central directory (APPNOTE.TXT, 4.3.12). */
function namesInZip(zip: Buffer): string[] {
  const names: string[] = [];
  for (let at = zip.indexOf('PK\x01\x02', 0, 'latin1'); at >= 0; at = zip.indexOf('PK\x01\x02', at + 1, 'latin1'))
    names.push(zip.subarray(at + 46, at + 46 + zip.readUInt16LE(at + 28)).toString());
  return names;
}

it('UX-05 shows 50,000 files of a program, and the last of them by End', async () => {
  await openTerminal(page);
  // A folder that is not saved: this is about the panel.
  const program = `fs.mkdirSync('dist'); for (let n = 0; n < ${MANY}; n++) fs.writeFileSync('dist/' + n + '.txt', '')`;
  await type(page, `clear; node -e "${program}"; echo al""l`);
  await page.locator('#panel-shell .xterm-rows', { hasText: 'all' }).waitFor();
  await page.getByRole('button', { name: 'Collapse all' }).click();
  await stand('dist');
  await page.keyboard.press('ArrowRight');
  await row('dist/0.txt').waitFor();
  await expect.poll(() => row('dist/0.txt').getAttribute('aria-setsize')).toBe(String(MANY));
  for (let press = 0; press < 3; press++) await page.keyboard.press('ArrowDown');
  await hasKeyboard('dist/2.txt');
  await page.keyboard.press('End');
  await hasKeyboard('tsconfig.json');
  const focused = (): Promise<string | undefined> =>
    page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['path']);
  await pressUntil(page, 'ArrowUp', focused, (path) => path?.startsWith('dist/') === true);
  await hasKeyboard(`dist/${MANY - 1}.txt`);
  await expect.poll(() => row(`dist/${MANY - 1}.txt`).getAttribute('aria-posinset')).toBe(String(MANY));
  await expect.poll(() => tree().getByRole('treeitem').count()).toBeLessThan(100);
  await expectNoFault('.files-panel');
}, 180_000);
