/** The project's folder outlives its tab: what a person finds when the project is opened again in the same browser. */
import { apiPaths, projectResponse } from '@slipway/contracts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, mustBe, signIn } from './ask.ts';
import { openBrowser, openContext } from './browser.ts';
import { BOOT_MS, openFile, openTerminal, saved, shows, type } from './ide-steps.ts';
import { changeFile, makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';
import { openSavedFiles } from './saved-files.ts';

let product: Product;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  context = await openContext(browser);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const idOf = (page: Page): string => /\/projects\/([^/?#]+)/.exec(page.url())![1]!;

async function openAgain(url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
  return page;
}

/** Ends the page's renderer, as running out of memory does. */
async function crash(page: Page): Promise<void> {
  const devtools = await context.newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // The command is never answered: who would answer is gone.
  devtools.send('Page.crash').catch(() => undefined);
  await crashed;
  await page.close();
}

/** What the project's run has printed, from its first line to the start of the server. */
async function printed(page: Page): Promise<string> {
  await page.getByRole('tab', { name: 'Run', exact: true }).click();
  const panel = page.locator('#panel-run');
  await panel.locator('.xterm-rows', { hasText: 'npm run dev' }).waitFor();
  return await panel.innerText();
}

const served = (page: Page): Promise<void> =>
  page.frameLocator('#panel-preview iframe').locator('h1', { hasText: 'Served by dep' }).waitFor();

/** Installs a package that lies in the project: no registry is asked. */
const FILES = {
  'package.json': JSON.stringify({
    name: 'small',
    private: true,
    scripts: { dev: 'node server.mjs' },
    dependencies: { dep: 'file:dep' },
  }),
  'note.txt': 'base\n',
  'other.txt': 'base\n',
  'dep/package.json': JSON.stringify({ name: 'dep', version: '1.0.0', main: 'index.js' }),
  'dep/index.js': 'module.exports = "dep";\n',
  'server.mjs': `import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import name from 'dep';
// As Vite 8.4 does: a server that was killed leaves its number, which is another process's in the next container.
const lock = 'node_modules/.vite/lock';
if (existsSync(lock)) throw new Error('Found another server of this project');
mkdirSync(lock, { recursive: true });
writeFileSync(lock + '/dev.json', String(process.pid));
createServer((request, response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end('<h1>Served by ' + name + '</h1>');
}).listen(Number(process.env.PORT), process.env.HOST);
`,
};

/** One project for all of it: what a test leaves is what the next one finds. */
let url: string;
let page: Page;

it('TC-10 after a reload and after a crash the project runs, and nothing is installed; what could not be saved is there, and meets what another device has saved since', async () => {
  const token = await signIn(product.port);
  const id = await makeProject(product.port, token, 'Kept', FILES);
  url = `${product.url}/projects/${id}`;
  page = await openAgain(url);
  await served(page);
  expect(await printed(page)).toMatch(/\$ npm install/);
  await page.reload();
  await served(page);
  expect(await printed(page)).not.toMatch(/npm install/);

  await saved(page);
  await page.route('**/saves', (route) => route.abort());
  await openFile(page, 'note.txt');
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('// mine');
  await page.keyboard.press('Enter');
  await page.locator('[data-save=failed]').waitFor();
  await crash(page);
  await changeFile(product.port, token, id, 'other.txt', 'theirs\n');

  page = await openAgain(url);
  await served(page);
  expect(await printed(page)).not.toMatch(/npm install/);
  const files = await openSavedFiles(product.port, url);
  await expect.poll(() => files.text('note.txt')).toBe('// mine\nbase\n');
  expect(await files.text('other.txt')).toBe('theirs\n');
  await openTerminal(page);
  // In the folder too.
  await type(page, 'clear; cat other.txt note.txt');
  await shows(page, 'theirs');
  await shows(page, '// mine');
}, 240_000);

it('TC-10 after half an install the next visit installs', async () => {
  // As a tab leaves it that ends while somebody installs by hand.
  await openTerminal(page);
  await type(page, 'touch node_modules/.slipway-installing; echo mark""ed');
  await shows(page, 'marked');
  await saved(page);
  await page.reload();
  await served(page);
  expect(await printed(page)).toMatch(/\$ npm install/);
}, 120_000);

it('TC-10 a second tab says who keeps the folder and takes it over; with the project it goes from the browser', async () => {
  const second = await openAgain(url);
  await second.getByRole('button', { name: 'Take over', exact: true }).waitFor();
  await Promise.all([second.waitForEvent('load'), second.getByRole('button', { name: /kept by another tab/ }).click()]);
  await second.locator('.workspace').waitFor({ timeout: BOOT_MS });
  await openTerminal(second);
  await type(second, 'clear; cat node_modules/dep/package.json');
  await shows(second, '1.0.0');
  await page.close();

  const token = await signIn(product.port);
  const at = apiPaths.project(idOf(second));
  const answer = mustBe(await ask(product.port, 'GET', at, { token }), 200, 'read the project');
  const { containerId } = projectResponse.parse(JSON.parse(answer.body)).project;
  const storage = await context.newPage();
  const kept = async (): Promise<number> => {
    await storage.goto(product.url.replace('://', `://${containerId}.rt.`) + '/storage');
    return await storage.evaluate(async () => {
      const folder = (await navigator.storage.getDirectory()) as unknown as { keys(): AsyncIterable<string> };
      let count = 0;
      for await (const _name of folder.keys()) count++;
      return count;
    });
  };
  expect(await kept()).toBe(2);
  await second.goto(product.url);
  await second.getByRole('button', { name: 'Delete Kept' }).click();
  await second
    .getByRole('dialog')
    .or(second.getByRole('alertdialog'))
    .getByRole('button', { name: /Delete/ })
    .click();
  await expect.poll(kept).toBe(0);
}, 240_000);
