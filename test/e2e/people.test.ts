/** People: an account and its pages, invitations, new passwords, the log; all by keys and clicks. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, openContext } from './browser.ts';
import { hasKeyboard, highlighted, menuOpens } from './by-keys.ts';
import { findViolations } from './find-violations.ts';
import { createProject } from './ide-steps.ts';
import { type Product, startProduct } from './product.ts';

const ADMIN = { email: 'admin@example.org', password: 'a long password' };
const GUEST = { email: 'guest@example.org', password: 'another long one' };

let product: Product;
let browser: Browser;
let admin: Page;
const contexts: BrowserContext[] = [];
beforeAll(async () => {
  product = await startProduct();
  browser = await openBrowser();
  admin = await newPage();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** A page in a browser of its own. */
async function newPage(): Promise<Page> {
  const context = await openContext(browser, { viewport: { width: 1100, height: 900 }, colorScheme: 'dark' });
  contexts.push(context);
  return await context.newPage();
}

/** Clicks a field and types over what is in it. */
async function fill(page: Page, within: string, label: string, text: string): Promise<void> {
  await page.locator(within).getByLabel(label, { exact: true }).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.type(text);
}

async function signIn(page: Page, { email, password }: typeof ADMIN): Promise<void> {
  await page.goto(product.url);
  await fill(page, 'form', 'E-mail', email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Your projects' }).waitFor();
}

/** By the menu in the bar, with keys alone. */
async function goTo(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: /^Account of/ }).focus();
  await page.keyboard.press('Enter');
  await menuOpens(page);
  await page.keyboard.type(item.slice(0, 2));
  await highlighted(page, item);
  await page.keyboard.press('Enter');
}

/** What axe-core finds wrong, in light and in dark; with SHOTS there are pictures. */
async function lookAt(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await findViolations(page), `${name} in ${colorScheme}`).toEqual([]);
    if (process.env['SHOTS'] !== undefined)
      await page.screenshot({ path: `${process.env['SHOTS']}/${name}-${colorScheme}.png`, fullPage: true });
  }
}

/** The link or token that is shown once. */
const shownOnce = (page: Page, label: string): Promise<string> => page.getByLabel(label, { exact: true }).inputValue();

