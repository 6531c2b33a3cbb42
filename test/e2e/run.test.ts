/**
 * Runs as people and programs see them: the IDE in real tabs, the API beside it. The projects are a
 * server of five lines; Vite's own run is main-job.test.ts.
 */
import { apiPaths, holderTimes, runResponse, type RunReport, type RunVerb } from '@slipway/contracts';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, signIn } from './ask.ts';
import { openBrowser, openContext } from './browser.ts';
import { BOOT_MS, openTerminal, shows, type } from './ide-steps.ts';
import { makeProject } from './make-project.ts';
import { openPlainBrowser } from './plain-browser.ts';
import { type Product, startProduct } from './product.ts';

const RUN_MS = 60_000;

let product: Product;
let browser: Browser;
let context: BrowserContext;
let token: string;
beforeAll(async () => {
  product = await startProduct({ ROLE: 'api' });
  browser = await openBrowser();
  context = await openContext(browser);
  token = await signIn(product.port);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Says who it is, on stdout and stderr, and ends when it is told to. */
const SERVER = `
import { createServer } from 'node:http';
import { spawn } from 'node:child_process';
const port = Number(process.env.OWN_PORT ?? process.env.PORT);
if (process.env.CHILD) spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' });
createServer((request, response) => {
  if (request.url === '/crash') process.exit(7);
  response.setHeader('Content-Type', 'text/html');
  response.end('<h1>Served by ' + process.pid + '</h1>' + process.argv.slice(2).join(' ') + ' ' + process.env.BASE_PATH);
}).listen(port, process.env.HOST, () => {
  console.log('out: listening on ' + port);
  console.error('err: a warning of mine');
});
`;
const BUILD = `console.log('built'); process.exit(Number(process.env.FAIL ?? 0));`;

const SCRIPTS = {
  dev: 'CHILD=1 node server.mjs',
  start: 'node server.mjs',
  build: 'node build.mjs',
  test: 'echo tested',
};
const project = (name: string) =>
  makeProject(product.port, token, name, {
    'package.json': JSON.stringify({ name: 'small', private: true, scripts: SCRIPTS }),
    'server.mjs': SERVER,
    'build.mjs': BUILD,
    'local/package.json': '{"name":"local","version":"1.0.0"}',
    'local/index.js': '',
  });

const addressOf = (id: string): string => `${product.url}/projects/${id}`;

async function open(id: string, where: BrowserContext = context): Promise<Page> {
  const page = await where.newPage();
  await page.goto(addressOf(id));
  await page.locator('.workspace').waitFor({ timeout: BOOT_MS });
  return page;
}

async function call(verb: RunVerb, body: Record<string, unknown> = {}): Promise<{ status: number; body: string }> {
  return await ask(product.port, 'POST', apiPaths.run(verb), { token, body });
}
async function status(appId: string): Promise<RunReport> {
  const answer = await ask(product.port, 'GET', `${apiPaths.run('status')}?appId=${appId}`, { token });
  return runResponse.parse(JSON.parse(answer.body)).run;
}
/** Asks until the API says so; each answer is derived anew. */
const becomes = (appId: string, wanted: RunReport['status']): Promise<void> =>
  expect.poll(async () => (await status(appId)).status, { timeout: RUN_MS, interval: 200 }).toBe(wanted);

const bar = (page: Page) => page.getByRole('status').filter({ hasText: /./ }).and(page.locator('[data-run]'));
const phase = (page: Page, name: string): Promise<void> => page.locator(`[data-run=${name}]`).waitFor();
const heading = (page: Page) => page.frameLocator('iframe[title="Preview of the project"]').getByRole('heading');
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
/** Types a command into the terminal and waits until it is done. */
async function command(page: Page, line: string): Promise<void> {
  await openTerminal(page);
  await type(page, `clear; ${line}; echo do""ne`);
  await shows(page, 'done');
}
/** From a page where nothing runs to the project's server. */
async function run(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Run( again)?$/ })
    .first()
    .click();
  await phase(page, 'running');
}
async function stop(page: Page): Promise<void> {
  await button(page, 'Stop').click();
  await phase(page, 'idle');
}
const script = (page: Page, name: string): Promise<void> =>
  page.getByRole('group', { name: 'Scripts' }).getByRole('button', { name }).click();

