import type { Browser, Page } from 'playwright-core';
import { openContext } from './browser.ts';
import { nameProject, openFile } from './ide-steps.ts';

/** What a person changes in each template, and where it shows. */
export const TEMPLATES: ReadonlyMap<string, { readonly file: string; readonly heading: string }> = new Map([
  ['vanilla-ts', { file: 'src/main.ts', heading: 'Get started' }],
  ['react-ts', { file: 'src/App.tsx', heading: 'Get started' }],
]);

/** How long one step took, waits included: what a person would feel. */
export interface StepTime {
  readonly step: string;
  readonly ms: number;
}

const INSTALL_LIMIT_MS = 240_000;
const BUILD_LIMIT_MS = 240_000;

/**
 * Create, install, dev, edit, hot update, save, reload, publish, open
 * the link as a stranger. Throws at the first step that does not hold.
 */
export async function runMainJob(browser: Browser, url: string, template: string): Promise<StepTime[]> {
  const known = TEMPLATES.get(template);
  if (known === undefined) throw new Error(`Cannot run the main job: no template "${template}"`);
  const context = await openContext(browser, { viewport: { width: 1400, height: 900 } });
  const complaints: string[] = [];
  const times: StepTime[] = [];
  const timed = async <T>(step: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    try {
      return await work();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const shown = await describe(context.pages()[0]);
      throw new Error(`Step "${step}": ${message}\n${complaints.slice(-20).join('\n')}\n${shown}`);
    } finally {
      times.push({ step, ms: performance.now() - began });
    }
  };

  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
    });

    await timed('create', async () => {
      await page.goto(url);
      await nameProject(page, `Main job ${template}`, template);
    });
    await timed('boot', () => page.locator('.workspace').waitFor());
    // The program starts in this step too: before the install it says "starting" as well.
    await timed('install', () => page.locator('.run-state[data-run=running]').waitFor({ timeout: INSTALL_LIMIT_MS }));
    await timed('dev to first paint', () => previewHeading(page, known.heading, INSTALL_LIMIT_MS));

    const edited = `Edited ${Date.now().toString(36)}`;
    await timed('edit to hot update', async () => {
      await replaceInEditor(page, known.file, known.heading, edited);
      await previewHeading(page, edited);
    });
    await timed('save', () => page.locator('[data-save=saved]').waitFor());

    await timed('reload', async () => {
      await page.reload();
      await page.locator('.workspace').waitFor();
      await openFile(page, known.file);
      await page.locator('.cm-content', { hasText: edited }).waitFor();
    });
    await timed('reload to first paint', () => previewHeading(page, edited, INSTALL_LIMIT_MS));

    const link = await timed('publish', () => publish(page));
    await timed('open the link', () => openAsStranger(browser, link, edited));
    return times;
  } finally {
    await context.close();
  }
}

/** What a person would see now: of the page, and of each frame in it. */
async function describe(page: Page | undefined): Promise<string> {
  if (page === undefined) return 'no page is open';
  const texts = page.frames().map(async (frame) => {
    const text = await frame.locator('body').innerText({ timeout: 5_000 }).catch(String);
    return `## ${frame.url()}\n${text.slice(0, 2_000)}`;
  });
  return (await Promise.all(texts)).join('\n');
}

/** Waits until the preview shows `text` in its heading. */
async function previewHeading(page: Page, text: string, timeout = 120_000): Promise<void> {
  await page.frameLocator('.preview iframe').locator('h1', { hasText: text }).waitFor({ timeout });
}

async function replaceInEditor(page: Page, path: string, from: string, to: string): Promise<void> {
  await openFile(page, path);
  const line = page.locator('.cm-content .cm-line', { hasText: from }).first();
  await line.click();
  // The first Home goes to the first letter, the second before the indentation.
  for (const key of ['End', 'Home', 'Home']) await page.keyboard.press(key);
  const column = (await line.innerText()).indexOf(from);
  for (let n = 0; n < column; n++) await page.keyboard.press('ArrowRight');
  for (let n = 0; n < from.length; n++) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.type(to);
}

async function publish(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.locator('.log span').first().waitFor();
  const outcome = page.locator('.badge:is(.succeeded, .failed, .cancelled, .expired, .stale)');
  await outcome.waitFor({ timeout: BUILD_LIMIT_MS });
  const link = page.locator('a.published-link');
  if ((await link.count()) === 0)
    throw new Error(`the build did not succeed:\n${await page.locator('.log').innerText()}`);
  return (await link.getAttribute('href')) ?? '';
}

/** A browser that has never been here follows the link. */
async function openAsStranger(browser: Browser, link: string, heading: string): Promise<void> {
  const stranger = await openContext(browser);
  try {
    const page = await stranger.newPage();
    await page.goto(link);
    await page.locator('h1', { hasText: heading }).waitFor();
  } finally {
    await stranger.close();
  }
}
