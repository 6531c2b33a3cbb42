/** The frame of the IDE: tabs, splits, palette, colours, phone; by mouse, by keyboard alone, and as axe sees it. */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from './ask.ts';
import { openBrowser, openContext } from './browser.ts';
import { highlighted, menuOpens, pressUntil } from './by-keys.ts';
import { findViolations } from './find-violations.ts';
import { BOOT_MS, openFile, openTerminal, saved, shows, toStart, type } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';
import { openSavedFiles, type SavedFiles } from './saved-files.ts';

const DESKTOP = { width: 1300, height: 850 };
/** More presses of Control+Z than any text here has parts. */
const MANY = 12;
const DARK_GROUND = 'rgb(13, 20, 24)';
const LIGHT_GROUND = 'rgb(255, 255, 255)';
const lines = (...texts: (string | number)[]): string => `${texts.join('\n')}\n`;
/** Nothing to install and nothing that runs: this is about the frame. */
const FILES = {
  'package.json': '{ "name": "workbench", "private": true, "scripts": { "lint": "true" } }\n',
  'index.html': '<!doctype html>\n<h1>Workbench</h1>\n',
  'src/main.ts': "import { count } from './counter.ts';\n\nconsole.log(count);\n",
  'src/counter.ts': '/** How many there are. */\nexport const first = 1;\nexport const count = first + 1;\n',
  'note.txt': lines('one', 'two', 'three'),
  'long.txt': lines(...Array.from({ length: 400 }, (_, at) => at + 1)),
  'deep/a.txt': lines('one', 'two', 'three'),
  'deep/b.txt': 'base',
  'gone.txt': 'kept',
};

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let files: SavedFiles;
beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser();
  context = await openContext(browser, { viewport: DESKTOP, colorScheme: 'dark' });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const id = await makeProject(product.port, await signIn(product.port), 'Workbench', FILES);
  page = await context.newPage();
  await page.goto(`${product.url}/projects/${id}`);
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
  files = await openSavedFiles(product.port, page.url());
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const text = (path: string): Locator => page.locator(`.cm-content[aria-label="Text of ${path}"]`);
const tab = (name: string): Locator => page.getByRole('tab', { name, exact: true });
const cursor = (): Locator => page.locator('.status-bar', { hasText: /Line \d+, column \d+/ });
const press = async (key: string, times = 1): Promise<void> => {
  for (let n = 0; n < times; n++) await page.keyboard.press(key);
};
/** Types a command into the terminal and waits until it is done. */
const run = async (command: string): Promise<void> => {
  await openTerminal(page);
  await type(page, `clear; ${command}; echo do''ne`);
  await shows(page, 'done');
};
/** The field of the palette: a choice in a panel is a combobox too. */
const palette = (): Locator => page.getByRole('dialog').getByRole('combobox');
/** Finds something in the palette and takes the first, without waiting for the list. */
const choose = async (keys: string, query: string): Promise<void> => {
  await page.keyboard.press(keys);
  await palette().and(page.locator(':focus')).waitFor();
  await page.keyboard.type(query);
  await page.keyboard.press('Enter');
  await palette().waitFor({ state: 'detached' });
};
const reload = async (): Promise<void> => {
  await saved(page);
  await page.reload();
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
};
/** The first whole line that somebody sees of a text. */
const firstLine = (path: string): Promise<string> =>
  text(path).evaluate((content) => {
    const top = content.closest('.cm-scroller')?.getBoundingClientRect().top ?? 0;
    const lines = [...content.querySelectorAll('.cm-line')];
    return lines.find((line) => line.getBoundingClientRect().top >= top - 1)?.textContent ?? '';
  });

