/** The project's own git, as a person works with it in the source control panel: by keys and clicks alone. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { GIT_ENV, serveHttpBackend } from '@slipway/git/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { findViolations } from './find-violations.ts';
import { openSmallProject, openTerminal, shows, toStart, type } from './ide-steps.ts';
import { type Product, startProduct } from './product.ts';

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** A folder with a repository that real git serves, to who has the password. */
let folder: string;
let backend: Awaited<ReturnType<typeof serveHttpBackend>>;
// Of the machine, but not its loopback: in a container that is the container itself.
const address = Object.values(networkInterfaces())
  .flat()
  .find((entry) => entry?.family === 'IPv4' && !entry.internal)?.address;
const PASSWORD = 'a secret of two';
beforeAll(async () => {
  if (address === undefined) throw new Error('Cannot test remotes: this machine has no address but its loopback');
  folder = await mkdtemp(join(tmpdir(), 'slipway-remote-'));
  git(folder, 'init', '--quiet', '--bare', '-b', 'main', 'other.git');
  git(join(folder, 'other.git'), 'config', 'http.receivepack', 'true');
  const authorization = `Basic ${Buffer.from(`ada:${PASSWORD}`).toString('base64')}`;
  backend = await serveHttpBackend(folder, { authorization, host: address });
  product = await startProduct({ ROLE: 'api', RELAY_ALLOW: `${address}:${backend.port}` });
  browser = await openBrowser();
  context = await openContext(browser);
  page = await openSmallProject(context, product, 'Git');
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await backend?.close();
  if (folder !== undefined) await rm(folder, { recursive: true });
});

/** Real git, on the other side. */
function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, env: GIT_ENV, encoding: 'utf8' });
}

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
}, 400_000);

it('HI-08 a merge that does not go by itself is settled in its tab, by ours, theirs or both', async () => {
  await openTerminal(page);
  // Each line has a wait of its own: on a machine with much to do a git takes seconds.
  for (const [at, line] of [
    'git config user.name A; git config user.email a@b.c',
    'git switch -qc side; echo side > tsconfig.json; git commit -qam side',
    'git switch -q main; echo main > tsconfig.json; git commit -qam main',
  ].entries()) {
    await type(page, `clear; ${line}; echo made''it-${at}`);
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
}, 400_000);

it('HI-08 UX-16 pushes to real git’s server, fetches and pulls from it, by keys; dark, and on a phone', async () => {
  const bare = join(folder, 'other.git');
  await page.keyboard.press('Control+Shift+G');
  const press = async (name: string): Promise<void> => {
    await button(page, name).focus();
    await page.keyboard.press('Enter');
  };
  await panel(page).getByText('Remotes', { exact: true }).focus();
  await page.keyboard.press('Enter');
  await panel(page).getByLabel('Address of the remote').focus();
  await page.keyboard.type(`http://${address}:${backend.port}/other.git`);
  await page.keyboard.press('Enter');
  await list(page, 'Remotes').getByText('origin').waitFor();
  await quiet(page);
  await press('Push to origin');
  const form = panel(page).getByRole('form', { name: 'Sign in to origin' });
  await form.getByLabel('Name').focus();
  await page.keyboard.type('ada');
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  expect(await findViolations(page, '#panel-source-control')).toEqual([]);
  await page.keyboard.press('Enter');
  await expect.poll(() => git(bare, 'for-each-ref', '--format=%(subject)', 'refs/heads/main')).toBe('Merged by hand\n');
  expect(git(bare, 'fsck', '--strict', '--full', '--no-dangling')).toBe('');
  await quiet(page);

  // Somebody else pushes; what was given once is not kept.
  git(folder, 'clone', '--quiet', bare, 'theirs');
  const theirs = join(folder, 'theirs');
  await writeFile(join(theirs, 'from-theirs.txt'), 'of somebody else\n');
  git(theirs, 'add', '-A');
  git(theirs, '-c', 'user.name=B', '-c', 'user.email=b@c.d', 'commit', '--quiet', '-m', 'Theirs');
  git(theirs, 'push', '--quiet');
  await press('Pull from origin');
  await form.getByLabel('Name').focus();
  await page.keyboard.type('ada');
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('.tree-row[data-path="from-theirs.txt"]').waitFor({ state: 'attached' });
  await quiet(page);
  await press('Fetch from origin');
  await form.waitFor();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator(':root[data-theme=dark]').waitFor();
  await screenshot(page, 'source-control-dark');
  expect(await findViolations(page, '#panel-source-control')).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('tablist', { name: 'Panels' }).waitFor();
  await screenshot(page, 'source-control-phone');
  const wide = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
  await expect.poll(wide).toBeLessThanOrEqual(390);
  expect(await findViolations(page)).toEqual([]);
}, 400_000);
