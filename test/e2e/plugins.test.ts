/** Plugins in the IDE: an admin installs, tries, upgrades and removes one; its pages come from the manifest alone. */
import { readFile } from 'node:fs/promises';
import { buildGuest, NOTING_GUEST } from '@slipway/plugin-host/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, signIn } from './ask.ts';
import { openBrowser, openContext } from './browser.ts';
import { hasKeyboard, highlighted, menuOpens } from './by-keys.ts';
import { findViolations } from './find-violations.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';

const FIELDS = {
  name: { type: 'string', required: true, indexed: true },
  projectId: { type: 'string' },
  count: { type: 'integer', indexed: true },
  done: { type: 'boolean' },
};
const manifestOf = (version: string, fields: object) => ({
  id: 'notes',
  name: 'Notes',
  version,
  events: ['project.created'],
  entities: { note: { fields } },
});
const fileOf = async (version: string, fields: object = FIELDS) => ({
  name: 'notes.wasm',
  mimeType: 'application/wasm',
  buffer: Buffer.from(await buildGuest(NOTING_GUEST, manifestOf(version, fields))),
});

let product: Product;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), openBrowser()]);
  const context = await openContext(browser, { viewport: { width: 1100, height: 900 }, colorScheme: 'dark' });
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

async function lookAt(name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await findViolations(page), `${name} in ${colorScheme}`).toEqual([]);
    if (process.env['SHOTS'] !== undefined)
      await page.screenshot({ path: `${process.env['SHOTS']}/${name}-${colorScheme}.png`, fullPage: true });
  }
}

const choose = async (file: Awaited<ReturnType<typeof fileOf>>) =>
  await page.getByLabel('Component (.wasm)').setInputFiles(file);
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const firstCells = () =>
  page.getByRole('region', { name: 'Rows of note' }).locator('tbody tr td:first-child').allTextContents();