describe('tabs and splits (UX-07)', () => {
  it('UX-07 keep undo, cursor and scroll, each its own', async () => {
    await openFile(page, 'note.txt');
    await toStart(page);
    await press('ArrowDown');
    await page.keyboard.type('typed ');
    await openFile(page, 'long.txt');
    await toStart(page);
    await press('PageDown', 6);
    await page.keyboard.type('x');
    const seen = await firstLine('long.txt');
    expect(Number(seen.replace('x', ''))).toBeGreaterThan(20);
    const place = await cursor().innerText();

    await tab('note.txt').click();
    await text('note.txt').waitFor();
    await expect.poll(() => cursor().innerText()).toContain('note.txt');
    // The click put the keyboard into the text.
    await text('note.txt').and(page.locator(':focus')).waitFor();
    await expect.poll(() => cursor().innerText()).toContain('Line 2, column 7');
    await press('Control+z', MANY);
    await saved(page);
    expect(await files.text('note.txt')).toBe('one\ntwo\nthree\n');

    await tab('long.txt').click();
    await text('long.txt').waitFor();
    await expect.poll(() => firstLine('long.txt')).toBe(seen);
    await text('long.txt').and(page.locator(':focus')).waitFor();
    await expect.poll(() => cursor().innerText()).toBe(place);
    await press('Control+z', MANY);
    await saved(page);
    expect((await files.text('long.txt')).split('\n')).toHaveLength(401);
  }, 120_000);

  it('UX-07 are split by dragging a tab, and the workbench comes back after a reload as it was', async () => {
    await openFile(page, 'note.txt');
    await openFile(page, 'long.txt');
    await toStart(page);
    await press('PageDown', 6);
    await page.keyboard.type('x');
    await saved(page);
    const typed = await firstLine('long.txt');
    const dragged = await tab('long.txt').boundingBox();
    const target = await text('long.txt').boundingBox();
    if (dragged === null || target === null) throw new Error('Cannot drag: the tab or the text is not there');
    await page.mouse.move(dragged.x + 30, dragged.y + 15);
    await page.mouse.down();
    await page.mouse.move(dragged.x + 60, dragged.y + 60, { steps: 5 });
    await page.mouse.move(target.x + target.width - 30, dragged.y + 200, { steps: 10 });
    await page.mouse.up();
    // Both beside each other; undo and scroll came along.
    await text('note.txt').waitFor();
    await text('long.txt').waitFor();
    const left = async (path: string): Promise<number> => (await text(path).boundingBox())?.x ?? 0;
    await expect.poll(async () => (await left('long.txt')) - (await left('note.txt'))).toBeGreaterThan(0);
    await expect.poll(() => firstLine('long.txt')).toBe(typed);
    await text('long.txt').focus();
    await press('Control+z', MANY);
    await saved(page);
    expect(await files.text('long.txt')).not.toContain('x');

    // The border between files and text, by the mouse.
    const before = await left('note.txt');
    const tree = await page.locator('.files').boundingBox();
    if (tree === null) throw new Error('Cannot resize: the tree of files is not there');
    await page.mouse.move(tree.x + tree.width, tree.y + 300);
    await page.mouse.down();
    await page.mouse.move(tree.x + tree.width + 80, tree.y + 300, { steps: 8 });
    await page.mouse.up();
    await expect.poll(async () => (await left('note.txt')) - before).toBeGreaterThan(60);
    const after = await left('note.txt');

    await text('long.txt').focus();
    const place = await cursor().innerText();
    const seen = await firstLine('long.txt');
    await tab('Publish').click();
    await reload();
    await text('long.txt').waitFor();
    await expect.poll(async () => Math.abs((await left('note.txt')) - after)).toBeLessThan(4);
    await expect.poll(() => tab('Publish').getAttribute('aria-selected')).toBe('true');
    await text('long.txt').focus();
    await expect.poll(() => cursor().innerText()).toBe(place);
    await expect.poll(() => firstLine('long.txt')).toBe(seen);
  }, 180_000);

  it('UX-07 are forgotten when what was stored is broken, and the layout is the first one again', async () => {
    const key = `slipway.workbench.${new URL(page.url()).pathname.split('/').at(-1) ?? ''}`;
    // The page stores its layout as it goes: this is written over it, before the next one reads it, and once.
    await page.addInitScript(`if (top === window && sessionStorage.getItem('broken') === null) {
      sessionStorage.setItem('broken', 'once');
      localStorage.setItem('${key}', '{"version":1,"fi');
    }`);
    await reload();
    await text('src/main.ts').waitFor();
    await expect.poll(() => page.locator('.cm-content').count()).toBe(1);
    expect(await page.evaluate(() => sessionStorage.getItem('broken'))).toBe('once');
  }, 120_000);
});

