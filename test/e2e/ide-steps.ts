/** What a person does in the IDE, by keys and clicks alone. */
import type { BrowserContext, Page } from 'playwright-core';
import { signIn } from './ask.ts';
import { makeProject } from './make-project.ts';
import type { Product } from './product.ts';

/** A container boots in a fraction of this; other tests want the cores too. */
export const BOOT_MS = 60_000;

/** From the list of projects to the workspace of a new one. */
export async function createProject(
  context: BrowserContext,
  url: string,
  name: string,
  template = 'vanilla-ts',
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await nameProject(page, name, template);
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
  return page;
}

/** Nothing to install and nothing that runs, so that the cores are there for what a test is about. */
const SMALL_PROJECT = {
  'index.html': '<!doctype html>\n<h1>Small</h1>\n<script type="module" src="/src/main.ts"></script>\n',
  'package.json': '{ "name": "small", "private": true }\n',
  'src/counter.ts': 'export const count = 2;\n',
  'src/main.ts': "import { count } from './counter.ts';\n\nconst doubled = count * 2;\nconsole.log(doubled);\n",
  'tsconfig.json': '{}\n',
};

/** The workspace of a new project of a few files, which is made over the API. */
export async function openSmallProject(
  context: BrowserContext,
  product: Pick<Product, 'url' | 'port'>,
  name: string,
): Promise<Page> {
  const id = await makeProject(product.port, await signIn(product.port), name, SMALL_PROJECT);
  const page = await context.newPage();
  await page.goto(`${product.url}/projects/${id}`);
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
  return page;
}

/** Chooses the template, types the name and presses the button. */
export async function nameProject(page: Page, name: string, template: string): Promise<void> {
  await page.locator(`input[name=template][value="${template}"]`).check();
  await page.locator('input[name=name]').click();
  await page.keyboard.type(name);
  await page.getByRole('button', { name: 'Create project' }).click();
  await page.waitForURL(/\/projects\//);
}

/** Opens a file by a click in the tree. */
export async function openFile(page: Page, path: string): Promise<void> {
  await page.locator(`.tree-row[data-path="${path}"]`).click();
  await page.locator(`.cm-content[aria-label="Text of ${path}"]`).waitFor();
}

/** The keyboard in the editor, the cursor before the first letter of the file. */
export async function toStart(page: Page): Promise<void> {
  await page.locator('.cm-content').click();
  await page.keyboard.press('Control+Home');
}

/** Waits until the bar says that everything is on the server. */
export const saved = (page: Page): Promise<void> => page.locator('[data-save=saved]').waitFor();

const terminal = (page: Page) => page.locator('#panel-shell');

/** The terminal's panel, with the keyboard in it. */
export async function openTerminal(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Terminal' }).click();
  await terminal(page).locator('.xterm-rows', { hasText: '❯' }).waitFor();
  await terminal(page).locator('.xterm').click();
}

/** Types a command into whatever has the keyboard. */
export async function type(page: Page, command: string): Promise<void> {
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
}

/** Waits until the terminal shows `text`. */
export const shows = (page: Page, text: string | RegExp): Promise<void> =>
  terminal(page).locator('.xterm-rows', { hasText: text }).waitFor();
