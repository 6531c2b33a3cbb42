/** What a person meets where there is nothing, or no longer what there was: each a page with a way on. */
import { randomUUID } from 'node:crypto';
import { apiPaths } from '@slipway/contracts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask, mustBe, signIn } from './ask.ts';
import { openBrowser, openContext } from './browser.ts';
import { findViolations } from './find-violations.ts';
import { startHeaderDroppingProxy } from './header-dropping-proxy.ts';
import { openFile, openSmallProject, saved, toStart } from './ide-steps.ts';
import { type Product, startProduct } from './product.ts';

const OWNER = 'owner@localhost.example';
const PASSWORD = 'a long password';

let product: Product;
let browser: Browser;
let context: BrowserContext;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  context = await openContext(browser);
});
afterEach(async () => {
  for (const page of context.pages()) await page.close();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Opens an address as a person does; the status is the server's. */
async function visit(url: string): Promise<{ page: Page; status: number }> {
  const page = await context.newPage();
  const response = await page.goto(url);
  return { page, status: response?.status() ?? 0 };
}

describe('what a person uses', () => {
  it('SV-07 each limit is on a page of its own, with how much of it is used, reached from the list of projects', async () => {
    const { page } = await visit(product.url);
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    const projects = page.getByRole('listitem').filter({ hasText: 'Projects' });
    await projects.getByText(/^\d+ of 1,000$/).waitFor();
    await expect.poll(() => page.getByRole('listitem').count()).toBe(7);
    expect(await findViolations(page)).toEqual([]);
    if (process.env['SHOTS'] !== undefined) await page.screenshot({ path: `${process.env['SHOTS']}/usage.png` });
    await page.reload();
    await page.getByRole('heading', { name: 'Usage' }).waitFor();
    await page.getByRole('link', { name: 'All projects' }).click();
    await page.getByRole('heading', { name: 'Your projects' }).waitFor();
  });
});

describe('the page of the API', () => {
  it('SV-20 sends a request as whoever is signed in, and shows the answer', async () => {
    const { page } = await visit(product.url);
    await page.getByRole('heading', { name: 'Your projects' }).waitFor();
    await page.goto(`${product.url}/api/v1/docs/`);
    const me = page.getByRole('group').filter({ hasText: /GET \/api\/v1\/auth\/meSend/ });
    await me.locator('summary').click();
    await me.getByRole('button', { name: 'Send' }).click();
    await me.getByText(/^200\n[^]*"email"/).waitFor();
    const create = page.getByRole('group').filter({ hasText: /POST \/api\/v1\/projectsBody/ });
    await create.locator('summary').click();
    await expect.poll(() => create.getByLabel('Body').inputValue()).toContain('"name": ""');
    await create.getByRole('button', { name: 'Send' }).click();
    await create.getByText(/^400\n[^]*VALIDATION_ERROR/).waitFor();
    expect(await findViolations(page)).toEqual([]);
    if (process.env['SHOTS'] !== undefined) await page.screenshot({ path: `${process.env['SHOTS']}/api.png` });
  });
});

describe('where there is nothing', () => {
  it('UX-17 an unknown project, a bad id and an unknown page say so and lead back', async () => {
    const addresses = [
      [`/projects/${randomUUID()}`, 200, 'No such project'],
      ['/projects/not-an-id', 404, 'No such project'],
      ['/nowhere/at/all', 404, 'No such page'],
    ] as const;
    for (const [path, status, title] of addresses) {
      const visited = await visit(product.url + path);
      expect(visited.status, path).toBe(status);
      await visited.page.getByRole('heading', { name: title }).waitFor();
      expect(await findViolations(visited.page), path).toEqual([]);
      await visited.page.getByRole('link', { name: 'All projects' }).click();
      await visited.page.getByRole('heading', { name: 'Your projects' }).waitFor();
    }
  });

  it('UX-17 a dead link and a dead site are pages with a 404', async () => {
    const dead = [
      `${product.url}/p/wpt_1_${'a'.repeat(32)}/`,
      `http://${'a'.repeat(32)}.slipway-sites.localhost:${product.port}/some/page`,
    ];
    for (const url of dead) {
      const { page, status } = await visit(url);
      expect(status).toBe(404);
      await page.getByRole('heading', { name: 'This site is not there' }).waitFor();
      expect(await findViolations(page)).toEqual([]);
    }
  });
});

it('UX-17 a page that lost its isolation says so within 3 s, and names browsers that have it', async () => {
  const project = await openSmallProject(context, product, 'Isolated');
  const address = project.url();
  await saved(project);
  await project.close();
  const proxy = await startHeaderDroppingProxy(product.port);
  // The browser's own seconds: a busy machine may need more of the real ones.
  const clocked = await openContext(browser);
  const page = await clocked.newPage();
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 1_000);
  await page.goto(address.replace(product.url, proxy.url));
  await page.clock.runFor(3_000);
  await page.getByText(/not isolated.*Chrome or Edge.*Firefox/).waitFor();
  await clocked.close();
  proxy.close();
});

it('UX-17 an ended session asks for the password over the page, and what was typed meanwhile is saved after it', async () => {
  const page = await openSmallProject(context, product, 'Ended');
  await openFile(page, 'src/main.ts');
  await saved(page);
  // Setting a password ends all other sessions, and the owner's without one.
  const token = await signIn(product.port);
  const body = { password: PASSWORD, email: OWNER };
  mustBe(await ask(product.port, 'PUT', apiPaths.password, { token, body }), 200, 'set a password');

  await toStart(page);
  // Three seconds of typing: the first letters are refused long before the last one, which must not go to the dialog.
  await page.keyboard.type('// typed without a session', { delay: 120 });
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
  await dialog.waitFor();
  expect(await findViolations(page, 'dialog')).toEqual([]);
  await page.keyboard.press('Escape');
  expect(await dialog.isVisible()).toBe(true);
  const email = dialog.getByLabel('E-mail');
  await email.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(OWNER);
  await page.keyboard.press('Tab');
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  await dialog.getByRole('alert').filter({ hasText: 'Wrong' }).waitFor();
  await dialog.getByLabel('Password').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.locator('.cm-line', { hasText: '// typed without a session' }).waitFor();
  await saved(page);

  // A stranger's browser is shown the sign-in page, and the address it wanted after it.
  const stranger = await openContext(browser);
  const visitor = await stranger.newPage();
  await visitor.goto(page.url());
  await visitor.getByLabel('E-mail').click();
  expect(await findViolations(visitor)).toEqual([]);
  await visitor.keyboard.type(OWNER);
  await visitor.keyboard.press('Tab');
  await visitor.keyboard.type(PASSWORD);
  await visitor.keyboard.press('Enter');
  await visitor.locator('.workspace').waitFor();
  await stranger.close();
}, 120_000);
