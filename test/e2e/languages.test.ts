/** Language servers in the container as a person meets them: real keys, real servers from the registry. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signIn } from './ask.ts';
import { findViolations } from './find-violations.ts';
import { openBrowser } from './browser.ts';
import { takeCompletion } from './by-keys.ts';
import { BOOT_MS, openFile, openTerminal, saved, shows, type } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';

/** A server is fetched over the network and reads 10 MB of JavaScript before its first word. */
const SERVER_MS = 90_000;

let product: Product;
let browser: Browser;
/** One project for all tests: each server is fetched once. */
let page: Page;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api', LANGUAGE_SERVERS: 'on' });
  browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1300, height: 850 } });
  context.setDefaultTimeout(60_000);
  const id = await makeProject(product.port, await signIn(product.port), 'Languages', FILES);
  page = await context.newPage();
  await page.goto(`${product.url}/projects/${id}`);
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const FILES = {
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "esnext", "lib": ["ES2023"], "types": [] } }\n',
  'greet.ts': 'export function greet(name: string): string {\n  return `Hello ${name}`;\n}\n',
  'main.ts': "import { greet } from './greet';\n\nconst shout = greet('you').toUpperCase();\n",
  'other.ts': "import { greet } from './greet';\n\nexport const twice = greet('a') + greet('b');\n",
  'tools.ts': '/** Says it so that all hear. */\nexport const shoutLoudly = (text: string): string => `${text}!`;\n',
  'uses.ts': '// Nothing yet.\n',
  'A.vue': '<script setup lang="ts">\nconst size: number = "wide";\n</script>\n\n<template>{{ size }}</template>\n',
  'B.svelte': '<script lang="ts">\n  let size: number = "wide";\n</script>\n\n<p>{size}</p>\n',
  'C.astro': '---\nconst size: number = "wide";\n---\n<p>{size}</p>\n',
  'style.css': 'body {\n  colr: red;\n}\n',
  'data.json': '{\n  "a": 1\n}\n',
};

