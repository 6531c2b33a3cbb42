/** The preview's panel: address, history, ports, sizes, colours, errors that open their file; and as axe sees it. */
import { transform } from 'esbuild';
import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from './ask.ts';
import { findViolations } from './find-violations.ts';
import { openBrowser } from './browser.ts';
import { BOOT_MS, saved } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';

const MAIN = `interface Page { title: string }

const page: Page = { title: location.pathname };
document.querySelector('h1')!.textContent = page.title;
document.querySelector('#push')!.addEventListener('click', () => history.pushState({}, '', '/pushed?a=1#b'));
document.querySelector('#break')!.addEventListener('click', () => {
  const missing: Page | undefined = undefined;
  console.log(missing!.title);
});
document.querySelector('#say')!.addEventListener('click', () => console.error('said %s', 'aloud'));
`;
const HTML = `<!doctype html><meta name="color-scheme" content="light dark"><title>Page</title><h1></h1>
<a href="/next">Next</a> <button id="push">Push</button> <button id="break">Break</button> <button id="say">Say</button>
<script type="module" src="/src/main.ts"></script>`;
/** What a dev server does, in a few lines: the script is served without types, and with its map. */
const serverOf = (script: string): string => `
import { createServer } from 'node:http';
const script = ${JSON.stringify(script)};
let release = () => undefined;
createServer((request, response) => {
  const isScript = request.url.startsWith('/src/main.ts');
  response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
  if (request.url === '/slow') return void (release = () => response.end('<h1>Slow</h1>'));
  if (request.url === '/release') release();
  response.end(isScript ? script : ${JSON.stringify(HTML)});
}).listen(Number(process.env.PORT));
createServer((request, response) => {
  response.setHeader('Content-Type', 'text/html');
  response.end('<h1>The other port</h1>');
}).listen(4321);
`;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let previewUrl: string;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  context = await browser.newContext({ viewport: { width: 1300, height: 850 }, colorScheme: null });
  context.setDefaultTimeout(60_000);
  const { code } = await transform(MAIN, { loader: 'ts', sourcemap: 'inline', sourcefile: 'main.ts' });
  const id = await makeProject(product.port, await signIn(product.port), 'Pages', {
    'package.json': JSON.stringify({ name: 'pages', private: true, scripts: { dev: 'node server.mjs' } }),
    'server.mjs': serverOf(code),
    'src/main.ts': MAIN,
  });
  page = await context.newPage();
  await page.goto(`${product.url}/projects/${id}`);
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const frame = (): FrameLocator => page.frameLocator('iframe[title="Preview of the project"]');
const heading = (text: string): Promise<void> => frame().getByRole('heading', { name: text, exact: true }).waitFor();
const button = (name: string) => page.getByRole('button', { name, exact: true });
const address = () => page.getByRole('textbox', { name: 'Path' });
const addressIs = (path: string): Promise<void> => expect.poll(() => address().inputValue()).toBe(path);
const go = async (path: string): Promise<void> => {
  await address().click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(path);
  await page.keyboard.press('Enter');
};