describe('plugins in the IDE', () => {
  it('PL-16 PL-18 a file is examined and tried in the tab before it is installed; what is none says why', async () => {
    await page.goto(product.url);
    await page.getByRole('button', { name: /^Account of/ }).focus();
    await page.keyboard.press('Enter');
    await menuOpens(page);
    await page.keyboard.type('pl');
    await highlighted(page, 'Plugins');
    await page.keyboard.press('Enter');
    await page.getByText('There are none yet.').waitFor();
    await lookAt('plugins-empty');

    await choose({ name: 'no.wasm', mimeType: 'application/wasm', buffer: Buffer.from('no wasm at all') });
    await page.getByRole('alert').getByText('Cannot use the plugin').waitFor();
    await choose(await fileOf('1.0.0'));
    await page.getByText('count (integer)').waitFor();
    const json = page.getByLabel('JSON', { exact: true });
    expect(await json.inputValue()).toBe('{}');
    await json.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('{"name":"tried"}');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const result = page.getByRole('region', { name: 'What the dry run came to' });
    await result.getByText('insert into “note”: {"name":"tried"}').waitFor();
    await result.getByText('publish “note.made”').waitFor();
    await lookAt('plugins-examined');
    await button('Install').click();
    await page.getByRole('status').getByText('Installed.').waitFor();
    await page.getByRole('link', { name: 'Notes' }).click();
    await page.getByRole('heading', { name: 'Notes', level: 1 }).waitFor();
    // The dry run stored nothing.
    await page.getByText('Nothing yet.').waitFor();
  });

  it('PL-16 rows are added, changed, filtered, ordered, exported and removed on pages made of the manifest', async () => {
    for (const [name, count] of [
      ['pear', '2'],
      ['apple', '3'],
      ['plum, red', '1'],
    ] as const) {
      await button('Add').click();
      const form = page.getByRole('form', { name: 'New note' });
      await hasKeyboard(form);
      await page.keyboard.type(name);
      for (const key of ['Tab', 'Tab']) await page.keyboard.press(key);
      await page.keyboard.type(count === '3' ? 'three' : count);
      await page.keyboard.press('Enter');
      if (count === '3') {
        await form.getByRole('alert').getByText('“count” is no integer').waitFor();
        await page.keyboard.press('Control+a');
        await page.keyboard.type(count);
        await page.keyboard.press('Enter');
      }
      await form.waitFor({ state: 'detached' });
    }
    await expect.poll(firstCells).toEqual(['pear', 'apple', 'plum, red']);
    await button(/^name/).click();
    await expect.poll(firstCells).toEqual(['apple', 'pear', 'plum, red']);
    await button(/^count/).click();
    await button(/^count/).click();
    await expect.poll(firstCells).toEqual(['apple', 'pear', 'plum, red']);

    const filter = page.getByRole('form', { name: 'Filter note' });
    await filter.getByLabel('Field').selectOption('count');
    await filter.getByLabel('How').selectOption('is below');
    await filter.getByLabel('Value').click();
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
    await expect.poll(firstCells).toEqual(['pear', 'plum, red']);
    const [download] = await Promise.all([page.waitForEvent('download'), button('Export CSV').click()]);
    expect(download.suggestedFilename()).toBe('notes-note.csv');
    const text = await readFile(await download.path(), 'utf8');
    expect(text.replaceAll(/^[0-9a-f-]{36}/gm, 'ID')).toBe(
      'id,name,projectId,count,done\r\nID,pear,,2,false\r\nID,"plum, red",,1,false\r\n',
    );

    await button('Change pear').click();
    await hasKeyboard(page.getByRole('form', { name: 'Change note' }));
    await page.keyboard.press('Control+a');
    await page.keyboard.type('quince');
    await page.keyboard.press('Enter');
    await expect.poll(firstCells).toEqual(['quince', 'plum, red']);
    await button('Remove quince').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await expect.poll(firstCells).toEqual(['plum, red']);
    await lookAt('plugin-rows');
  });

  it('PL-16 PL-18 a call of the server is made again in the tab, with the same outcome for the same fuel', async () => {
    await makeProject(product.port, await signIn(product.port), 'Boats', { 'a.txt': 'a' });
    const replay = button(/^Replay project\.created/);
    await expect
      .poll(async () => {
        await button('Read again').last().click();
        return await replay.count();
      })
      .toBe(1);
    await replay.click();
    await page.getByText('As on the server: the same outcome for the same fuel.').waitFor();
    await page
      .getByRole('region', { name: 'The call in this tab' })
      .getByText('"name": "Boats"')
      .or(page.getByRole('region', { name: 'The call in this tab' }).getByText('"name":"Boats"'))
      .first()
      .waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      button(/^Save recording of project\.created/).click(),
    ]);
    expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toMatchObject({ method: 'handle-event' });
    await lookAt('plugin-calls');
  });

  it('PL-02 PL-16 it is upgraded with what changes in sight, taken back, turned off and on, and uninstalled with its data', async () => {
    await page.getByRole('link', { name: 'All plugins' }).click();
    await choose(await fileOf('1.0.0'));
    await page.getByText('is not newer than 1.0.0').waitFor();
    expect(await button('Upgrade').isDisabled()).toBe(true);
    await choose(await fileOf('1.1.0', { ...FIELDS, colour: { type: 'string', indexed: true } }));
    await page.getByText('field "colour" of "note" is new: string, indexed').waitFor();
    await button('Upgrade').click();
    await page.getByRole('status').getByText('Upgraded.').waitFor();
    await page.getByRole('link', { name: 'Notes' }).click();
    await page.getByText('Version 1.1.0, running.').waitFor();
    await button(/^colour/).waitFor();
    await button('Back to 1.0.0').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Go back' }).click();
    await page.getByText('Version 1.0.0, running.').waitFor();
    await button('Turn off').click();
    await page.getByText('Version 1.0.0, disabled.').waitFor();
    await button('Turn on').click();
    await page.getByText('Version 1.0.0, running.').waitFor();
    // Escape says no.
    await button('Uninstall').click();
    await hasKeyboard(page.getByRole('alertdialog'));
    await page.keyboard.press('Escape');
    await button('Uninstall').click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Uninstall' }).click();
    await page.getByText('There are none yet.').waitFor();
    await page.goto(`${product.url}/plugins/notes`);
    await page.getByRole('alert').getByText('No such plugin').waitFor();
    await lookAt('plugin-gone');
    expect((await ask(product.port, 'GET', '/plugins/notes')).status).toBe(200);
  });
});