describe('people', () => {
  it('SV-12 the owner of the machine sets name and password on the account page, reached from the bar', async () => {
    await admin.goto(product.url);
    await goTo(admin, 'Account');
    await admin.getByRole('heading', { name: 'Account', level: 1 }).waitFor();
    await fill(admin, 'main', 'Your name', 'Ada');
    await admin.keyboard.press('Enter');
    await admin.getByText('Saved.').waitFor();
    await fill(admin, 'section[aria-labelledby=password]', 'E-mail', ADMIN.email);
    await fill(admin, 'section[aria-labelledby=password]', 'New password', ADMIN.password);
    await admin.keyboard.press('Enter');
    await admin.getByText('The password is set').waitFor();
    await admin.reload();
    await admin.getByText(`${ADMIN.email} · admin`).waitFor();
    await admin.getByRole('button', { name: 'Account of Ada' }).waitFor();
    expect(product.log()).not.toContain('request failed');
  });

  it('SV-14 a token is made, shown once, listed and revoked', async () => {
    await fill(admin, 'form[aria-label="New access token"]', 'Name', 'For the CI');
    await admin.getByLabel('Publish', { exact: true }).click();
    await admin.getByRole('button', { name: 'Make token' }).click();
    await expect.poll(() => shownOnce(admin, 'New token')).toMatch(/^slipway_pat_[\w-]{43}$/);
    await lookAt(admin, 'account');
    await admin.getByRole('button', { name: 'Done' }).click();
    const row = admin.getByRole('listitem').filter({ hasText: 'For the CI' });
    await row.getByText('publish, read').waitFor();
    await row.getByRole('button', { name: 'Revoke For the CI' }).click();
    await row.waitFor({ state: 'detached' });
  });

  it('SV-12 SV-15 an admin invites by a link, and sees who came by it and what was done', async () => {
    await goTo(admin, 'Administration');
    await admin.getByRole('heading', { name: 'Administration' }).waitFor();
    await fill(admin, 'form[aria-label="New invitation"]', 'E-mail (optional)', GUEST.email);
    await admin.getByRole('button', { name: 'Invite' }).click();
    const link = await shownOnce(admin, 'Invitation');

    const guest = await newPage();
    await guest.goto(link);
    await fill(guest, 'form', 'Your name', 'Gus');
    await expect.poll(() => guest.getByLabel('E-mail').inputValue()).toBe(GUEST.email);
    await lookAt(guest, 'invitation');
    await fill(guest, 'form', 'Password', GUEST.password);
    await guest.keyboard.press('Enter');
    await guest.getByRole('heading', { name: 'Your projects' }).waitFor();
    expect(guest.url()).toBe(`${product.url}/`);
    // A person who is no admin has no such page, by the menu or by the address.
    await guest.goto(`${product.url}/admin`);
    await guest.getByRole('heading', { name: 'This page is for admins' }).waitFor();

    await admin.reload();
    const person = admin.getByRole('listitem').filter({ hasText: 'Gus' });
    await person.getByText('0 projects').waitFor();
    await admin.getByRole('listitem').filter({ hasText: 'made the account' }).waitFor();
    await guest.goto(link);
    await guest.getByRole('heading', { name: 'This link is not good any more' }).waitFor();
    await guest.close();
  });

  it('SV-12 SV-08 an admin sees jobs, workers and storage, and ends a job and tries it again by keys', async () => {
    const section = (name: string) => admin.locator(`section[aria-labelledby=${name}]`);
    await section('storage')
      .getByRole('row', { name: /^builds / })
      .waitFor();
    // The worker of the product builds it; what it needs longest for is its own affair.
    await admin.evaluate(async () => {
      const ask = async (path: string, json: unknown, token = '') => {
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
        const answer = await fetch(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(json) });
        return (await answer.json()) as unknown;
      };
      const { data } = (await ask('/auth/refresh', {})) as { data: { accessToken: string } };
      const { accessToken } = data;
      const made = (await ask('/projects', { name: 'Job', template: 'vanilla' }, accessToken)) as {
        project: { id: string };
        snapshot: { id: string };
      };
      await ask(`/projects/${made.project.id}/builds`, { snapshotId: made.snapshot.id }, accessToken);
    });
    const row = section('jobs').getByRole('listitem').filter({ hasText: ADMIN.email });
    await expect
      .poll(async () => {
        await section('jobs').getByRole('button', { name: 'Look again' }).click();
        return await row.getByText(/running for/).count();
      })
      .toBe(1);
    await row.getByRole('button', { name: /^Cancel the job of/ }).focus();
    await admin.keyboard.press('Enter');
    await section('jobs').getByText(`The job of ${ADMIN.email} is ended.`).waitFor();
    await section('jobs').getByLabel('Show').focus();
    await admin.keyboard.press('ArrowDown');
    await expect
      .poll(async () => {
        await section('jobs').getByRole('button', { name: 'Look again' }).click();
        return await row.getByText(/^cancelled /).count();
      })
      .toBe(1);
    await row.getByRole('button', { name: /^Try again the job of/ }).focus();
    await admin.keyboard.press('Enter');
    await section('jobs').getByText(`The build of ${ADMIN.email} waits again.`).waitFor();
    await lookAt(admin, 'admin');
  });

  it('SV-12 who forgot the password gets a link from an admin, and is signed out elsewhere', async () => {
    const elsewhere = await newPage();
    await signIn(elsewhere, GUEST);
    await admin.goto(`${product.url}/admin`);
    await admin.getByRole('button', { name: `Reset password of ${GUEST.email}` }).click();
    const link = await shownOnce(admin, 'Link for a new password');
    const guest = await newPage();
    await guest.goto(link);
    await fill(guest, 'form', 'Password', 'a third one');
    await guest.keyboard.press('Enter');
    await guest.getByRole('button', { name: 'Sign in' }).waitFor();
    await signIn(guest, { ...GUEST, password: 'a third one' });
    await elsewhere.reload();
    await elsewhere.getByRole('button', { name: 'Sign in' }).waitFor();

    // The menu is in a project's bar too; what is hers goes along as an archive, and then she goes.
    const project = await createProject(guest.context(), product.url, 'Mine');
    await goTo(project, 'Account');
    await project.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
    await project.getByText('this browser').waitFor();
    const downloading = project.waitForEvent('download');
    await project.getByRole('button', { name: 'Export as archive' }).click();
    expect((await downloading).suggestedFilename()).toBe('slipway-export.tar');
    await fill(project, 'section[aria-labelledby=delete]', 'Password, for the deletion', 'a third one');
    await project.keyboard.press('Enter');
    await project.locator('[role=alertdialog]:focus-within').waitFor();
    await project.keyboard.press('Tab');
    await hasKeyboard(project.getByRole('alertdialog').locator('button.danger'));
    await project.keyboard.press('Enter');
    await project.getByRole('button', { name: 'Sign in' }).waitFor();
    await fill(project, 'form', 'E-mail', GUEST.email);
    await project.keyboard.press('Tab');
    await project.keyboard.type('a third one');
    await project.keyboard.press('Enter');
    await project.getByRole('alert').filter({ hasText: 'Wrong email or password' }).waitFor();
    await lookAt(project, 'sign-in');
  });
});
