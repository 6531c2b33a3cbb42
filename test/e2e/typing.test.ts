/** The editor under a person's hands: every text is typed key by key. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { openSmallProject, openFile, openTerminal, saved, shows, toStart, type } from './ide-steps.ts';
import { type Product, startProduct } from './product.ts';
import { openSavedFiles, type SavedFiles } from './saved-files.ts';

const FILE = 'src/main.ts';
const SENTENCE = '// Nobody types without a mistake, so undo has to work as well.';
/** More presses of Control+Z than a sentence has parts. */
const MANY = 20;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let files: SavedFiles;
let original: string;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  context = await openContext(browser);
  page = await openSmallProject(context, product, 'Typing');
  files = await openSavedFiles(product.port, page.url());
  await saved(page);
  original = await files.text(FILE);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});
/** In a new tab the history of undo begins anew. */
beforeEach(async () => {
  await openFile(page, FILE);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Alt+w');
  await page.locator(`.cm-content[aria-label="Text of ${FILE}"]`).waitFor({ state: 'detached' });
  await openFile(page, FILE);
  await toStart(page);
});

const press = async (key: string, times: number): Promise<void> => {
  for (let n = 0; n < times; n++) await page.keyboard.press(key);
};

/** The file on the server once the bar says "Saved". */
const onServer = async (path: string): Promise<string> => {
  await saved(page);
  return await files.text(path);
};

describe('the editor (UX-01)', () => {
  it.each([0, 30, 150])(
    'takes a sentence at %i ms a key as typed; undo and redo take it back and forth',
    async (delay) => {
      await page.keyboard.type(SENTENCE, { delay });
      expect(await onServer(FILE)).toBe(SENTENCE + original);

      await press('Control+z', MANY);
      expect(await onServer(FILE)).toBe(original);
      await press('Control+y', MANY);
      expect(await onServer(FILE)).toBe(SENTENCE + original);
      // The cursor is where the typing ended.
      await page.keyboard.type(' Again.');
      expect(await onServer(FILE)).toBe(`${SENTENCE} Again.${original}`);
      await press('Control+z', MANY);
      expect(await onServer(FILE)).toBe(original);
    },
  );

  it('undoes nothing of another file, nor the loading of its own', async () => {
    await page.keyboard.type('// first');
    const html = await files.text('index.html');
    await openFile(page, 'index.html');
    await toStart(page);
    await press('Control+z', MANY);
    expect(await onServer('index.html')).toBe(html);
    expect(await files.text(FILE)).toBe(`// first${original}`);
    // Its own tab kept its own history: what was typed goes, what was loaded stays (UX-07).
    await openFile(page, FILE);
    await toStart(page);
    await press('Control+z', MANY);
    expect(await onServer(FILE)).toBe(original);
  });

  it('writes what was typed just before another file is opened, into the file it was typed into (UX-03)', async () => {
    const html = await files.text('index.html');
    await page.keyboard.type('// quick');
    await openFile(page, 'index.html');
    await openFile(page, FILE);
    await page.locator('.cm-line', { hasText: '// quick' }).waitFor();
    expect(await onServer(FILE)).toBe(`// quick${original}`);
    expect(await files.text('index.html')).toBe(html);
    await toStart(page);
    await press('Delete', '// quick'.length);
    expect(await onServer(FILE)).toBe(original);
  });

  it('merges what a program writes: the cursor stays in its words, undo takes back the typing alone', async () => {
    await page.keyboard.press('ArrowDown');
    await page.keyboard.type('/* mine */');
    const [first = '', ...rest] = original.split('\n');
    expect(await onServer(FILE)).toBe([first, `/* mine */${rest.join('\n')}`].join('\n'));

    await openTerminal(page);
    await type(page, `{ echo '// on top'; cat ${FILE}; echo '// below'; } > copy; mv copy ${FILE}; echo do''ne`);
    await shows(page, 'done');
    await page.locator('.cm-line', { hasText: '// on top' }).waitFor();
    await page.locator('.cm-content').focus();
    await page.keyboard.type('/* here */');
    const merged = ['// on top', first, `/* mine *//* here */${rest.join('\n')}// below`, ''];
    expect(await onServer(FILE)).toBe(merged.join('\n'));
    await press('Control+z', MANY);
    expect(await onServer(FILE)).toBe(`// on top\n${original}// below\n`);
    await openTerminal(page);
    await type(page, `sed -i -e 1d -e '$d' ${FILE}; clear; echo bac''k`);
    await shows(page, 'back');
    expect(await onServer(FILE)).toBe(original);
  });

  it('keeps the line ends of the file, be they of Windows or of both kinds', async () => {
    await openTerminal(page);
    await type(page, "printf 'one\\r\\ntwo\\r\\n' > windows.txt; printf 'one\\r\\ntwo\\n' > both.txt");
    await type(page, "clear; echo ma''de");
    await shows(page, 'made');
    const texts = { 'windows.txt': 'one\r\ntwo\r\n', 'both.txt': 'one\r\ntwo\n' };
    for (const [path, after] of Object.entries(texts)) {
      await openFile(page, path);
      await toStart(page);
      await page.keyboard.type('typed ');
      expect(await onServer(path)).toBe(`typed ${after}`);
    }
  });

  it('takes tags as they are typed, although it closes them by itself', async () => {
    await openTerminal(page);
    await type(page, "touch page.html view.tsx; clear; echo emp''ty");
    await shows(page, 'empty');
    await openFile(page, 'page.html');
    await toStart(page);
    await page.keyboard.type('<h1>Hello</h1><p class="a">World</p>');
    expect(await onServer('page.html')).toBe('<h1>Hello</h1><p class="a">World</p>');

    await openFile(page, 'view.tsx');
    await toStart(page);
    await page.keyboard.type('export const view = <main>\n<h1>Hello</h1>\n<Nav.Bar open>{name}</Nav.Bar>');
    const view = 'export const view = <main>\n  <h1>Hello</h1>\n  <Nav.Bar open>{name}</Nav.Bar>\n</main>';
    expect(await onServer('view.tsx')).toBe(view);
    await press('Control+z', MANY);
    expect(await onServer('view.tsx')).toBe('');
    await press('Control+Shift+Z', MANY);
    expect(await onServer('view.tsx')).toBe(view);
  });

  it('indents by Tab, saves by Control+S, and is left by Escape and Tab', async () => {
    await page.keyboard.type('// in');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Control+s');
    expect(await onServer(FILE)).toBe(`  // in${original}`);
    await press('Control+z', MANY);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.locator('.cm-content:focus').waitFor({ state: 'detached' });
    expect(await onServer(FILE)).toBe(original);
  });
});
