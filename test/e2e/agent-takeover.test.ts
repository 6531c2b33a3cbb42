/** A run of the coding agent whose tab is closed, and opened again: a real tab, a real headless sandbox, one database. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NumberedEvent } from '@slipway/agent';
import { apiPaths, holderResponse } from '@slipway/contracts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ModelServer, startModelServer } from '../../apps/server/src/agent/testing/model-server.ts';
import { ask, mustBe, signIn } from './ask.ts';
import { openBrowser, openContext } from './browser.ts';
import { BOOT_MS } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { type Product, startProduct } from './product.ts';
import { openSavedFiles } from './saved-files.ts';

const WAIT = { timeout: 90_000, interval: 250 };
const LINES = 9;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let model: ModelServer;
let token: string;
let folder: string;
beforeAll(async () => {
  model = await startModelServer();
  folder = mkdtempSync(join(tmpdir(), 'slipway-takeover-'));
  const file = join(folder, 'providers.toml');
  const models = 'models = [{ id = "scripted" }]';
  writeFileSync(
    file,
    `[[providers]]\nname = "house"\nkind = "openai-compatible"\nbaseUrl = "${model.url}"\n${models}\n`,
  );
  product = await startProduct({ AGENT_PROVIDERS_FILE: file, LOG_LEVEL: 'info' });
  browser = await openBrowser();
  context = await openContext(browser);
  token = await signIn(product.port);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await model?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openTab(id: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${product.url}/projects/${id}`);
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
  return page;
}
async function holderOf(id: string): Promise<string | undefined> {
  const answer = mustBe(await ask(product.port, 'GET', apiPaths.holder(id), { token }), 200, 'holder');
  return holderResponse.parse(JSON.parse(answer.body)).holder?.kind;
}

it('AG-10 a tab closed in mid run: the run goes on in a sandbox, and a new tab shows all of it and takes over', async () => {
  const id = await makeProject(product.port, token, 'Takeover', {
    'package.json': '{ "name": "small", "private": true }\n',
    'log.txt': '',
  });
  const sessions = `/api/v1/projects/${id}/agent/sessions`;
  const settings = { provider: 'house', model: 'scripted', scope: ['**'], permission: 'full' };
  const made = mustBe(await ask(product.port, 'POST', sessions, { token, body: settings }), 201, 'session');
  const session = `${sessions}/${(JSON.parse(made.body) as { session: { id: string } }).session.id}`;
  const events = async (): Promise<NumberedEvent[]> => {
    const answer = mustBe(await ask(product.port, 'GET', `${session}/events`, { token }), 200, 'events');
    return (JSON.parse(answer.body) as { events: NumberedEvent[] }).events;
  };
  const results = async (): Promise<string[]> =>
    (await events()).flatMap(({ event }) => (event.type === 'ToolResult' ? [event.text] : []));
  // The model waits where the test closes and opens tabs.
  const gates = new Map([3, 6].map((turn) => [turn, Promise.withResolvers<void>()]));
  model.respond = ({ turn }) =>
    turn === LINES
      ? { text: 'All is written' }
      : {
          calls: [{ name: 'Run', args: { command: `echo "line ${turn}" >> log.txt; wc -l < log.txt` } }],
          until: gates.get(turn)?.promise ?? Promise.resolve(),
        };

  const first = await openTab(id);
  await expect.poll(() => holderOf(id), WAIT).toBe('tab');
  mustBe(
    await ask(product.port, 'POST', `${session}/methods`, { token, body: { type: 'Run', input: 'go' } }),
    202,
    'run',
  );
  await expect.poll(async () => (await results()).length, WAIT).toBe(3);
  await first.close();
  gates.get(3)!.resolve();
  const closedAt = performance.now();
  await expect.poll(async () => (await results()).length, WAIT).toBeGreaterThan(3);
  console.log(`the run went on ${Math.round(performance.now() - closedAt)} ms after its tab was closed`);
  expect(await holderOf(id)).toBe('sandbox');
  await expect.poll(async () => (await results()).length, WAIT).toBe(6);

  const second = await openTab(id);
  await expect.poll(() => holderOf(id), WAIT).toBe('tab');
  await second.locator('.tree-row[data-path="log.txt"]').click();
  await second.locator('.cm-line', { hasText: 'line 5' }).waitFor();
  gates.get(6)!.resolve();
  await second.locator('.cm-line', { hasText: 'line 8' }).waitFor();
  await expect.poll(async () => (await events()).at(-1)?.event.type, WAIT).toBe('RunEnd');

  const all = await events();
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, at) => at + 1));
  const said = await results();
  expect(said.map((text) => Number(/(\d+)\n\[exit code 0\]/.exec(text)?.[1]))).toEqual(
    Array.from({ length: LINES }, (_, at) => at + 1),
  );
  expect(said.map((text) => text.includes('sandbox of the server'))).toEqual(
    Array.from({ length: LINES }, (_, at) => at === 3),
  );
  const files = await openSavedFiles(product.port, `${product.url}/projects/${id}`);
  const whole = Array.from({ length: LINES }, (_, at) => `line ${at}\n`).join('');
  await expect.poll(() => files.text('log.txt'), WAIT).toBe(whole);
}, 240_000);