/** Takes the file's folder away, so that what is typed cannot be written, and brings it back with another text. */
async function changeUnder(path: string, typeIn: () => Promise<void>, theirs: string): Promise<void> {
  const folder = path.slice(0, path.indexOf('/'));
  await run(`rm -rf ${folder} next; touch ${folder}`);
  await page.getByRole('alert').filter({ hasText: 'was deleted' }).waitFor();
  await text(path).click();
  await typeIn();
  await page.locator('.banner', { hasText: `Cannot write "${path}"` }).waitFor();
  await run(`mkdir next; printf '${theirs}' > next/${path.slice(folder.length + 1)}; rm ${folder}; mv next ${folder}`);
}

describe('what changed on disk under an open file (UX-07)', () => {
  it('UX-07 is merged where it is in other lines, and undo takes back the typing alone', async () => {
    await page.locator('.tree-row[data-path="deep"]').click();
    await openFile(page, 'deep/a.txt');
    const typeIn = async (): Promise<void> => {
      await press('Control+End');
      await page.keyboard.type('mine');
    };
    await changeUnder('deep/a.txt', typeIn, 'ONE\\ntwo\\nthree\\n');
    await page.locator('.banner').waitFor({ state: 'detached' });
    await saved(page);
    expect(await files.text('deep/a.txt')).toBe('ONE\ntwo\nthree\nmine');
    await text('deep/a.txt').focus();
    await press('Control+z', MANY);
    await saved(page);
    expect(await files.text('deep/a.txt')).toBe('ONE\ntwo\nthree\n');
  }, 120_000);

  it.each([
    ['Keep mine', 'mine!'],
    ['Take theirs', 'theirs'],
  ])(
    'UX-07 is asked about where it is in the same line: %s',
    async (answer, kept) => {
      await run('printf "base" > deep/b.txt');
      await openFile(page, 'deep/b.txt');
      await page.locator('.cm-line', { hasText: /^base$/ }).waitFor();
      const typeIn = async (): Promise<void> => {
        await press('Control+a');
        await page.keyboard.type('mine');
      };
      await changeUnder('deep/b.txt', typeIn, 'theirs');
      const question = page.getByRole('alert').filter({ hasText: 'changed the same lines' }).first();
      await question.waitFor();
      // What is typed meanwhile is neither lost nor written.
      await text('deep/b.txt').click();
      await press('Control+End');
      await page.keyboard.type('!');
      await page.getByRole('button', { name: 'Show both' }).click();
      await page.locator('[aria-label="The program\'s text of deep/b.txt"]', { hasText: 'theirs' }).waitFor();
      // The two rows look alike up to here.
      if (answer === 'Keep mine') await expectNoViolations();
      await page.getByRole('button', { name: answer }).click();
      await page.locator('.banner').waitFor({ state: 'detached' });
      await saved(page);
      expect(await files.text('deep/b.txt')).toBe(kept);
      await page.locator('.cm-line', { hasText: kept }).waitFor();
    },
    120_000,
  );

  it('UX-07 may be that it was deleted: the tab says so, keeps the text, and writes it again', async () => {
    await openFile(page, 'gone.txt');
    await run('rm gone.txt');
    const told = page.getByRole('alert').filter({ hasText: 'gone.txt was deleted' });
    await told.waitFor();
    await expect.poll(() => text('gone.txt').innerText()).toBe('kept');
    await expectNoViolations();
    // Closed, it would be lost: it asks first.
    await text('gone.txt').click();
    await press('Alt+w');
    await page.getByRole('alertdialog', { name: /Close “gone.txt”/ }).waitFor();
    await page.locator('[role=alertdialog]:focus-within').waitFor();
    await expectNoViolations();
    await press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await told.getByRole('button', { name: 'Write again' }).click();
    await told.waitFor({ state: 'detached' });
    await saved(page);
    expect(await files.text('gone.txt')).toBe('kept');
  }, 120_000);
});

