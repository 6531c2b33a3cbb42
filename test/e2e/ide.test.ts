/** The IDE as its users see it, in one browser over one server. The main job itself is main-job.test.ts. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { apiPaths, defaultBuildSettings } from '@slipway/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, mustBe, signIn } from './ask.ts';
import { openBrowser, openContext } from './browser.ts';
import { pressUntil } from './by-keys.ts';
import { BOOT_MS, openFile, openSmallProject, openTerminal, saved, shows, toStart, type } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';
import { openSavedFiles } from './saved-files.ts';

const RUN_MS = 90_000;

let product: Product;
let browser: Browser;
let context: BrowserContext;
/** One project for all of it; a test that reloads or leaves it comes back. */
let page: Page;
beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser();
  context = await openContext(browser);
  page = await openSmallProject(context, product, 'Ide');
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Replaces package.json by one whose scripts need no packages. */
async function useScripts(page: Page, manifest: Record<string, unknown>): Promise<void> {
  await openTerminal(page);
  await type(page, `echo '${JSON.stringify({ name: 'x', ...manifest })}' > package.json; echo do''ne`);
  await shows(page, 'done');
  await saved(page);
}

it('is used by keyboard: tree, tabs; shows pictures, refuses to edit bytes, cuts long names', async () => {
  const long = `${'a-very-long-name-'.repeat(8)}.txt`;
  await openTerminal(page);
  await type(page, `printf 'a\\0b' > data.bin; echo text > ${long}`);
  await page.locator('.tree-row[data-path="data.bin"]').click();
  await page.locator('.binary-file', { hasText: 'data.bin · 3 bytes · cannot be edited as text' }).waitFor();

  const row = page.locator(`.tree-row[data-path="${long}"]`);
  await row.waitFor();
  await expect
    .poll(() =>
      row.evaluate(
        (element) =>
          element.getBoundingClientRect().right <= (element.closest('.files')?.getBoundingClientRect().right ?? 0),
      ),
    )
    .toBe(true);
  await expect.poll(() => row.getAttribute('title')).toBe(long);

  await page.locator('.tree-row').first().focus();
  await page.keyboard.press('Home');
  const focused = (): Promise<string | undefined> =>
    page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['path']);
  await pressUntil(page, 'ArrowDown', focused, (path) => path === 'src');
  await page.keyboard.press('ArrowLeft');
  await page.locator('.tree-row[data-path="src/main.ts"]').waitFor({ state: 'detached' });
  await page.keyboard.press('ArrowRight');
  await page.locator('.tree-row[data-path="src/main.ts"]').waitFor();
  await pressUntil(page, 'ArrowDown', focused, (path) => path === 'src/main.ts');
  // The rows are made anew when files come; the focus and the open folder stay.
  await page.evaluate(() => document.activeElement?.scrollIntoView());
  await page.keyboard.press('Enter');
  await page.locator('.cm-content[aria-label="Text of src/main.ts"]').waitFor();

  await page.getByRole('tab', { name: 'Terminal' }).focus();
  for (const name of ['Publish', 'Timeline', 'Problems', 'Run']) {
    await page.keyboard.press('ArrowRight');
    await page.getByRole('tab', { name, selected: true }).and(page.locator(':focus')).waitFor();
  }
  await page.locator('#panel-run').waitFor();

  await page.setViewportSize({ width: 420, height: 800 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
  await page.setViewportSize({ width: 1300, height: 850 });
}, 120_000);

it('says so when the server goes away, and loses nothing', async () => {
  await openFile(page, 'src/main.ts');
  await saved(page);
  await product.restart(async () => {
    await page.locator('.banner', { hasText: 'The server does not answer' }).waitFor();
    await toStart(page);
    await type(page, '// written while away');
    await page.locator('.banner', { hasText: 'not on the server yet' }).waitFor();
  });
  await saved(page);
  await page.locator('.banner').waitFor({ state: 'detached' });
  expect(await (await openSavedFiles(product.port, page.url())).text('src/main.ts')).toMatch(
    /^\/\/ written while away/,
  );
}, 180_000);

it('shows a failed install with its exit code and runs again', async () => {
  await useScripts(page, { scripts: { dev: 'vite' }, dependencies: { 'slipway-no-such-package': '1.0.0' } });
  await page.getByRole('banner').getByRole('button', { name: 'Run', exact: true }).click();
  await page
    .locator('.preview')
    .getByRole('alert')
    .filter({ hasText: 'npm install ended with code 1' })
    .waitFor({ timeout: RUN_MS });
  await page.getByRole('tab', { name: 'Run' }).click();
  await page.locator('#panel-run .xterm-rows', { hasText: 'E404' }).waitFor();

  await openTerminal(page);
  await type(
    page,
    `echo '{"scripts":{"dev":"node server.js"}}' > package.json; echo 'require("http").createServer((q, r) => r.end(q.url)).listen(process.env.PORT)' > server.js; clear; echo re''ady`,
  );
  await shows(page, 'ready');
  await page.locator('.preview').getByRole('button', { name: 'Run again' }).click();
  const frame = page.frameLocator('.preview iframe');
  await frame.locator('body', { hasText: '/' }).waitFor({ timeout: RUN_MS });
  await page.getByLabel('Path').click();
  await page.keyboard.press('Control+a');
  await type(page, '/deep?x=1');
  await frame.locator('body', { hasText: '/deep?x=1' }).waitFor();
  const link = page.getByRole('link', { name: 'Open the preview' }).and(page.locator('[href$="/deep?x=1"]'));
  const [own] = await Promise.all([context.waitForEvent('page'), link.click()]);
  await own.locator('body', { hasText: '/deep?x=1' }).waitFor({ timeout: RUN_MS });
  await own.close();
}, 240_000);

it('shows a failed build with its log and exit code; a reload in mid-build restores the panel; cancel ends it (P-24)', async () => {
  await useScripts(page, { scripts: { build: 'node build.js' } });
  await type(page, "echo 'console.error(`no lu`+`ck`); process.exit(3)' > build.js; clear; echo re''ady");
  await shows(page, 'ready');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.locator('.badge.failed').waitFor({ timeout: RUN_MS });
  await page.locator('.log', { hasText: 'no luck' }).waitFor();
  await page.locator('.log', { hasText: 'npm run build ended with exit code 3' }).waitFor();
  await page.locator('.publish-status', { hasText: 'runner exited: no luck' }).waitFor();

  // A build in the tab goes with the tab; one on the server goes on.
  const id = new URL(page.url()).pathname.split('/').pop()!;
  const settings = { ...defaultBuildSettings, publishing: 'server' };
  const token = await signIn(product.port);
  mustBe(await ask(product.port, 'PUT', apiPaths.siteSettings(id), { token, body: settings }), 200, 'settings');
  await openTerminal(page);
  await type(page, "echo 'console.log(`build`+`ing`); setInterval(() => {}, 1000)' > build.js; clear; echo st''eady");
  await shows(page, 'steady');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.locator('.log', { hasText: 'building' }).waitFor({ timeout: RUN_MS });
  await saved(page);
  await page.reload();
  await page.locator('#panel-publish:not([hidden]) .badge.running').waitFor({ timeout: BOOT_MS });
  await page.locator('.log', { hasText: 'building' }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('.badge.cancelled').waitFor();
}, 240_000);

it('HI-03 merges two tabs that edit one project, and keeps twice what cannot be merged (UX-04)', async () => {
  const first = page;
  await openFile(first, 'src/main.ts');
  await saved(first);
  const second = await context.newPage();
  await second.goto(first.url());
  await second.locator('.workspace').waitFor({ timeout: BOOT_MS });
  /** Types, and waits for the server's answer to the save that holds it. */
  const write = async (page: Page, text: string): Promise<void> => {
    await page.bringToFront();
    await saved(page);
    const answer = page.waitForResponse(
      (response) => response.request().method() === 'POST' && response.url().endsWith('/saves'),
    );
    await toStart(page);
    await type(page, `// ${text}`);
    await answer;
    await saved(page);
  };
  const files = await openSavedFiles(product.port, first.url());
  // Without the network the first tab hears of nothing; then both put a line at the beginning.
  const network = await context.newCDPSession(first);
  const emulate = (offline: boolean) =>
    network.send('Network.emulateNetworkConditions', {
      offline,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
  await emulate(true);
  await first.bringToFront();
  await toStart(first);
  await type(first, '// by the first');
  await write(second, 'by the second');
  await emulate(false);
  // The first tab has the second's file, and its own beside it.
  await first.bringToFront();
  await first.locator('.toast', { hasText: 'Changed here and on another device' }).waitFor();
  await first.locator('.cm-content', { hasText: 'by the second' }).waitFor();
  await saved(first);
  const beside = first.locator('.tree-row[data-path*="device-"]');
  await beside.waitFor();
  expect(await files.text((await beside.getAttribute('data-path')) ?? '')).toContain('by the first');
  // The second tab changes another line of another file: that merges without a word.
  await openFile(second, 'index.html');
  await write(second, 'of the page');
  await second.locator('.tree-row[data-path*="device-"]').waitFor();
  expect(await second.locator('.toast').count()).toBe(0);
  expect(await files.text('index.html')).toContain('of the page');
  await second.close();
}, 180_000);

it('leaves a project without losing the last edit, and runs the next one on its own origin', async () => {
  const next = await makeProject(product.port, await signIn(product.port), 'Next', { 'next.txt': 'next\n' });
  const url = page.url();
  const runtimeHost = (): string[] => {
    const hosts = page.frames().map((frame) => new URL(frame.url()).hostname);
    return [...new Set(hosts.filter((host) => host.includes('.rt.')))];
  };
  const own = runtimeHost();
  expect(own).toHaveLength(1);
  await openFile(page, 'src/main.ts');
  await toStart(page);
  await type(page, '// the last word');
  await page.getByRole('link', { name: 'All projects' }).click();
  await page.locator(`a[href$="/projects/${next}"]`).first().click();
  await page.locator('.workspace h1', { hasText: 'Next' }).waitFor({ timeout: BOOT_MS });
  expect(await (await openSavedFiles(product.port, url)).text('src/main.ts')).toMatch(/^\/\/ the last word/);
  const others = runtimeHost();
  expect(others).toHaveLength(1);
  expect(others).not.toEqual(own);
}, 180_000);

it('tells that a container did not boot, and offers a reload', async () => {
  const url = page.url();
  await page.close();
  page = await context.newPage();
  await page.clock.install();
  await page.route('**/headless*', (route) => route.abort());
  // The limit runs from the moment the frame is asked for.
  await Promise.all([page.waitForRequest('**/headless*'), page.goto(url)]);
  await page.clock.fastForward(9_000);
  await page.locator('.boot', { hasText: 'longer than usual' }).waitFor();
  await page.clock.fastForward(40_000);
  await page.getByRole('alert').filter({ hasText: 'did not start' }).waitFor();
  await page.unroute('**/headless*');
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
}, 180_000);

it('asks before it deletes a project; Escape says no', async () => {
  // The clock of the one before is not the machine's.
  await page.close();
  page = await context.newPage();
  await page.goto(product.url);
  const card = page.locator('.project-card', { hasText: 'Ide' });
  await card.getByRole('button', { name: /^Delete/ }).focus();
  await page.keyboard.press('Enter');
  await page.locator('[role=alertdialog]:focus-within').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await card.waitFor();
  await card.getByRole('button', { name: /^Delete/ }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await card.waitFor({ state: 'detached' });
  await page.reload();
  await page.locator('.project-card').first().waitFor();
  await card.waitFor({ state: 'detached' });
});
