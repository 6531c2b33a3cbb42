/** The service worker in real Chromium, over a host whose builds come and go. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { HEADLESS_ARGS } from '@slipway/find-browser/browser-args';
import { mustFindBrowser } from '@slipway/find-browser';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';

const entry = `
import { serveOffline } from ${JSON.stringify(fileURLToPath(new URL('serve-offline.ts', import.meta.url)))};
serveOffline(self, {
  name: 'test',
  version: VERSION,
  files: ['/assets/' + VERSION + '.js'],
  pages: ['/'],
  pageFor: ({ pathname }, isNavigation) => (isNavigation && pathname !== '/other' ? '/' : undefined),
});`;

/** What is served: a build, or a server that is ill, or none. */
let serves: { version: string; broken?: boolean } | 'ill' | 'nothing' = { version: 'one' };
let worker: string;
let server: Server;
let origin: string;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  const stdin = { contents: entry, resolveDir: import.meta.dirname, loader: 'ts' as const };
  const bundled = await build({ stdin, bundle: true, format: 'iife', write: false, target: 'chrome120' });
  worker = bundled.outputFiles[0]?.text ?? '';
  server = createServer((request, response) => {
    // As a server that is not there: the connection breaks.
    if (serves === 'nothing') return request.socket.destroy();
    const path = request.url ?? '';
    const [type, text, status] = answerOf(path);
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch({ executablePath: mustFindBrowser(), args: ['--no-sandbox', ...HEADLESS_ARGS] });
  page = await (await browser.newContext()).newPage();
  await page.goto(origin);
  await page.evaluate(() => navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready));
});
afterAll(async () => {
  await browser?.close();
  server?.close();
});

function answerOf(path: string): [type: string, text: string, status: number] {
  if (typeof serves === 'string') return ['text/html', '<title>ill</title>', 503];
  const { version, broken = false } = serves;
  if (path === '/sw.js') return ['text/javascript', worker.replaceAll('VERSION', JSON.stringify(version)), 200];
  if (path === `/assets/${version}.js`)
    return broken ? ['text/plain', '', 500] : ['text/javascript', `document.title += ' with ${version}.js'`, 200];
  if (path === '/api') return ['text/plain', `secret of ${version}`, 200];
  return ['text/html', `<title>${version}</title><script src="/assets/${version}.js"></script>`, 200];
}

const titleAt = async (path: string): Promise<string> => {
  await page.goto(origin + path);
  return await page.title();
};
const ask = (path: string): Promise<string> =>
  page.evaluate(
    (path) =>
      fetch(path).then(
        (answer) => answer.text(),
        () => 'nobody answers',
      ),
    path,
  );
/** The versions that the browser has whole. */
const keptVersions = (): Promise<string[]> => page.evaluate(() => caches.keys());
const update = (): Promise<void> =>
  page.evaluate(() =>
    navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => undefined),
  );

it('UX-18 a page opens from the copy while nobody answers; nothing but pages and files of the build has a copy', async () => {
  expect(await titleAt('/')).toBe('one with one.js');
  expect(await ask('/api')).toBe('secret of one');
  serves = 'nothing';
  expect(await titleAt('/deep/page')).toBe('one with one.js');
  expect(await ask('/api')).toBe('nobody answers');
  // The error's page comes after the error: in a tab of its own.
  const other = await page.context().newPage();
  await expect(other.goto(`${origin}/other`)).rejects.toThrow('ERR_EMPTY_RESPONSE');
  await other.close();
});

it('UX-18 what a server answers is what is shown, be it an error or the page of a newer build', async () => {
  serves = 'ill';
  expect(await titleAt('/')).toBe('ill');
  serves = { version: 'two' };
  expect(await titleAt('/')).toBe('two with two.js');
  await update();
  await expect.poll(keptVersions).toEqual(['test-two']);
});

it('UX-18 a newer build takes the place of the copy when it is whole, and not before', async () => {
  serves = { version: 'three', broken: true };
  await page.goto(`${origin}/`);
  await update();
  await expect.poll(keptVersions).toEqual(['test-two']);
  serves = 'nothing';
  expect(await titleAt('/')).toBe('two with two.js');
  serves = { version: 'four' };
  await page.goto(`${origin}/`);
  await update();
  await expect.poll(keptVersions).toEqual(['test-four']);
  serves = 'nothing';
  expect(await titleAt('/')).toBe('four with four.js');
});
