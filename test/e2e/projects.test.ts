/** The list of projects as a person uses it. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealRepository, serveHttpBackend } from '@slipway/git/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signIn } from './ask.ts';
import { findViolations } from './find-violations.ts';
import { openBrowser } from './browser.ts';
import { BOOT_MS } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';

const TOKEN = 'token-of-a-person';
const real = new RealRepository();
let folder: string;
let peer: Awaited<ReturnType<typeof serveHttpBackend>>;
let product: Product;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-list-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  execFileSync('openssl', [...made, '-keyout', key, '-out', cert, ...subject], { stdio: 'ignore' });
  await writeFile(join(real.path, 'hello.txt'), 'Hello from elsewhere\n');
  real.git(['add', '-A']);
  real.git(['commit', '--quiet', '-m', 'One']);
  real.git(['clone', '--quiet', '--bare', '.', join(folder, 'greeting.git')]);
  peer = await serveHttpBackend(folder, {
    authorization: `Basic ${Buffer.from(`git:${TOKEN}`).toString('base64')}`,
    tls: { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') },
  });
  product = await startProduct({ ROLE: 'api', EGRESS_ALLOW: `localhost:${peer.port}`, NODE_EXTRA_CA_CERTS: cert });
  const token = await signIn(product.port);
  for (const name of ['First site', 'Second site', 'Tool'])
    await makeProject(product.port, token, name, { 'a.txt': name });
  browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1300, height: 850 } });
  context.setDefaultTimeout(60_000);
  page = await context.newPage();
  await page.goto(product.url);
  await cards().first().waitFor();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await peer?.close();
  real.close();
  await rm(folder, { recursive: true, force: true });
});

const cards = () => page.locator('.project-card');
const card = (name: string) => cards().filter({ has: page.getByRole('link', { name, exact: true }) });
const names = (): Promise<string[]> => page.locator('.project-card .card-link').allInnerTexts();

it('UX-06 UX-16 the list is searched and put in order; a project gets another name, and a copy', async () => {
  await expect.poll(names).toEqual(['Tool', 'Second site', 'First site']);
  await page.getByLabel('Search your projects').click();
  await page.keyboard.type('SITE');
  await expect.poll(names).toEqual(['Second site', 'First site']);
  await page.getByLabel('Order').selectOption({ label: 'Name' });
  await expect.poll(names).toEqual(['First site', 'Second site']);
  await page.getByLabel('Search your projects').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('nothing like it');
  await page.getByText('No project has these words in its name.').waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await expect.poll(names).toEqual(['First site', 'Second site', 'Tool']);

  // Escape keeps the name, Enter takes the new one; the keyboard is where it was.
  await card('Tool').getByRole('button', { name: 'Rename Tool' }).click();
  await page.getByLabel('New name of Tool').and(page.locator(':focus')).waitFor();
  await page.keyboard.type('Never');
  await page.keyboard.press('Escape');
  await card('Tool').getByRole('button', { name: 'Rename Tool' }).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Enter');
  await page.getByLabel('New name of Tool').and(page.locator(':focus')).waitFor();
  await page.keyboard.type('A tool');
  await page.keyboard.press('Enter');
  await expect.poll(names).toEqual(['A tool', 'First site', 'Second site']);

  await card('First site').getByRole('button', { name: 'Duplicate First site' }).click();
  await expect.poll(names).toEqual(['A tool', 'First site', 'First site copy', 'Second site']);
  await page.reload();
  await cards().first().waitFor();
  expect((await names()).toSorted()).toEqual(['A tool', 'First site', 'First site copy', 'Second site']);

  await page.locator('summary', { hasText: 'Import' }).click();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`:root[data-theme=${colorScheme}]`).waitFor();
    expect(await findViolations(page)).toEqual([]);
  }
  if (process.env['SLIPWAY_SCREENSHOTS'] !== undefined)
    await page.screenshot({ path: `${process.env['SLIPWAY_SCREENSHOTS']}/projects.png`, fullPage: true });
}, 120_000);

it('UX-06 a project is made from a git address; what cannot be read leaves none behind', async () => {
  await page.reload();
  await cards().first().waitFor();
  await page.locator('summary', { hasText: 'Import' }).click();
  await page.getByLabel('Git address').click();
  await page.keyboard.type(`https://localhost:${peer.port}/greeting.git`);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'That did not work' }).waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).waitFor();
  await expect.poll(names).toHaveLength(4);
  await page.getByLabel('Token (optional)').click();
  await page.keyboard.type(TOKEN);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/projects\//);
  await page.locator('.workspace h1', { hasText: 'greeting' }).waitFor({ timeout: BOOT_MS });
  await page.locator('.tree-row[data-path="hello.txt"]').click();
  await page.locator('.cm-line', { hasText: 'Hello from elsewhere' }).waitFor();
}, 180_000);

it('UX-06 a project goes out as a zip, and comes in again; a folder too', async () => {
  await page.keyboard.press('F1');
  await page.getByRole('combobox', { name: 'Run a command' }).waitFor();
  await page.keyboard.type('Download the project');
  await page.getByRole('option', { name: /Download the project as a zip/, selected: true }).waitFor();
  const [saving] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(saving.suggestedFilename()).toBe('greeting.zip');
  const archive = join(folder, 'again.zip');
  await saving.saveAs(archive);

  const choose = async (button: string, path: string): Promise<void> => {
    await page.goto(product.url);
    await cards().first().waitFor();
    await page.locator('summary', { hasText: 'Import' }).click();
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: button }).click(),
    ]);
    await chooser.setFiles(path);
  };
  const shows = async (name: string): Promise<void> => {
    await page.locator('.workspace h1', { hasText: name }).waitFor({ timeout: BOOT_MS });
    await page.locator('.tree-row[data-path="hello.txt"]').click();
    await page.locator('.cm-line', { hasText: 'Hello from elsewhere' }).waitFor();
  };
  await choose('Import a zip archive…', archive);
  await shows('again');

  await mkdir(join(folder, 'of-mine', 'node_modules'), { recursive: true });
  await writeFile(join(folder, 'of-mine', 'node_modules', 'left.txt'), 'left out');
  await writeFile(join(folder, 'of-mine', 'hello.txt'), 'Hello from elsewhere\n');
  await choose('Import a folder…', join(folder, 'of-mine'));
  await shows('of-mine');
  expect(await page.locator('.tree-row[data-path="node_modules"]').count()).toBe(0);

  await choose('Import a zip archive…', join(folder, 'of-mine', 'hello.txt'));
  await page.getByRole('alert').filter({ hasText: 'This is no zip archive' }).waitFor();
}, 180_000);
