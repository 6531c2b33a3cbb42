/** Links to a project: made and taken back in the IDE, opened by others, copied, framed by another site. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, mustBe, signIn } from './ask.ts';
import { findViolations } from './find-violations.ts';
import { openBrowser } from './browser.ts';
import { hasKeyboard } from './by-keys.ts';
import { BOOT_MS } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';

const OWNER = { email: 'ada@example.org', password: 'a long password' };
/** Says a text of its folder, each time it is asked, and complains of one path. */
const SERVER = `import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
console.log('modes', ...['run-me', 'do-not'].map((name) => (statSync(name).mode & 0o777).toString(8)));
createServer((request, response) => {
  if (request.url === '/broken') console.error('Something is broken in ' + request.url);
  response.setHeader('Content-Type', 'text/html');
  response.end('<title>Page</title><h1>' + readFileSync('title.txt', 'utf8') + '</h1><a href="/">Again</a> <a href="/broken">Break</a>');
}).listen(Number(process.env.PORT), process.env.HOST);
`;
const FILES = {
  'README.md': '# Shared\n',
  'src/a.ts': 'export const a = 1;\n',
  'logo.bin': '\0\x01',
  'package.json': JSON.stringify({ name: 'shared', private: true, scripts: { dev: 'node server.mjs' } }),
  'server.mjs': SERVER,
  'title.txt': 'Served',
  'do-not': '#!/bin/sh\necho no\n',
  'run-me': { text: 'echo yes\n', mode: 0o755 },
};

let product: Product;
let browser: Browser;
let owner: Page;
let other: Server;
let visitor: BrowserContext;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  const token = await signIn(product.port);
  const id = await makeProject(product.port, token, 'Shared things', FILES);
  // From now on nobody is signed in by being on this machine.
  const account = { token, body: OWNER };
  mustBe(await ask(product.port, 'PUT', '/api/v1/auth/password', account), 200, 'set a password');
  owner = await (await newContext()).newPage();
  await signInPage(owner);
  await owner.goto(`${product.url}/projects/${id}`);
  await owner.locator('.workspace').waitFor({ timeout: BOOT_MS });
  visitor = await newContext();
  other = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(`<title>Elsewhere</title><iframe src="${embedLink}"></iframe>`);
  });
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  other?.close();
});

let copyLink: string;
let embedLink: string;

async function newContext(): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 850 }, reducedMotion: 'reduce' });
  context.setDefaultTimeout(60_000);
  return context;
}

async function signInPage(page: Page): Promise<void> {
  await page.goto(product.url);
  await fillSignIn(page);
  await page.getByRole('heading', { name: 'Your projects' }).waitFor();
}