const text = (path: string) => page.locator(`.cm-content[aria-label="Text of ${path}"]`);
const problems = () => page.locator('#panel-problems');
const count = () => page.locator('.language-count');
const shot = async (name: string): Promise<void> => {
  const folder = process.env['SLIPWAY_SCREENSHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
};
/** The cursor at a place of a text, both from 1. */
async function goTo(path: string, line: number, column: number): Promise<void> {
  await text(path).click();
  await page.keyboard.press('Control+Home');
  for (let at = 1; at < line; at++) await page.keyboard.press('ArrowDown');
  for (let at = 1; at < column; at++) await page.keyboard.press('ArrowRight');
}

it('UX-09 TypeScript: an error is underlined and listed, completed, explained, and found in other files', async () => {
  await openFile(page, 'main.ts');
  await page.locator('.language-state', { hasText: 'TypeScript' }).waitFor();
  await count().filter({ hasText: '0 errors, 0 warnings' }).waitFor({ timeout: SERVER_MS });

  // A mistake, by keys; the panel names it, and a click leads to it.
  await text('main.ts').click();
  await page.keyboard.press('Control+End');
  await type(page, 'const wrong: number = shout;');
  await count().filter({ hasText: '1 error' }).waitFor({ timeout: SERVER_MS });
  await page.locator('.cm-lintRange-error', { hasText: 'wrong' }).waitFor();
  await page.getByRole('tab', { name: 'Problems' }).click();
  await problems().getByText("Type 'string' is not assignable to type 'number'.").waitFor();
  await shot('problems');
  await goTo('main.ts', 1, 1);
  await problems()
    .getByRole('button', { name: /not assignable/ })
    .click();
  await page.locator('.status-bar', { hasText: 'Line 4, column 7' }).waitFor();

  // Mended by typing over it, with a completion.
  await goTo('main.ts', 4, 1);
  await page.keyboard.press('Shift+End');
  await page.keyboard.type('shout.toLowerC');
  await page.locator('.cm-tooltip-autocomplete li[aria-selected]', { hasText: 'toLowerCase' }).waitFor();
  await shot('completion');
  await takeCompletion(page);
  await page.keyboard.type('();');
  await text('main.ts').locator('.cm-line', { hasText: 'shout.toLowerCase();' }).waitFor();
  await count().filter({ hasText: '0 errors' }).waitFor({ timeout: SERVER_MS });
  // The signature, while the brackets are open.
  await type(page, '');
  await page.keyboard.type('greet(');
  await page.locator('.cm-lsp-signature-tooltip', { hasText: 'name: string' }).waitFor();
  await page.keyboard.type("'me');");

  // What a name is, by the mouse.
  await text('main.ts').locator('.cm-line', { hasText: 'const shout' }).getByText('greet').hover();
  await page.locator('.cm-lsp-hover-tooltip', { hasText: 'greet(name: string): string' }).waitFor();
  await shot('hover');

  // Where it is defined, and who uses it.
  await goTo('main.ts', 3, 17);
  await page.keyboard.press('F12');
  await text('greet.ts').waitFor();
  await page.locator('.status-bar', { hasText: 'Line 1, column 17' }).waitFor();
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Shift+F12');
        return problems().getByRole('list', { name: 'References in other.ts' }).count();
      },
      { timeout: SERVER_MS, interval: 1000 },
    )
    .toBe(1);
  const places = problems().getByRole('list', { name: 'References in other.ts' }).getByRole('button');
  expect(await places.count()).toBe(3);
  await shot('references');

  // Renamed in all files, of which one has no tab.
  await goTo('greet.ts', 1, 18);
  await page.keyboard.press('F2');
  const name = page.locator('.rename-dialog input');
  await name.waitFor();
  await page.keyboard.type('salute');
  await page.keyboard.press('Enter');
  await page.locator('.toast', { hasText: 'Renamed to “salute” in 3 files' }).waitFor();
  await text('greet.ts').locator('.cm-line', { hasText: 'export function salute' }).waitFor();
  await openFile(page, 'other.ts');
  await text('other.ts').locator('.cm-line', { hasText: "salute('a') + salute('b')" }).waitFor();
  await openFile(page, 'main.ts');
  await text('main.ts').locator('.cm-line', { hasText: "salute('you')" }).waitFor();
  await saved(page);
}, 300_000);

it('UX-09 a name of another file brings its import, and what is written about it', async () => {
  await openFile(page, 'uses.ts');
  await text('uses.ts').click();
  await page.keyboard.press('Control+End');
  // A server that is still busy with the rest of the project offers nothing yet.
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Control+A');
        await page.keyboard.type('shoutLou');
        return page
          .locator('.cm-completionInfo', { hasText: 'Says it so that all hear.' })
          .waitFor({ timeout: 10_000 })
          .then(() => 'explained')
          .catch(() => 'nothing yet');
      },
      { timeout: SERVER_MS },
    )
    .toBe('explained');
  await shot('auto-import');
  await takeCompletion(page);
  await page.keyboard.type("('hey');");
  await text('uses.ts')
    .locator('.cm-line', { hasText: /import \{ shoutLoudly \} from ["']\.\/tools["'];/ })
    .waitFor();
  await text('uses.ts').locator('.cm-line', { hasText: "shoutLoudly('hey');" }).waitFor();
  await count().filter({ hasText: '0 errors' }).waitFor({ timeout: SERVER_MS });
}, 300_000);

/** axe-core's rules, in the colours of both themes. */
async function expectNoFault(selector: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.locator(`:root[data-theme=${colorScheme}]`).waitFor();
    expect(await findViolations(page, selector)).toEqual([]);
  }
}

