/** What the bar says of a project's files, against what the server has of them. */
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { BOOT_MS, openSmallProject, openFile, openTerminal, saved, shows, type } from './ide-steps.ts';
import { type Product, startProduct } from './product.ts';
import { openSavedFiles } from './saved-files.ts';

const FILE = 'note.txt';
const WORDS = 'every key counts and none of them is ever lost ';

let product: Product;
let browser: Browser;
let context: BrowserContext;
/** One project for all of it, but where the clock is the test's own. */
let page: Page;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  context = await openContext(browser);
  page = await createNote('Saving');
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** A project with an empty note in the editor, and nothing else that works in its container. */
async function createNote(name: string, within = context): Promise<Page> {
  const page = await openSmallProject(within, product, name);
  await openTerminal(page);
  await type(page, `touch ${FILE}`);
  await openNote(page);
  await saved(page);
  return page;
}

/** The keyboard at the end of the note. */
async function openNote(page: Page): Promise<void> {
  await openFile(page, FILE);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+End');
}

/** The lines in the editor; all of them, where they are few. */
const shownText = async (page: Page): Promise<string> =>
  (await page.locator('.cm-content .cm-line').evaluateAll((lines) => lines.map((line) => line.textContent))).join('\n');

/** What a person saw in each frame that differed from the one before: outlives the page. */
async function recordFrames(page: Page): Promise<{ bar: string; text: string }[]> {
  const frames: { bar: string; text: string }[] = [];
  page.on('console', (message) => {
    const frame = /^frame (.*)$/s.exec(message.text())?.[1];
    if (frame !== undefined) frames.push(JSON.parse(frame) as { bar: string; text: string });
  });
  await page.evaluate(() => {
    let last = '';
    const look = (): void => {
      const bar = document.querySelector<HTMLElement>('[data-save]')?.dataset['save'];
      const text = [...document.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n');
      const now = JSON.stringify({ bar, text });
      if (now !== last) console.debug(`frame ${now}`);
      last = now;
      requestAnimationFrame(look);
    };
    look();
  });
  return frames;
}

/** Ends the page's renderer, as running out of memory does. */
async function crash(page: Page): Promise<void> {
  const devtools = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // The command is never answered: who would answer is gone.
  devtools.send('Page.crash').catch(() => undefined);
  await crashed;
}

interface Typist {
  readonly page: Page;
  typed: string;
  /** When each key had been pressed. */
  readonly keys: { atMs: number; length: number }[];
}

async function typeFor(typist: Typist, ms: number, delayMs: number): Promise<void> {
  const until = performance.now() + ms;
  while (performance.now() < until) {
    const key = WORDS.charAt(typist.typed.length % WORDS.length);
    await typist.page.keyboard.type(key);
    typist.typed += key;
    typist.keys.push({ atMs: performance.now(), length: typist.typed.length });
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
}

/** The requirement's two seconds, and one for a machine on which other tests run as well. */
const OLDEST_MS = 3_000;

it('loses only the last two seconds in a crash, and nothing that the bar called saved (UX-02, UX-03)', async () => {
  const url = page.url();
  const files = await openSavedFiles(product.port, url);
  let before = '';
  for (let round = 0; round < 2; round++) {
    const frames = await recordFrames(page);
    const typist: Typist = { page, typed: before, keys: [] };
    const delayMs = 20 + Math.random() * 100;
    // A pause in one round: the bar says "Saved" in it.
    if (round === 1) {
      await typeFor(typist, 500 + Math.random() * 2_000, delayMs);
      await saved(page);
    }
    await typeFor(typist, 500 + Math.random() * 4_000, delayMs);
    const crashedAtMs = performance.now();
    await crash(page);
    const onServer = await files.text(FILE);

    const calledSaved = frames.filter(({ bar }) => bar === 'saved').at(-1)?.text ?? '';
    expect(frames.length).toBeGreaterThan(2);
    expect(typist.typed.startsWith(onServer)).toBe(true);
    expect(onServer.slice(0, calledSaved.length)).toBe(calledSaved);
    const old = typist.keys.filter(({ atMs }) => atMs < crashedAtMs - OLDEST_MS).at(-1)?.length ?? 0;
    expect(onServer.length).toBeGreaterThanOrEqual(old);

    await page.close();
    page = await context.newPage();
    await page.goto(url);
    await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
    await openNote(page);
    // What was on its way at the crash may have arrived since.
    before = await shownText(page);
    expect(before.startsWith(onServer) && typist.typed.startsWith(before)).toBe(true);
  }
}, 240_000);

/** Tells at ^C how many sizes the note had. */
const WATCH_SIZES = `const fs = require("fs"), sizes = new Set();
setInterval(() => sizes.add(fs.statSync("${FILE}").size), 5);
process.on("SIGINT", () => { console.log("saw " + sizes.size + " sizes"); process.exit() });
console.log("watch" + "ing")`.replaceAll('\n', ' ');

it('writes for programs and for the server while typing goes on: no key waits for a pause (UX-03)', async () => {
  const clocked = await openContext(browser);
  // The page's own clock: a busy machine makes pauses where a person makes none.
  await clocked.clock.install();
  const page = await createNote('Programs', clocked);
  await openTerminal(page);
  await type(page, `node -e '${WATCH_SIZES}'`);
  await shows(page, 'watching');
  await openNote(page);
  await saved(page);
  await clocked.clock.pauseAt(Date.now() + 5_000);
  const text = WORDS.repeat(2).slice(0, 90);
  for (const key of text) {
    await page.keyboard.type(key);
    await clocked.clock.runFor(90);
  }
  // The clock stands: whatever has not begun by now never will.
  const files = await openSavedFiles(product.port, page.url());
  const written = (): Promise<number> => files.text(FILE).then(({ length }) => length);
  await expect.poll(written).toBeGreaterThanOrEqual(text.length - 2_000 / 90);
  expect(text.startsWith(await files.text(FILE))).toBe(true);
  await clocked.clock.resume();
  await page.locator('#panel-shell .xterm').click();
  await page.keyboard.press('Control+c');
  // 8.1 s of typing; a write that waits for a pause makes two sizes.
  await shows(page, /saw (?:[89]|\d\d) sizes/);
  await clocked.close();
});

it('uploads the large files of a save four at a time, and tells how many are there', async () => {
  const held: Route[] = [];
  let most = 0;
  let open = true;
  await page.route('**/api/v1/blobs/*', async (route) => {
    if (route.request().method() !== 'PUT' || open) return await route.continue();
    held.push(route);
    most = Math.max(most, held.length);
  });
  open = false;
  await openTerminal(page);
  await type(page, 'for n in $(seq 40); do (echo "file $n"; head -c 300000 /dev/zero) > "file-$n.txt"; done');
  const bar = page.locator('[data-save]');
  await expect.poll(() => held.length).toBe(4);
  // Saves may begin while the files are still being made.
  const total = Number(/^Saving… 0 of (\d+)$/.exec(await bar.innerText())?.[1]);
  expect(total).toBeGreaterThanOrEqual(4);
  await held.shift()?.continue();
  await page.locator('[data-save]', { hasText: `Saving… 1 of ${total}` }).waitFor();
  await expect.poll(() => held.length).toBe(Math.min(4, total - 1));
  open = true;
  for (const route of held) await route.continue();
  await saved(page);
  await page.unroute('**/api/v1/blobs/*');
  expect(most).toBe(4);
  expect(await (await openSavedFiles(product.port, page.url())).text('file-40.txt')).toMatch(/^file 40\n/);
  await openTerminal(page);
  await type(page, 'rm file-*.txt; clear; echo re""moved');
  await shows(page, 'removed');
  await saved(page);
});

it('keeps what cannot be written into the container, says so, and tries until it can (UX-02, UX-03)', async () => {
  await openTerminal(page);
  await type(page, 'mkdir deep; touch deep/note.txt; clear; echo re""ady');
  await shows(page, 'ready');
  await page.locator('.tree-row[data-path="deep"]').click();
  await openFile(page, 'deep/note.txt');
  await openTerminal(page);
  await type(page, 'rm -r deep; touch deep; clear; echo bro""ken');
  await shows(page, 'broken');
  await saved(page);
  await page.locator('.cm-content').click();
  await page.keyboard.type('kept');
  await page.locator('.banner', { hasText: 'Cannot write "deep/note.txt"' }).waitFor();
  await expect.poll(() => shownText(page)).toBe('kept');
  await openTerminal(page);
  await type(page, 'rm deep; mkdir deep');
  await page.locator('.banner').waitFor({ state: 'detached' });
  await saved(page);
  expect(await (await openSavedFiles(product.port, page.url())).text('deep/note.txt')).toBe('kept');
});

it('says "Unsaved" in the frame of the first key, and asks before unsaved work is left (UX-02)', async () => {
  await openFile(page, FILE);
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await saved(page);
  const frames = await recordFrames(page);
  await page.keyboard.type('k');
  const dialog = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const asked = await dialog;
  expect(asked.type()).toBe('beforeunload');
  await asked.dismiss();
  await saved(page);
  expect(frames.find(({ text }) => text === 'k')?.bar).not.toBe('saved');
  // Nothing is unsaved now: it closes without a question.
  await Promise.all([page.waitForEvent('close'), page.close({ runBeforeUnload: true })]);
});