describe('the palette (UX-08)', () => {
  it('UX-08 opens files, goes to lines and runs commands, from the text and from a terminal', async () => {
    await openFile(page, 'note.txt');
    await text('note.txt').click();
    await choose('Control+p', 'counter');
    await page.locator('.cm-content[aria-label="Text of src/counter.ts"]:focus').waitFor();
    await choose('Control+p', ':3:5');
    await page.locator('.status-bar', { hasText: 'Line 3, column 5' }).waitFor();
    await choose('Control+Shift+P', 'show terminal');
    await page.locator('.xterm-helper-textarea:focus').waitFor();
    await type(page, 'echo ty$((1+1))ped');
    await shows(page, 'ty2ped');
    await choose('F1', 'show files');
    await page.locator('.tree-row:focus').waitFor();

    await page.keyboard.press('Control+p');
    await palette().and(page.locator(':focus')).waitFor();
    await page.keyboard.type('no such file');
    await page.getByRole('status').filter({ hasText: 'Nothing fits.' }).waitFor();
    await expectNoViolations();
    await press('Escape');
    // The keyboard is back where it was.
    await page.locator('.tree-row:focus').waitFor();
  }, 120_000);
});

describe('everything by keyboard (UX-16)', () => {
  let panel = '';
  /** The panel that has the keyboard, or had it last: the next one is drawn before it takes it. */
  const panelWithKeyboard = async (): Promise<string> =>
    (panel = (await page.evaluate(() => document.activeElement?.closest('.panel-body')?.id)) ?? panel);
  const focusIsIn = (selector: string): Promise<unknown> =>
    page.waitForFunction((within) => document.activeElement?.closest(within) != null, selector);

  it('UX-16 walks through the whole window without a mouse', async () => {
    await reload();
    await openFile(page, 'src/counter.ts');
    // Through the parts of the window and back to the first.
    await page.locator('.cm-content[aria-label="Text of src/counter.ts"]:focus').waitFor();
    for (const panel of ['panel-preview', 'panel-files', 'panel-file-'])
      await pressUntil(page, 'F6', panelWithKeyboard, (id) => id.startsWith(panel));
    // The tab of the text: its menu, its neighbours, and out of it.
    await page.locator('.cm-content:focus').waitFor();
    await press('Escape');
    await press('Shift+Tab');
    await focusIsIn('[role=tab]');
    await press('Shift+F10');
    await menuOpens(page);
    await expectNoViolations();
    await press('End');
    await highlighted(page, 'Copy the path');
    await press('Enter');
    await page.getByText('The path is copied').waitFor();
    await expectNoViolations();

    // The text by a command to a split, and back again.
    const texts = await page.locator('.cm-content').count();
    await openFile(page, 'index.html');
    await openFile(page, 'src/counter.ts');
    await page.locator('.cm-content[aria-label="Text of src/counter.ts"]:focus').waitFor();
    await choose('F1', 'split: move the tab to the right');
    await expect.poll(() => page.locator('.cm-content').count()).toBe(texts + 1);
    await choose('F1', 'move the tab to the group on the left');
    await expect.poll(() => page.locator('.cm-content').count()).toBe(texts);

    // Hidden, and shown again.
    await press('Control+b');
    await page.locator('.files').waitFor({ state: 'hidden' });
    await press('Control+b');
    await page.locator('.files').waitFor();
    await focusIsIn('#panel-files');

    // The bar: Tab reaches it, Enter opens its menu.
    await page.getByRole('button', { name: 'More' }).focus();
    await press('Enter');
    await menuOpens(page);
    await press('End');
    await highlighted(page, 'Colours: dark');
    await press('ArrowUp');
    await highlighted(page, 'Colours: light');
    await expectNoViolations();
    await press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await press('Shift+F1');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.getByText('Open a file by name').waitFor();
    await expectNoViolations();
    await press('Escape');
    await sheet.waitFor({ state: 'detached' });
  }, 180_000);

  it('UX-16 closes tabs by Delete on the tab and by Alt+w, and says what can be done when none is left', async () => {
    await openFile(page, 'src/counter.ts');
    await page.locator('[role=tab][aria-selected=true]', { hasText: 'counter.ts' }).focus();
    await press('Delete');
    await tab('counter.ts').waitFor({ state: 'detached' });
    await focusIsIn('[role=tab]');
    // By tabs, not by texts: the text behind one that was closed is drawn a moment later.
    const open = page.locator('[role=tab][data-tab-panel-id^="file-"]');
    for (let left = await open.count(); left > 0; left--) {
      await page.locator('.cm-content').first().click();
      await press('Alt+w');
      await expect.poll(() => open.count()).toBe(left - 1);
    }
    await page.getByText('No file is open.').waitFor();
    await expectNoViolations();
    await page.getByRole('button', { name: 'Open a file by name' }).focus();
    await press('Enter');
    await palette().and(page.locator(':focus')).waitFor();
    await page.keyboard.type('main.ts');
    await page
      .getByRole('listbox', { name: 'Results' })
      .getByRole('option', { selected: true })
      .filter({ hasText: 'main.ts' })
      .waitFor();
    await press('Enter');
    await text('src/main.ts').waitFor();
  }, 120_000);
});