it('UX-09 UX-16 CSS and JSON have servers too; what can be done is a menu, and a server that dies comes back', async () => {
  await openFile(page, 'style.css');
  await page.getByRole('tab', { name: 'Problems' }).click();
  await problems()
    .getByRole('button', { name: /Unknown property: 'colr'/ })
    .waitFor({ timeout: SERVER_MS });
  await shot('css');
  await expectNoFault('#panel-problems');

  // Formatted by the server, as the project has no Prettier.
  await openFile(page, 'data.json');
  await goTo('data.json', 2, 1);
  await page.keyboard.type('        ');
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Alt+Shift+f');
        return text('data.json').innerText();
      },
      { timeout: SERVER_MS, interval: 1000 },
    )
    .toMatch(/^\{\s*\n {2}"a": 1/);

  // A name that nobody knows, and what can be done about it.
  await openFile(page, 'other.ts');
  await text('other.ts').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('missing(1);');
  await page.locator('.cm-lintRange-error', { hasText: 'missing' }).waitFor({ timeout: SERVER_MS });
  const menu = page.getByRole('menu', { name: 'What can be done here' });
  // A server that is still busy with the rest of the project knows of nothing yet.
  await expect
    .poll(
      async () => {
        await page.keyboard.press('Control+.');
        return menu.waitFor({ timeout: 5000 }).then(
          () => 'open',
          () => 'nothing yet',
        );
      },
      { timeout: SERVER_MS },
    )
    .toBe('open');
  await expectNoFault('.action-menu');
  await shot('actions');
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  await page.keyboard.press('Control+.');
  const wanted = menu.getByRole('menuitem', { name: /Add missing function declaration 'missing'/ });
  await wanted.waitFor();
  while (!(await wanted.evaluate((item) => item === document.activeElement))) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await text('other.ts').locator('.cm-line', { hasText: 'function missing(' }).waitFor();

  // All programs of the container are killed: the servers come back, and know what was typed since.
  await openTerminal(page);
  await type(page, "kill -9 $(ps -A | awk '/node/ { print $1 }'); echo de''ad");
  await shows(page, 'dead');
  await text('other.ts').click();
  await page.keyboard.press('Control+End');
  await type(page, 'const after: string = 5;');
  await page.locator('.cm-lintRange-error', { hasText: 'after' }).waitFor({ timeout: SERVER_MS });
  await page.getByRole('tab', { name: 'Problems' }).click();
  await problems()
    .getByRole('button', { name: /Type 'number' is not assignable to type 'string'/ })
    .waitFor();
}, 300_000);

it.each(['A.vue', 'B.svelte', 'C.astro'])(
  'UX-09 a component, %s, has a server of its own language',
  async (path) => {
    await page.locator(`.tree-row[data-path="${path}"]`).click();
    await text(path).waitFor();
    await page.getByRole('tab', { name: 'Problems' }).click();
    const list = problems().getByRole('list', { name: `Problems in ${path}` });
    await list
      .getByRole('button', { name: /Type 'string' is not assignable to type 'number'/ })
      .waitFor({ timeout: 180_000 });
    await shot(path);
  },
  300_000,
);

it('UX-09 what an install brings is seen without a reload', async () => {
  await openFile(page, 'greet.ts');
  await text('greet.ts').click();
  await page.keyboard.press('Control+Home');
  await type(page, "import { size } from 'dep';");
  await type(page, 'export const wide: string = size;');
  await page.locator('.cm-lintRange-error', { hasText: "'dep'" }).waitFor({ timeout: SERVER_MS });
  await openTerminal(page);
  // What a package manager leaves behind; the mark comes last.
  await type(page, 'clear; mkdir -p node_modules/dep; echo "export const size: number;" > node_modules/dep/index.d.ts');
  await type(page, `echo '{"name":"dep","version":"1.0.0","types":"index.d.ts"}' > node_modules/dep/package.json`);
  await type(page, "echo '{}' > node_modules/.package-lock.json; echo bro''ught");
  await shows(page, 'brought');
  await page.locator('.cm-lintRange-error', { hasText: 'wide' }).waitFor({ timeout: SERVER_MS });
  await page.locator('.cm-lintRange-error', { hasText: "'dep'" }).waitFor({ state: 'detached' });
}, 300_000);