/** One project for all of it: each test begins and ends where nothing runs, and leaves scripts that end. */
describe('a run in one tab', () => {
  let id: string;
  let page: Page;
  beforeAll(async () => {
    id = await project('One');
    page = await open(id);
  });
  afterAll(() => page?.close());

  it('RN-05 RN-11 RN-18 begins with the project, and its status is what the table and the port say; RN-09 stop forgets it; RN-13 the record is beside the project', async () => {
    await phase(page, 'running');
    await heading(page).filter({ hasText: 'Served by' }).waitFor();
    const report = await status(id);
    expect(report).toMatchObject({ appId: id, status: 'RUNNING', type: 'DEV', exitCode: null, finishedAt: null });
    expect(new URL(report.previewUrl ?? '').port).toBe(String(product.port));
    await page.getByRole('list', { name: 'Open ports' }).getByRole('link', { name: 'Port 5173' }).waitFor();
    await bar(page).filter({ hasText: 'Running on port 5173' }).waitFor();

    await openTerminal(page);
    await type(
      page,
      'clear; cat /workspace/run/current.json /workspace/run/dev.pid; grep -c out: /workspace/run/dev.log',
    );
    await shows(page, `"pid":${report.pid}`);
    await type(page, 'clear; ls -a; echo broken > /workspace/run/current.json; echo bro""ken');
    await shows(page, 'server.mjs');
    await shows(page, 'broken');
    await becomes(id, 'UNKNOWN');

    await stop(page);
    await becomes(id, 'IDLE');
    expect((await status(id)).pid).toBeNull();
    // The child that made a session of its own is gone with the rest, and so is the record.
    await openTerminal(page);
    await type(page, 'clear; pgrep sleep || echo no""body; ls /workspace/run; echo en""ded');
    await shows(page, 'ended');
    const shown = await page.locator('#panel-shell .xterm-rows').innerText();
    expect(shown).toContain('nobody');
    expect(shown).not.toContain('current.json');
    for (let again = 0; again < 2; again++)
      expect(JSON.parse((await call('stop', { appId: id })).body)).toMatchObject({ run: { status: 'IDLE' } });
  }, 120_000);

  it('RN-03 explains a wrong port and what to write, never shows it as the preview; RN-07 the run is told its port, host and base', async () => {
    await command(page, "sed -i 's/CHILD=1/OWN_PORT=3000/' package.json");
    await button(page, 'Run').first().click();
    await page
      .getByRole('alert')
      .filter({ hasText: 'It listens on port 3000, and the preview shows port 5173' })
      .waitFor();
    expect(await status(id)).toMatchObject({ status: 'STARTING', previewUrl: null });
    await page.getByRole('tab', { name: 'Run' }).click();
    await page.getByRole('link', { name: 'Port 3000' }).waitFor();
    await script(page, 'start');
    await phase(page, 'running');
    const body = page.frameLocator('iframe[title="Preview of the project"]').locator('body');
    await body.filter({ hasText: '--host 0.0.0.0 --port 5173 --strictPort --base / /' }).waitFor();
    expect(await status(id)).toMatchObject({ status: 'RUNNING', type: 'START' });
    await stop(page);
    await command(page, "sed -i 's/OWN_PORT=3000 //' package.json");
  }, 120_000);

  it('RN-04 RN-08 RN-12 a build stops what runs, also what was typed into the terminal, and ends with its code; stdout and stderr are told apart; TC-01 a lockfile of pnpm’s brings pnpm', async () => {
    await run(page);
    await page.getByRole('tab', { name: 'Run' }).click();
    const output = page.getByRole('region', { name: 'Output of the project' });
    await output.getByText('▌').first().waitFor();
    await page.getByLabel('Output to show').focus();
    await page.keyboard.press('End');
    await output.getByText('err: a warning of mine').last().waitFor();
    await expect.poll(() => output.innerText()).not.toContain('out: listening');
    await page.keyboard.press('Home');

    await stop(page);
    await openTerminal(page);
    await type(page, 'clear; PORT=5173 npm run dev');
    await shows(page, 'out: listening on 5173');
    expect((await call('build', { appId: id })).status).toBe(202);
    await becomes(id, 'SUCCESS');
    expect(await status(id)).toMatchObject({ type: 'BUILD', pid: null, exitCode: 0, ports: [] });
    await command(page, "sed -i 's/FAIL ?? 0/FAIL ?? 3/' build.mjs");
    expect((await call('build', { appId: id })).status).toBe(202);
    await becomes(id, 'FAILED');
    expect(await status(id)).toMatchObject({ exitCode: 3, finishedAt: expect.any(Number) });
    await command(page, `echo "lockfileVersion: '9.0'" > pnpm-lock.yaml`);
    await page.getByRole('tab', { name: 'Run' }).click();
    await script(page, 'test');
    await output.getByText(/\$ pnpm (run )?test/).waitFor();
    await output.getByText('tested').last().waitFor();
    await command(page, 'rm pnpm-lock.yaml');
  }, 180_000);

  it('RN-05 RN-08 installs what is missing before it starts, and asks for an install when package.json is another than the installed one', async () => {
    await command(page, 'npm pkg set dependencies.one=file:./local');
    await run(page);
    await command(page, 'npm pkg set dependencies.two=file:./local');
    await button(page, 'Install').waitFor();
    await page.getByRole('tab', { name: 'Run' }).click();
    await page.getByText(/is not what was installed/).waitFor();
    await button(page, 'Install').click();
    await becomes(id, 'SUCCESS');
    expect((await status(id)).type).toBe('INSTALL');
    await page.getByText(/is not what was installed/).waitFor({ state: 'detached' });
  }, 180_000);

  it('RN-11 a server that is killed is dead at once and started again with the cause, three times and no more', async () => {
    await run(page);
    for (let crash = 0; crash < 4; crash++) {
      await phase(page, 'running');
      const served = heading(page).filter({ hasText: 'Served by' });
      await served.waitFor();
      const before = (await status(id)).pid;
      await page.getByLabel('Path').click();
      await page.keyboard.press('Control+a');
      await type(page, '/crash');
      if (crash < 3)
        await expect
          .poll(
            async () => {
              const now = await status(id);
              return now.status === 'RUNNING' && now.pid !== before;
            },
            { timeout: RUN_MS },
          )
          .toBe(true);
    }
    await page.getByRole('alert').filter({ hasText: 'npm run dev ended with code 7' }).waitFor();
    expect(await status(id)).toMatchObject({ status: 'DEAD', pid: null, exitCode: 7, previewUrl: null });
    await button(page, 'Run again').first().click();
    await phase(page, 'running');
    await stop(page);
  }, 180_000);

  it('RN-06 a preview without a script to run is refused by name, and RN-01 the API says so', async () => {
    await command(page, `echo '{"scripts":{"lint":"true"}}' > package.json`);
    await button(page, 'Run').first().click();
    await page.getByRole('alert').filter({ hasText: 'package.json has no such script; it has lint' }).waitFor();
    const answer = await call('preview', { appId: id });
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([422, { details: { code: 'NO_SCRIPT' } }]);
    expect((await status(id)).status).toBe('IDLE');
  }, 60_000);
});

