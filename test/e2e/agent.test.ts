/**
 * The agent’s panel, by keys: a model is set up, a message changes files, the page follows while it goes on, and both
 * come back. The model is scripted, behind a real server.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMcpServer, type TestMcpServer } from '../../apps/server/src/agent/testing/mcp-server.ts';
import { type ModelServer, startModelServer } from '../../apps/server/src/agent/testing/model-server.ts';
import { signIn } from './ask.ts';
import { openBrowser, openContext, PATIENCE_MS } from './browser.ts';
import { hasKeyboard, pressUntil } from './by-keys.ts';
import { findViolations } from './find-violations.ts';
import { BOOT_MS, saved } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';

const VIEW = "export const view = () => '<h1>Hello</h1>';\n";
/** The page takes a changed module in while it goes on: what it has counted is still there. */
const MAIN = `import { view } from './view.js';
let counted = 0;
const show = (view) => (document.querySelector('main').innerHTML = view());
document.querySelector('#count').onclick = (event) => (event.target.textContent = 'Counted ' + ++counted);
show(view);
new EventSource('/changes').onmessage = async ({ data }) => show((await import('./view.js?' + data)).view);
`;
const HTML = `<!doctype html><meta name="color-scheme" content="light dark"><title>Page</title>
<main></main><button id="count">Counted 0</button><script type="module" src="/src/main.js"></script>`;
/** What a dev server does, in a few lines: it watches, and tells the page. */
const SERVER = `import { createServer } from 'node:http';
import { readFileSync, watch } from 'node:fs';
const pages = new Set();
let changes = 0;
watch('src', () => {
  changes++;
  for (const page of pages) page.write('data: ' + changes + '\\n\\n');
});
createServer((request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname === '/changes') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(':\\n\\n');
    pages.add(response);
    response.on('close', () => pages.delete(response));
    return;
  }
  const isScript = pathname.startsWith('/src/');
  response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
  response.end(readFileSync(isScript ? pathname.slice(1) : 'index.html'));
}).listen(Number(process.env.PORT));
`;