describe('the preview (UX-11)', () => {
  it('UX-11 shows a sign of life until something is painted; the address follows links and pushes, and takes what is typed', async () => {
    await heading('/');
    await page.locator('[data-page=shown]').waitFor({ state: 'attached' });
    expect(await button('Back in the preview').isDisabled()).toBe(true);
    await frame().getByRole('link', { name: 'Next' }).click();
    await heading('/next');
    await addressIs('/next');
    await frame().getByRole('button', { name: 'Push' }).click();
    await addressIs('/pushed?a=1#b');
    await go('/typed?x=1');
    await heading('/typed');
    await addressIs('/typed?x=1');
    // What is not sent is taken back.
    await address().click();
    await page.keyboard.type('nonsense');
    await page.keyboard.press('Escape');
    await addressIs('/typed?x=1');
    const own = page.getByRole('link', { name: 'Open the preview in a tab of its own' });
    previewUrl = (await own.getAttribute('href')) ?? '';
    expect(previewUrl).toMatch(/^http:\/\/5173--.*\/typed\?x=1$/);
  }, 120_000);

  it('UX-11 goes back and forward in the page’s own history, never in that of the IDE, and reloads', async () => {
    const ide = page.url();
    await button('Back in the preview').click();
    await addressIs('/pushed?a=1#b');
    await button('Back in the preview').focus();
    await page.keyboard.press('Enter');
    await addressIs('/next');
    await button('Back in the preview').click();
    await addressIs('/');
    await expect.poll(() => button('Back in the preview').isDisabled()).toBe(true);
    await button('Forward in the preview').click();
    await addressIs('/next');
    await button('Reload the preview').click();
    await heading('/next');
    await expect.poll(() => button('Forward in the preview').isEnabled()).toBe(true);
    expect(page.url()).toBe(ide);
  }, 120_000);

  it('UX-11 says that it is connecting for as long as a slow page does not answer', async () => {
    await go('/slow');
    await page.getByText('Connecting to the page…').waitFor();
    const own = await context.newPage();
    await own.goto(new URL('/release', previewUrl).href);
    await own.getByRole('heading', { name: '/release' }).waitFor();
    await own.close();
    await heading('Slow');
    await page.getByText('Connecting to the page…').waitFor({ state: 'detached' });
    await page.locator('[data-page=shown]').waitFor({ state: 'attached' });
    await button('Back in the preview').click();
    await heading('/next');
  }, 120_000);

  it('UX-11 an error leads to its line in the file, through the source map', async () => {
    await frame().getByRole('button', { name: 'Break' }).click();
    await frame().getByRole('button', { name: 'Say' }).click();
    await button('Errors 2').click();
    const log = page.getByRole('log', { name: 'Errors, the newest last' });
    await log.getByText("Cannot read properties of undefined (reading 'title')").waitFor();
    await log.getByText('said aloud').waitFor();
    const place = log.getByRole('button', { name: 'src/main.ts:8:24' });
    await place.focus();
    await page.keyboard.press('Enter');
    await page.locator('.cm-content[aria-label="Text of src/main.ts"]').waitFor();
    await page.locator('.status-bar', { hasText: 'Line 8, column 24' }).waitFor();
    await button('Clear').click();
    await page.getByText('The page has reported none.').waitFor();
  }, 120_000);

  it('UX-11 shows any open port, on screens of several sizes, light and dark', async () => {
    await page.getByRole('combobox', { name: 'Port to show' }).selectOption('4321');
    await heading('The other port');
    await addressIs('/');
    await page.getByRole('combobox', { name: 'Port to show' }).selectOption('');
    await heading('/');
    const size = (): Promise<number[]> =>
      frame()
        .locator('body')
        .evaluate(() => [innerWidth, innerHeight]);
    await page.getByRole('combobox', { name: 'Size of the page' }).selectOption('phone');
    await expect.poll(size).toEqual([390, 844]);
    await button('Turn').click();
    await expect.poll(size).toEqual([844, 390]);
    const dark = (): Promise<boolean> =>
      frame()
        .locator('body')
        .evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    const colours = page.getByRole('combobox', { name: 'Colours that the page is asked for' });
    await colours.selectOption('dark');
    await expect.poll(dark).toBe(true);
    await colours.selectOption('light');
    await expect.poll(dark).toBe(false);
    if (process.env['SLIPWAY_PICTURES'] !== undefined)
      await page.screenshot({ path: `${process.env['SLIPWAY_PICTURES']}/preview-sized.png` });
    await page.getByRole('combobox', { name: 'Size of the page' }).selectOption('');
  }, 120_000);

  it('UX-16 axe finds nothing in the panel, dark and light', async () => {
    await frame().getByRole('button', { name: 'Say' }).click();
    await page.getByText('said aloud').waitFor();
    await saved(page);
    for (const theme of ['dark', 'light']) {
      await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
      if (process.env['SLIPWAY_PICTURES'] !== undefined)
        await page.screenshot({ path: `${process.env['SLIPWAY_PICTURES']}/preview-${theme}.png` });
      expect(await findViolations(page, '#panel-preview')).toEqual([]);
    }
  }, 120_000);

  it('UX-11 what is being typed stays when the page goes somewhere by itself', async () => {
    await go('/typing');
    await heading('/typing');
    const moved = frame()
      .locator('h1')
      .evaluate(() => new Promise((done) => setTimeout(() => done(history.pushState({}, '', '/by-itself')), 400)));
    await address().click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('/mine', { delay: 150 });
    await moved;
    await page.locator('a[aria-label^="Open the preview"][href$="/by-itself"]').waitFor();
    expect(await address().inputValue()).toBe('/mine');
    await page.keyboard.press('Escape');
    await addressIs('/by-itself');
  }, 120_000);
});