describe('a project in two tabs and two browsers, of which some are killed in mid run', () => {
  let id: string;
  let first: Page;
  beforeAll(async () => {
    id = await project('Shared');
    first = await open(id);
    await phase(first, 'running');
  });

  it('RN-17 RN-16 is run by one of them; another takes it over, on this device or another, and the first one stops; of a browser that is killed nothing runs, and nothing says that it does', async () => {
    const second = await open(id);
    await second.getByRole('heading', { name: 'The project is open in another tab' }).waitFor();
    expect((await status(id)).status).toBe('RUNNING');
    await button(second, 'Take over').click();
    await phase(second, 'running');
    await heading(second).filter({ hasText: 'Served by' }).waitFor();
    await phase(first, 'elsewhere');

    const device = await openBrowser();
    const third = await open(id, await openContext(device));
    await third.getByRole('heading', { name: 'The project is open in another tab' }).waitFor();
    await button(third, 'Run here').click();
    await phase(third, 'running');
    await phase(second, 'elsewhere');
    await becomes(id, 'RUNNING');
    await second.close();
    const session = await device.newBrowserCDPSession();
    // Never answered: who would answer is gone.
    session.send('Browser.crash').catch(() => undefined);
    await new Promise<void>((resolve) => device.on('disconnected', () => resolve()));
    // Its lease ends by itself.
    await becomes(id, 'DEAD');
    await button(first, 'Take over').click();
    await phase(first, 'running');
  }, 180_000);

  it('RN-16 the server is ended and comes back: the run went on, and the status says so', async () => {
    const before = await status(id);
    await product.restart(async () => undefined);
    await becomes(id, 'RUNNING');
    expect((await status(id)).pid).toBe(before.pid);
    await phase(first, 'running');
  }, 120_000);

  it('RN-16 a tab that is loaded anew runs again, and one that crashes is DEAD when its lease lapses', async () => {
    await first.reload();
    await first.locator('.workspace').waitFor({ timeout: BOOT_MS });
    await phase(first, 'running');
    const session = await context.newCDPSession(first);
    // Never answered: the page is gone.
    session.send('Page.crash').catch(() => undefined);
    await first.waitForEvent('crash');
    await becomes(id, 'DEAD');
    expect((await call('start', { appId: id })).status).toBe(409);
    await first.close();
  }, 120_000);

  it('RN-15 RN-02 RN-17 a hidden tab leads the stream, holds its project and answers; opening another leaves its run alone, starting that one stops it', async () => {
    const [a, b] = [await project('Hidden'), await project('Shown')];
    const plain = await openPlainBrowser();
    try {
      const hidden = await plain.openTab(addressOf(a));
      await becomes(a, 'RUNNING');
      const shown = await plain.openTab(addressOf(b));
      // Its container is there by then: it would have run.
      const text = () => shown.evaluate('document.body.innerText');
      await expect.poll(text).toContain('Another project of yours is running');
      expect(await hidden.evaluate('document.visibilityState')).toBe('hidden');
      expect(await hidden.evaluate('navigator.locks.query().then(({ held }) => held.map(({ name }) => name))')).toEqual(
        expect.arrayContaining([`slipway-run-${a}`, expect.stringContaining('slipway-events-')]),
      );
      // Twice as long as its lease: without heartbeats it would be gone.
      const until = performance.now() + holderTimes.leaseMs * 2;
      while (performance.now() < until) {
        expect((await status(a)).status).toBe('RUNNING');
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      expect((await call('stop', { appId: a })).status).toBe(200);
      expect((await call('start', { appId: a })).status).toBe(202);
      await becomes(a, 'RUNNING');
      // The stream is the hidden tab's: this command reaches the other one through it.
      await expect.poll(() => shown.evaluate('document.querySelector("[data-run]")?.dataset.run')).toBe('idle');
      expect((await call('start', { appId: b })).status).toBe(202);
      await becomes(b, 'RUNNING');
      await becomes(a, 'IDLE');
    } finally {
      await plain.close();
    }
  }, 120_000);
});