let model: ModelServer;
let docs: TestMcpServer;
let folder: string;
let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;
beforeAll(async () => {
  model = await startModelServer();
  docs = await startMcpServer();
  folder = mkdtempSync(join(tmpdir(), 'slipway-panel-'));
  const file = join(folder, 'providers.toml');
  writeFileSync(file, `[[mcpServers]]\nname = "docs"\nurl = "${docs.url}"\n`);
  product = await startProduct({ EGRESS_ALLOW: new URL(model.url).host, AGENT_PROVIDERS_FILE: file });
  browser = await openBrowser();
  context = await openContext(browser);
  const id = await makeProject(product.port, await signIn(product.port), 'Dark', {
    'package.json': JSON.stringify({ name: 'dark', private: true, scripts: { dev: 'node server.mjs' } }),
    'server.mjs': SERVER,
    'index.html': HTML,
    'src/main.js': MAIN,
    'src/view.js': VIEW,
  });
  page = await context.newPage();
  await page.goto(`${product.url}/projects/${id}`);
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
}, 240_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await model?.close();
  await docs?.close();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

const frame = (): FrameLocator => page.frameLocator('iframe[title="Preview of the project"]');
const panel = (): Locator => page.locator('#panel-agent');
/** What is said aloud is in the panel once more. */
const told = (text: string): Locator => page.getByRole('log', { name: 'Conversation' }).getByText(text);
/** How the calls of tools stand. */
const states = (): Promise<unknown[]> =>
  panel()
    .locator('[data-call]')
    .evaluateAll((all) => all.map((element) => (element as HTMLElement).dataset['call']));
const composer = (): Locator => page.getByRole('textbox', { name: 'Message to the agent' });
const fileText = (path: string): Locator => page.locator(`.cm-content[aria-label="Text of ${path}"]`);
const say = async (text: string): Promise<void> => {
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
};
const idle = (): Promise<void> => page.getByRole('button', { name: 'Stop the run' }).waitFor({ state: 'detached' });
/** Goes by Tab until this has the keyboard. */
const tabTo = (target: Locator, key = 'Tab'): Promise<void> =>
  pressUntil(
    page,
    key,
    async () => [await target.evaluate((element) => element === document.activeElement), await whoHasIt()] as const,
    ([there]) => there,
  );
const whoHasIt = (): Promise<string> =>
  page.evaluate(() => {
    const all = [...document.querySelectorAll('*')];
    return `${all.indexOf(document.activeElement ?? document.body)}`;
  });
/** With SHOTS, what the page looks like is kept there. */
const shoot = async (name: string): Promise<void> => {
  const folder = process.env['SHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png` });
};
const isFlawless = async (within: string): Promise<void> => {
  for (const theme of ['dark', 'light']) {
    await page.evaluate((name) => (document.documentElement.dataset['theme'] = name), theme);
    expect(await findViolations(page, within), theme).toEqual([]);
  }
};

describe('the agent’s panel', () => {
  it('SV-23 UX-16 says how to set up a model; a key goes in and is never shown; a wrong one is told', async () => {
    await page.keyboard.press('Alt+i');
    await page.getByRole('heading', { name: 'No model yet' }).waitFor();
    await isFlawless('#panel-agent');
    const models = await context.newPage();
    await models.goto(`${product.url}/models`);
    await models.getByText('There is none yet').waitFor();
    await models.getByRole('textbox', { name: 'Name' }).click();
    await models.keyboard.type('house');
    await models.getByRole('combobox', { name: 'Kind' }).selectOption('openai-compatible');
    await models.getByRole('textbox', { name: /^Address/ }).click();
    await models.keyboard.type(model.url);
    await models.keyboard.press('Tab');
    await models.keyboard.type('sk-nobody-sees-it');
    await models.keyboard.press('Tab');
    await models.keyboard.type('scripted');
    await models.keyboard.press('Tab');
    await models.keyboard.type('3');
    await models.keyboard.press('Enter');
    await models.getByRole('alert').getByText('needs both prices').waitFor();
    await models.getByRole('textbox', { name: 'Price written' }).click();
    await models.keyboard.type('15');
    await models.keyboard.press('Enter');
    await models.getByText('your key is kept').waitFor();
    model.respond = () => ({ status: 401, message: 'no such key' });
    await models.getByRole('button', { name: 'Test house' }).click();
    await models.getByText('Set another key').waitFor();
    model.respond = () => ({ text: 'ready' });
    await models.getByRole('button', { name: 'Test house' }).click();
    await models.getByText('It answers').waitFor();
    expect(await models.content()).not.toContain('sk-nobody');
    expect(await findViolations(models)).toEqual([]);
    await models.close();
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByRole('heading', { name: 'What is to be done?' }).waitFor();
    await isFlawless('#panel-agent');
  }, 240_000);

  it('AG-01 CK-03 “add a dark mode button”: files change in the tab, the page follows, the card shows it, both come back', async () => {
    await frame().getByRole('heading', { name: 'Hello' }).waitFor();
    await frame().getByRole('button', { name: 'Counted 0' }).click();
    await frame().getByRole('button', { name: 'Counted 1' }).waitFor();
    const edit = { path: 'src/view.js', old: '</h1>', new: '</h1><button>Dark mode</button>' };
    model.respond = ({ turn }) =>
      turn === 0
        ? { thought: 'A button, then.', text: 'I **look**.', calls: [{ name: 'Read', args: { path: 'src/view.js' } }] }
        : turn === 1
          ? { calls: [{ name: 'Edit', args: edit }] }
          : { text: 'There is a button now.' };
    await composer().click();
    await say('add a dark mode button');
    await frame().getByRole('button', { name: 'Dark mode' }).waitFor();
    // Taken in by the page that was there, not by a new one.
    await frame().getByRole('button', { name: 'Counted 1' }).waitFor();
    const card = page.getByRole('group', { name: 'What the agent changed' });
    await card.getByText('One file changed').waitFor();
    await told('There is a button now.').waitFor();
    expect(await panel().locator('.agent-text strong').textContent()).toBe('look');
    expect(await states()).toEqual(['done', 'done']);
    await panel().getByText('330 tokens').waitFor();
    await card.getByRole('button', { name: /^src\/view.js, changed/ }).focus();
    await page.keyboard.press('Enter');
    const after = card.locator('.cm-content[aria-label="src/view.js after"]');
    await after.getByText('Dark mode').waitFor();
    await isFlawless('#panel-agent');
    await tabTo(card.getByRole('button', { name: 'Open src/view.js' }));
    await page.keyboard.press('Enter');
    await fileText('src/view.js').getByText('Dark mode').waitFor();

    await page.keyboard.press('Alt+i');
    await hasKeyboard(composer());
    await card.getByRole('button', { name: 'Go back to before this' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('These files go back:').waitFor();
    await isFlawless('[role=alertdialog]');
    await tabTo(dialog.getByRole('button', { name: 'Go back' }));
    await page.keyboard.press('Enter');
    await frame().getByRole('button', { name: 'Dark mode' }).waitFor({ state: 'detached' });
    await frame().getByRole('button', { name: 'Counted 1' }).waitFor();
    await told('One message was taken back').waitFor();
    await expect.poll(() => fileText('src/view.js').textContent()).toBe(VIEW.trimEnd());
    // The words are there to be said anew, and the next prompt knows nothing of the old ones.
    await hasKeyboard(composer());
    expect(await composer().inputValue()).toBe('add a dark mode button');
    model.respond = () => ({ text: 'Nothing to do.' });
    await page.keyboard.press('Enter');
    await told('Nothing to do.').waitFor();
    expect(model.requests.at(-1)!.messages).toHaveLength(1);
    await saved(page);
  }, 240_000);

  it('AG-03 UX-16 asks by keys alone: once, always, no; a message waits, Escape stops, ArrowUp says it again', async () => {
    const run = (command: string) => ({ name: 'Run', args: { command } });
    model.respond = ({ turn, results }) =>
      turn === 0
        ? { calls: [run('echo one'), run('echo two'), run('echo three')] }
        : { text: `So: ${results.join(', ')}` };
    await composer().click();
    await say('run them');
    const question = page.getByRole('region', { name: 'The agent asks' });
    await question.getByText('echo one').first().waitFor();
    await isFlawless('#panel-agent');
    await page.keyboard.press('Alt+y');
    await question.getByText('echo two').first().waitFor();
    await tabTo(question.getByRole('button', { name: /Always in this project/ }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await question.getByText('echo three').first().waitFor();
    await page.keyboard.press('Alt+n');
    await told('So: one').waitFor();
    await expect.poll(states).toEqual(['done', 'done', 'refused']);
    model.respond = ({ turn }) => (turn === 0 ? { calls: [run('echo two')] } : { text: 'Not asked again.' });
    await composer().click();
    await say('once more');
    await told('Not asked again.').waitFor();
    await idle();

    let release = (): void => undefined;
    model.respond = ({ messages }) =>
      messages.at(-1)?.text.includes('and this too')
        ? { text: 'Heard both.' }
        : { text: 'Slow.', until: new Promise<void>((resolve) => (release = resolve)) };
    await say('first this');
    await page.getByRole('button', { name: 'Stop the run' }).waitFor();
    await page.keyboard.type('and this too');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('in two lines');
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Waits to be taken up' }).getByText('and this too').waitFor();
    release();
    await told('Heard both.').waitFor();
    await idle();

    const asked = model.requests.length;
    model.respond = () => ({ text: 'x', until: new Promise<void>((resolve) => (release = resolve)) });
    await say('never mind');
    await expect.poll(() => model.requests.length, { timeout: PATIENCE_MS }).toBeGreaterThan(asked);
    await page.keyboard.press('Escape');
    await told('You stopped the run.').waitFor();
    release();
    await page.keyboard.press('ArrowUp');
    expect(await composer().inputValue()).toBe('never mind');
    await page.keyboard.press('ArrowUp');
    expect(await composer().inputValue()).toBe('and this too\nin two lines');
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
  }, 240_000);

  it('AG-06 an error says what is wrong, and is tried again; a picture in an answer is not loaded', async () => {
    model.respond = () => ({ status: 500, message: 'broken' });
    await composer().click();
    await say('say a word');
    await told('The provider failed (500)').waitFor({ timeout: PATIENCE_MS });
    await isFlawless('#panel-agent');
    const text =
      '![x](https://pictures.invalid/stolen)<img src="https://pictures.invalid/b"> [a link](javascript:alert(1))';
    model.respond = () => ({ text: `A word. ${text}` });
    await tabTo(page.getByRole('button', { name: 'Try again' }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await told('A word.').waitFor();
    expect(await panel().locator('img, script, [href^="javascript"]').count()).toBe(0);
    expect(await told('The provider failed (500)').count()).toBe(0);
  }, 240_000);

  it('CK-03 what a person edited since stays, unless she says otherwise', async () => {
    model.respond = ({ turn }) =>
      turn === 0
        ? { calls: [{ name: 'Read', args: { path: 'src/view.js' } }] }
        : turn === 1
          ? {
              calls: [
                { name: 'Edit', args: { path: 'src/view.js', old: 'Hello', new: 'Good day' } },
                { name: 'Write', args: { path: 'src/more.js', content: 'export const more = 1;\n' } },
              ],
            }
          : { text: 'Politer.' };
    await composer().click();
    await say('be polite');
    await told('2 files changed').waitFor();
    await fileText('src/view.js').click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('// mine\n');
    await saved(page);
    await page.getByRole('button', { name: 'Go back to before “be polite”' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.getByText('These were edited since:').waitFor();
    await isFlawless('[role=alertdialog]');
    await dialog.getByRole('button', { name: 'Go back' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.locator('.toasts').getByText('“src/more.js” is as it was').waitFor();
    expect(await fileText('src/view.js').textContent()).toContain('// mine');
    expect(await fileText('src/view.js').textContent()).toContain('Good day');
  }, 240_000);

  it('UX-16 @ offers files by keys and by mouse, and what is chosen is said', async () => {
    model.respond = () => ({ text: 'I see it.' });
    await page.getByRole('button', { name: 'New session', exact: true }).click();
    await hasKeyboard(composer());
    const choices = page.getByRole('listbox', { name: 'Files' }).getByRole('option');
    // What was taken back is still in the field.
    await page.keyboard.press('Control+a');
    await page.keyboard.type('look at @srcma');
    await expect.poll(() => choices.allTextContents()).toEqual(['src/main.js']);
    await isFlawless('#panel-agent');
    await shoot('agent-mentions');
    await page.keyboard.press('Tab');
    expect(await composer().inputValue()).toBe('look at @src/main.js ');
    await page.keyboard.type('and @s');
    await expect.poll(() => choices.count()).toBeGreaterThan(1);
    const second = await choices.nth(1).textContent();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.type('@pack');
    await choices.getByText('package.json').click();
    await page.keyboard.type('@se');
    await choices.first().waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => choices.count()).toBe(0);
    const words = `look at @src/main.js and @${second} @package.json @se`;
    expect(await composer().inputValue()).toBe(words);
    await page.keyboard.press('Enter');
    await told('I see it.').waitFor();
    expect(model.requests.at(-1)!.messages.at(-1)!.text).toBe(words);
    await idle();
  }, 240_000);

  it('UX-16 an MCP server is ticked for a session by keys; its tool is asked about, and shows what it gave', async () => {
    const search = { name: 'docs__search', args: { query: 'dark mode' } };
    model.respond = ({ turn }) => (turn === 0 ? { calls: [search] } : { text: 'It is on a page.' });
    await page.getByRole('button', { name: 'New session', exact: true }).click();
    await hasKeyboard(composer());
    const box = page.getByRole('group', { name: 'MCP servers' }).getByRole('checkbox', { name: 'docs' });
    await tabTo(box, 'Shift+Tab');
    await page.keyboard.press('Space');
    expect(await box.isChecked()).toBe(true);
    await isFlawless('#panel-agent');
    await shoot('agent-mcp');
    await composer().click();
    await say('find the page');
    const question = page.getByRole('region', { name: 'The agent asks' });
    await question.getByText('docs: search').waitFor();
    expect(docs.called).toEqual([]);
    await page.keyboard.press('Alt+y');
    await told('It is on a page.').waitFor();
    expect(docs.called).toEqual([{ name: 'search', args: { query: 'dark mode' } }]);
    await panel()
      .getByRole('button', { name: /docs: search/ })
      .click();
    await told('search found a page').waitFor();
    await idle();
  }, 240_000);

  it('UX-16 a long session has its end in the document and the rest on demand; sessions are named and left', async () => {
    const call = (turn: number, at: number) => ({ name: 'Read', args: { path: `../${turn}-${at}` } });
    model.respond = ({ turn }) =>
      turn < 5 ? { calls: Array.from({ length: 32 }, (_, at) => call(turn, at)) } : { text: 'All of them read.' };
    await page.getByRole('button', { name: 'New session', exact: true }).click();
    await hasKeyboard(composer());
    await say('read a lot');
    await told('All of them read.').waitFor({ timeout: PATIENCE_MS });
    await idle();
    await page.reload();
    await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
    await told('All of them read.').waitFor();
    expect(await panel().locator('.agent-items > *').count()).toBeLessThan(100);
    await page.getByRole('button', { name: /^Show earlier/ }).click();
    await expect.poll(() => panel().locator('.agent-items > *').count()).toBeGreaterThan(150);
    // Who reads further up stays there while the agent speaks, and when more comes from above.
    const words = 'many words to be read, one after the other. '.repeat(60);
    model.respond = () => ({ text: `${words}The end of them.`, everyMs: 10 });
    await composer().click();
    await say('speak');
    await told('many words to be read').waitFor();
    const log = page.getByRole('log', { name: 'Conversation' });
    await log.hover();
    await page.mouse.wheel(0, -500);
    await page.getByRole('button', { name: 'To the newest' }).waitFor();
    const tops = await log.evaluateHandle((element) => {
      const read = element.querySelectorAll('[data-item=call]').item(60);
      const all: number[] = [];
      const look = (): void => {
        all.push(Math.round(read.getBoundingClientRect().top));
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
      return all;
    });
    await told('The end of them.').waitFor({ state: 'attached' });
    await idle();
    const moved = (): Promise<number> =>
      tops.evaluate((all) => {
        const seen = all.splice(0);
        return seen.length < 2 ? Number.NaN : Math.max(...seen) - Math.min(...seen);
      });
    expect(await moved()).toBeLessThanOrEqual(1);
    // The keyboard's own way to the button scrolls there.
    await page.getByRole('button', { name: /^Show earlier/ }).focus();
    await page.waitForFunction((all) => all.length > 3, tops);
    await tops.evaluate((all) => void all.splice(0, all.length - 1));
    await page.keyboard.press('Enter');
    await told('../0-10').waitFor({ state: 'attached' });
    await page.waitForFunction((all) => all.length > 3, tops);
    expect(await moved()).toBeLessThanOrEqual(1);
    await shoot('agent-long');
    expect(await panel().locator('.agent-item').count()).toBeLessThanOrEqual(240);
    await page.getByRole('button', { name: 'Rename the session' }).click();
    await page.keyboard.type('Much reading');
    await page.keyboard.press('Enter');
    const session = page.getByRole('combobox', { name: 'Session' });
    await expect.poll(() => session.locator('option:checked').textContent()).toBe('Much reading');
    await page.getByRole('button', { name: 'Delete the session' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await expect.poll(() => session.locator('option:checked').textContent()).toBe('find the page');
    await page.setViewportSize({ width: 390, height: 800 });
    await told('It is on a page.').waitFor();
    expect(await findViolations(page, '#panel-agent')).toEqual([]);
  }, 240_000);
});