describe('colours and sizes (UX-16)', () => {
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

  it('UX-16 follow the system until somebody chooses, and the choice is kept', async () => {
    await expect.poll(ground).toBe(DARK_GROUND);
    await expectNoViolations();
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(ground).toBe(LIGHT_GROUND);
    await expectNoViolations();
    await choose('F1', 'colours: dark');
    await expect.poll(ground).toBe(DARK_GROUND);
    await reload();
    await expect.poll(ground).toBe(DARK_GROUND);
    await choose('F1', 'colours: system');
    await expect.poll(ground).toBe(LIGHT_GROUND);
  }, 120_000);

  it.each([
    ['a phone', { width: 390, height: 844 }],
    ['a window at 200 %', { width: 639, height: 480 }],
  ])(
    'UX-16 fit %s: one panel at a time, and a switcher below',
    async (_name, size) => {
      await page.setViewportSize(size);
      const switcher = page.getByRole('tablist', { name: 'Panels' });
      await switcher.waitFor();
      for (const name of ['Files', 'Preview', 'Run', 'Terminal', 'Publish', 'Editor']) {
        await switcher.getByRole('tab', { name, exact: true }).click();
        const shown = page.locator('.phone-place > .panel-body');
        await expect.poll(async () => (await shown.boundingBox())?.width).toBe(size.width);
        const wide = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
        await expect.poll(wide).toBeLessThanOrEqual(size.width);
        // What is narrower still has the same parts: once is enough.
        if (size.width < 400) await expectNoViolations();
      }
      await text('src/main.ts').click();
      await press('Control+Home');
      await page.keyboard.type('// on a phone');
      await saved(page);
      expect(await files.text('src/main.ts')).toMatch(/^\/\/ on a phone/);
      await switcher.getByRole('tab', { name: 'Files' }).click();
      await page.locator('.tree-row[data-path="index.html"]').click();
      await text('index.html').waitFor();
      await page.getByRole('tablist', { name: 'Open files' }).getByRole('tab', { name: 'main.ts' }).click();
      // The text that is shown in another frame is the same one, with its undo.
      await page.setViewportSize(DESKTOP);
      await text('src/main.ts').click();
      await press('Control+z', MANY);
      await saved(page);
      expect(await files.text('src/main.ts')).not.toContain('on a phone');
    },
    180_000,
  );

  it('UX-16 the list of projects and its question have no violation, dark and light', async () => {
    await saved(page);
    await page.getByRole('link', { name: 'All projects' }).click();
    await page.getByRole('button', { name: 'Delete Workbench' }).click();
    await page.locator('[role=alertdialog]:focus-within').waitFor();
    await expectNoViolations();
    await press('Escape');
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    for (const [colorScheme, colour] of Object.entries({ dark: DARK_GROUND, light: LIGHT_GROUND })) {
      await page.emulateMedia({ colorScheme: colorScheme as 'dark' | 'light' });
      await expect.poll(ground).toBe(colour);
      await expectNoViolations();
    }
  });
});

/** Asks axe about the page as it stands. */
async function expectNoViolations(): Promise<void> {
  expect(await findViolations(page)).toEqual([]);
}