async function fillSignIn(page: Page): Promise<void> {
  await page.getByLabel('E-mail').click();
  await page.keyboard.type(OWNER.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(OWNER.password);
  await page.keyboard.press('Enter');
}

const dialog = () => owner.getByRole('dialog');
const links = () => dialog().getByRole('list').getByRole('listitem');

/** Opens the dialog by its button, makes a link of the kind by keys, and gives it. */
async function makeLink(kind: string): Promise<string> {
  await dialog().getByLabel('What').selectOption(kind);
  await dialog().getByRole('button', { name: 'Make link' }).focus();
  const before = await links().count();
  await owner.keyboard.press('Enter');
  await expect.poll(() => links().count()).toBe(before + 1);
  return await dialog().getByLabel('Link, shown this once').inputValue();
}

/** What axe finds in a part of the page, dark and light. */
async function faults(page: Page, within: string, name: string): Promise<string[]> {
  const all: string[] = [];
  for (const theme of ['dark', 'light']) {
    await page.evaluate((chosen) => (document.documentElement.dataset['theme'] = chosen), theme);
    const found = await findViolations(page, within);
    all.push(...found.map((fault) => `${theme}: ${fault}`));
    if (process.env['SHOTS'] !== undefined)
      await page.screenshot({ path: `${process.env['SHOTS']}/${name}-${theme}.png` });
  }
  return all;
}

describe('sharing a project', () => {
  it('UX-15 UX-20 a link is made in the IDE, shown once with its QR code, and listed', async () => {
    await owner.getByRole('button', { name: 'Share', exact: true }).click();
    copyLink = await makeLink('copy');
    expect(copyLink).toMatch(/^http:\/\/slipway\.localhost:\d+\/s\/[\w-]{43}$/);
    await dialog()
      .getByRole('img', { name: `QR code of ${copyLink}` })
      .waitFor();
    await links()
      .filter({ hasText: `…${copyLink.slice(-4)}` })
      .getByText('seen 0 times')
      .waitFor();
    embedLink = await makeLink('embed');
    expect(await dialog().getByLabel('For the page that shows it').inputValue()).toContain(
      `<iframe src="${embedLink}"`,
    );
    expect(await faults(owner, '[role=dialog]', 'share')).toEqual([]);
    await owner.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  }, 120_000);

  it('UX-15 who is not signed in reads the files, and is asked to sign in for a copy at the first key', async () => {
    const page = await visitor.newPage();
    await page.goto(copyLink);
    await page.getByRole('heading', { name: 'Shared things' }).waitFor();
    await page.getByLabel('Text of README.md').getByText('Shared').waitFor();
    await page.getByRole('button', { name: 'logo.bin' }).click();
    await page.getByText('This file is no text.').waitFor();
    await page.getByRole('button', { name: 'src/a.ts' }).focus();
    await page.keyboard.press('Enter');
    const text = page.getByLabel('Text of src/a.ts');
    await text.getByText('export const a = 1;').waitFor();
    expect(await faults(page, 'main', 'shared')).toEqual([]);
    await text.click();
    await page.keyboard.type('x');
    await page.getByText('A copy is somebody’s own project: sign in to take one.').waitFor();
    expect(await text.innerText()).not.toContain('x1');
    // The owner's address will do: it is a copy all the same.
    await fillSignIn(page);
    await page.waitForURL(/\/projects\//);
    await page.getByRole('heading', { name: 'Shared things (copy)' }).waitFor({ timeout: BOOT_MS });
    await page.locator('.tree-row[data-path="logo.bin"]').waitFor();
    await page.close();
  }, 120_000);

  it('UX-15 who is signed in has a copy by one click', async () => {
    const page = await visitor.newPage();
    await page.goto(copyLink);
    await page.getByRole('button', { name: 'Open a copy' }).click();
    await page.getByRole('heading', { name: 'Shared things (copy)' }).waitFor({ timeout: BOOT_MS });
    await page.close();
  }, 120_000);

  it('UX-15 an embed is read in a frame of another site, where nobody is signed in; a copy opens a tab', async () => {
    const page = await visitor.newPage();
    await page.goto(`http://localhost:${(other.address() as AddressInfo).port}/`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('heading', { name: 'Shared things' }).waitFor();
    await frame.getByLabel('Text of README.md').getByText('Shared').waitFor();
    expect(await frame.getByRole('button', { name: 'Open a copy' }).count()).toBe(0);
    const opened = visitor.waitForEvent('page');
    await frame.getByRole('link', { name: 'Open on Slipway' }).click();
    await (await opened).getByRole('button', { name: 'Open a copy' }).waitFor();
    await page.close();
  }, 120_000);

  it('UX-15 an embed’s button runs the project in a tab, for somebody who is not signed in; what is typed there is served there', async () => {
    const stranger = await newContext();
    const page = await stranger.newPage();
    await page.goto(`http://localhost:${(other.address() as AddressInfo).port}/`);
    const opened = stranger.waitForEvent('page');
    await page.frameLocator('iframe').getByRole('link', { name: 'Run in a new tab' }).click();
    const tab = await opened;
    await expect.poll(() => tab.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Run');
    await tab.keyboard.press('Enter');
    const served = tab.frameLocator('iframe[title="Preview of Shared things"]');
    await served.getByRole('heading', { name: 'Served', exact: true }).waitFor({ timeout: BOOT_MS });
    await tab.getByRole('button', { name: 'title.txt' }).click();
    await tab.getByLabel('Text of title.txt').click();
    await tab.keyboard.press('End');
    await tab.keyboard.type(' and typed');
    await expect
      .poll(async () => {
        await served.getByRole('link', { name: 'Again' }).click();
        return served.getByRole('heading').innerText();
      })
      .toBe('Served and typed');
    expect(await faults(tab, '.shared-run-bar', 'shared-run')).toEqual([]);
    // What its programs print is below the page: files have their modes, and an error is seen.
    const printed = tab.getByRole('region', { name: 'Output of Shared things' });
    await printed.locator('.xterm-rows', { hasText: 'modes 755 644' }).waitFor();
    const output = tab.getByRole('button', { name: /^Output/ });
    await output.focus();
    await tab.keyboard.press('Enter');
    await printed.waitFor({ state: 'hidden' });
    await served.getByRole('link', { name: 'Break' }).click();
    await expect.poll(() => output.innerText()).toBe('Output: new errors');
    await output.focus();
    await tab.keyboard.press('Enter');
    await printed.locator('.xterm-rows', { hasText: 'Something is broken in /broken' }).waitFor();
    expect(await output.innerText()).toBe('Output');
    // One button stops and starts it, and keeps the keyboard meanwhile.
    await tab.getByRole('button', { name: 'Stop' }).focus();
    await tab.keyboard.press('Enter');
    await hasKeyboard(tab.getByRole('button', { name: 'Run again' }));
    await tab.keyboard.press('Enter');
    await served.getByRole('heading', { name: 'Served and typed' }).waitFor();
    await hasKeyboard(tab.getByRole('button', { name: 'Stop' }));
    await stranger.close();
  }, 120_000);

  it('UX-20 the list says what became of a link; taken back, it leads nowhere at once', async () => {
    await owner.getByRole('button', { name: 'Share', exact: true }).click();
    const row = links().filter({ hasText: `…${copyLink.slice(-4)}` });
    await row.getByText('seen 2 times · copied 2 times').waitFor();
    await row.getByRole('button', { name: /^Take back the link/ }).focus();
    await owner.keyboard.press('Enter');
    await row.waitFor({ state: 'detached' });
    const page = await visitor.newPage();
    await page.goto(copyLink);
    await page.getByRole('heading', { name: 'This link leads nowhere' }).waitFor();
    await page.close();
  }, 120_000);
});
