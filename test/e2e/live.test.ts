/** A live preview: another person's browser sees what runs in the owner's tab, hot updates too. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from './ask.ts';
import { openBrowser } from './browser.ts';
import { BOOT_MS, openFile, toStart } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';

/** A dev server in small: a page, and a WebSocket that tells of every change of its text. */
const SERVER = `
import { createHash } from 'node:crypto';
import { readFileSync, watch } from 'node:fs';
import { createServer } from 'node:http';
const sockets = new Set();
const text = () => readFileSync('title.txt', 'utf8').trim();
watch('title.txt', () => {
  const bytes = Buffer.from(text());
  if (bytes.length === 0) return;
  for (const socket of sockets) socket.write(Buffer.concat([Buffer.from([0x81, bytes.length]), bytes]));
});
createServer((request, response) => {
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.end('<!doctype html><title>Live</title><h1>' + text() + '</h1><script>' +
    'const loaded = Math.random(); document.body.dataset.loaded = loaded;' +
    'new WebSocket(location.origin.replace(/^http/, "ws")).onmessage = ({ data }) =>' +
    ' (document.querySelector("h1").textContent = data);</script>');
}).on('upgrade', (request, socket) => {
  const proof = request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  const accept = createHash('sha1').update(proof).digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n' +
    'Sec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n');
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => sockets.delete(socket));
}).listen(Number(process.env.PORT), () => console.log('listening'));
`;

let product: Product;
let browser: Browser;
let owner: Page;
let visitor: BrowserContext;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  const id = await makeProject(product.port, await signIn(product.port), 'Live things', {
    'package.json': JSON.stringify({ name: 'live', private: true, scripts: { dev: 'node server.mjs' } }),
    'server.mjs': SERVER,
    'title.txt': 'first\n',
  });
  owner = await (await newContext()).newPage();
  await owner.goto(`${product.url}/projects/${id}`);
  await owner.locator('.workspace').waitFor({ timeout: BOOT_MS });
  await owner.locator('[data-run=running]').waitFor();
  visitor = await newContext();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 850 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(60_000);
  return context;
}

const dialog = () => owner.getByRole('dialog');
const openDialog = async (): Promise<void> => {
  await owner.getByRole('button', { name: 'Share', exact: true }).focus();
  await owner.keyboard.press('Enter');
  await dialog().waitFor();
};

describe('a live preview', () => {
  it('UX-15 UX-21 is seen in another browser, follows what is typed, and is ended by its owner', async () => {
    await openDialog();
    await dialog().getByLabel('What').selectOption('live');
    await dialog().getByRole('button', { name: 'Make link' }).click();
    await dialog().getByText('Live from this tab · 0 viewers').waitFor();
    const link = await dialog().getByLabel('Link, shown this once').inputValue();
    expect(link).toMatch(/^http:\/\/live-[0-9a-z]{32}\.slipway-sites\.localhost:\d+\/$/);
    await owner.keyboard.press('Escape');
    await owner
      .getByRole('status')
      .filter({ hasText: /^Live$/ })
      .waitFor();

    const page = await visitor.newPage();
    await page.goto(link);
    await page.getByRole('heading', { name: 'first', exact: true }).waitFor();
    const loaded = await page.locator('body').getAttribute('data-loaded');
    await openFile(owner, 'title.txt');
    await toStart(owner);
    await owner.keyboard.type('very ');
    await page.getByRole('heading', { name: 'very first', exact: true }).waitFor();
    expect(await page.locator('body').getAttribute('data-loaded')).toBe(loaded);

    await openDialog();
    await dialog().getByText('Live from this tab · 1 viewer').waitFor();
    if (process.env['SHOTS'] !== undefined) await owner.screenshot({ path: `${process.env['SHOTS']}/live.png` });
    await dialog().getByRole('list', { name: 'Viewers' }).getByRole('button', { name: 'End visit' }).click();
    await dialog().getByText('Live from this tab · 0 viewers').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'You cannot look at this any more' }).waitFor();

    await dialog()
      .getByRole('button', { name: /^Take back the link/ })
      .click();
    await dialog().getByText('There are none.').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'This link leads nowhere' }).waitFor();
  }, 180_000);
});
