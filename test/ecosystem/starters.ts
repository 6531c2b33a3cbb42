/**
 * A folder of projects, each as somebody would use it: install, start, first paint, an edit that shows, build. The
 * unmodified client in a page of another site, the preview in a frame of it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isolationHeaders } from '@slipway/embed';
import { readTree } from '@slipway/embed/node';
import { build } from 'esbuild';
import type { Frame, Page } from 'playwright-core';
import type * as client from '@webcontainer/api';
import { openBrowser, openContext } from '../e2e/browser.ts';
import type { CheckResult } from './report.ts';
import { serveRuntime } from './serve-runtime.ts';

/** What the run is given. */
export interface StartersRun {
  readonly suite: string;
  readonly projects: readonly string[];
  readonly filters: readonly string[];
  readonly storage: 'denied' | 'partitioned';
  /** Of one step. */
  readonly limitMs: number;
  readonly log: (text: string) => void;
}

interface StarterWindow {
  readonly api: typeof client;
  container: client.WebContainer;
  readonly served: string[];
  output: string;
  program: client.WebContainerProcess;
}

/** What the vendor's own start field says, else the scripts in this order. */
const START_SCRIPTS = ['dev', 'start', 'serve'];
const TAIL_CHARS = 300;

export async function runStarters(run: StartersRun): Promise<CheckResult[]> {
  const chosen = run.projects.filter(
    (name) => run.filters.length === 0 || run.filters.some((filter) => name.includes(filter)),
  );
  const runtime = await serveRuntime();
  const pages = await servePages(run.suite);
  const checks: CheckResult[] = [];
  try {
    for (const name of chosen) {
      const began = Date.now();
      const { steps, cause } = await tryStarter(run, name, runtime.address, pages.origin);
      const check = { name: `${name} (${steps.join(', ')})`, passed: cause === '', cause };
      checks.push({ ...check, seconds: (Date.now() - began) / 1000 });
      run.log(`${cause === '' ? 'pass' : 'FAIL'} ${check.name} ${cause}`);
    }
    return checks;
  } finally {
    await pages.close();
    await runtime.close();
  }
}

/** The steps that held, and why the next did not. */
async function tryStarter(
  run: StartersRun,
  name: string,
  address: string,
  origin: string,
): Promise<{ steps: string[]; cause: string }> {
  const args =
    run.storage === 'partitioned' ? ['--disable-features=Translate', '--test-third-party-cookie-phaseout'] : [];
  const browser = await openBrowser({ args });
  const steps: string[] = [];
  let page: Page | undefined;
  try {
    page = await (await openContext(browser)).newPage();
    page.setDefaultTimeout(run.limitMs);
    // Of the loader that runs this file: it names the functions that go into pages.
    await page.addInitScript('globalThis.__name = (named) => named');
    await page.goto(`${origin}/`);
    await page.waitForFunction(() => 'api' in window);
    await page.evaluate(
      async ({ address, tree }) => {
        const page = window as unknown as StarterWindow;
        Object.assign(window, { WEBCONTAINER_API_IFRAME_URL: address });
        page.container = await page.api.WebContainer.boot();
        page.container.on('server-ready', (_port, url) => void page.served.push(url));
        await page.container.mount(await (await fetch(tree)).arrayBuffer());
      },
      { address, tree: `/tree/${name}` },
    );
    const { start, scripts } = startOf(join(run.suite, name));
    await spawn(page, ['npm', 'install'], run.limitMs);
    steps.push('install');
    await startProgram(page, start);
    steps.push('start');
    const frame = await show(page);
    steps.push('paint');
    if (await edit(page, frame, { folder: join(run.suite, name), start })) steps.push('edit');
    if (scripts['build'] !== undefined) {
      await spawn(page, ['npm', 'run', 'build'], run.limitMs);
      steps.push('build');
    }
    return { steps, cause: '' };
  } catch (error) {
    const said = await page?.evaluate(() => (window as unknown as StarterWindow).output).catch(() => '');
    const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    return { steps, cause: `${message} — ${(said ?? '').slice(-TAIL_CHARS).replaceAll(/\s+/g, ' ')}` };
  } finally {
    await browser.close();
  }
}

/** Starts what serves, and goes on when it does. */
async function startProgram(page: Page, start: string): Promise<void> {
  await page.evaluate(async (command) => {
    const page = window as unknown as StarterWindow;
    page.served.length = 0;
    const program = await page.container.spawn('jsh', ['-c', command]);
    page.program = program;
    const write = (chunk: string): void => void (page.output += chunk);
    program.output.pipeTo(new WritableStream({ write })).catch(console.error);
  }, start);
  await page.waitForFunction(() => (window as unknown as StarterWindow).served.length > 0);
}

/** Runs a command to its end, which has to be 0 within the limit. */
async function spawn(page: Page, argv: readonly string[], limitMs: number): Promise<void> {
  const code = await page.evaluate(
    async ({ argv, limitMs }) => {
      const page = window as unknown as StarterWindow;
      const program = await page.container.spawn(argv[0] ?? '', argv.slice(1), { env: { CI: '1' } });
      const write = (chunk: string): void => void (page.output += chunk);
      program.output.pipeTo(new WritableStream({ write })).catch(console.error);
      const late = new Promise<number>((resolve) => setTimeout(() => resolve(-1), limitMs));
      return await Promise.race([program.exit, late]);
    },
    { argv: [...argv], limitMs },
  );
  if (code !== 0) throw new Error(`"${argv.join(' ')}" ${code === -1 ? 'did not end' : `ended with ${code}`}`);
}

/** What somebody types to start it: the vendor's own field, or a script. */
function startOf(folder: string): { start: string; scripts: Readonly<Record<string, string>> } {
  const read = (name: string): Record<string, unknown> =>
    existsSync(join(folder, name))
      ? (JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>)
      : {};
  const manifest = read('package.json');
  const own = (read('.stackblitzrc')['startCommand'] ??
    (manifest['stackblitz'] as { startCommand?: unknown } | undefined)?.startCommand) as string | undefined;
  const scripts = (manifest['scripts'] ?? {}) as Record<string, string>;
  const script = START_SCRIPTS.find((name) => scripts[name] !== undefined);
  if (typeof own !== 'string' && script === undefined) throw new Error('Cannot start: there is no script for it');
  return { start: typeof own === 'string' ? own : `npm run ${script}`, scripts };
}

/** Shows the preview; gives its frame when there is something to see. */
async function show(page: Page): Promise<Frame> {
  const handle = await page.evaluateHandle(() => {
    const frame = document.createElement('iframe');
    frame.allow = 'cross-origin-isolated';
    frame.src = (window as unknown as StarterWindow).served[0] ?? '';
    document.body.append(frame);
    return frame;
  });
  const frame = await handle.contentFrame();
  if (frame === null) throw new Error('Cannot show the preview: there is no frame');
  await frame.waitForFunction(
    () =>
      !document.title.startsWith('Preview') &&
      (document.body.innerText.trim() !== '' || document.querySelector('canvas, svg, img, video') !== null),
  );
  return frame;
}

const EDITED = 'Edited on Slipway';
const SOURCES = /\.(html|[cm]?[jt]sx?|vue|svelte|astro|mdx?|ejs|nj|njk|pug)$/;
const FEWEST_CHARS = 6;
const MOST_CHARS = 80;
const HOT_MS = 15_000;

/** Changes a text of the page where a file has it, and waits for it to be seen. False: no file has one. */
async function edit(page: Page, frame: Frame, project: { folder: string; start: string }): Promise<boolean> {
  const texts = (await frame.evaluate(() => document.body.innerText))
    .split('\n')
    .map((text) => text.trim())
    .filter((text) => text.length >= FEWEST_CHARS && text.length < MOST_CHARS);
  const read = (path: string): string => readFileSync(join(project.folder, path), 'utf8');
  const files = sourcesBelow(project.folder, '');
  for (const text of texts) {
    const found = files.filter((path) => read(path).includes(text));
    if (found.length === 0) continue;
    // Wherever it stands: a title and a heading may be the same, and which one is shown only the program knows.
    await page.evaluate(
      async (edits) => {
        const { container } = window as unknown as StarterWindow;
        for (const [path, content] of edits) await container.fs.writeFile(path, content);
      },
      found.map((path): [string, string] => [path, read(path).replaceAll(text, EDITED)]),
    );
    await seeEdit(page, frame, project.start);
    return true;
  }
  return false;
}

/** By a hot update, else after a reload, else when what serves was started anew, as a program that watches nothing wants. */
async function seeEdit(page: Page, frame: Frame, start: string): Promise<void> {
  const seen = (timeout: number): Promise<boolean> =>
    frame
      .waitForFunction((wanted) => document.body.innerText.includes(wanted), EDITED, { timeout })
      .then(() => true)
      .catch(() => false);
  if (await seen(HOT_MS)) return;
  await frame.evaluate(() => location.reload()).catch(() => undefined);
  if (await seen(HOT_MS)) return;
  await page.evaluate(async () => {
    const { program } = window as unknown as StarterWindow;
    program.kill();
    await program.exit;
  });
  await startProgram(page, start);
  await frame.evaluate(() => location.reload()).catch(() => undefined);
  if (!(await seen(2 * HOT_MS))) throw new Error('The edit was not seen');
}

function sourcesBelow(folder: string, path: string): string[] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const below = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourcesBelow(folder, below);
    return SOURCES.test(entry.name) ? [below] : [];
  });
}

/** The embedding page, and each project as a tree that mounts. */
async function servePages(suite: string): Promise<{ origin: string; close: () => Promise<void> }> {
  const bundled = await build({
    stdin: {
      contents: "import * as api from '@webcontainer/api'; Object.assign(window, { api, served: [], output: '' });",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'esm',
    write: false,
  });
  const script = bundled.outputFiles[0]?.text ?? '';
  const server = createServer((request, response) => {
    const [, kind, name = ''] = (request.url ?? '/').split('/');
    const send = (type: string, body: string | Uint8Array): void => {
      response.writeHead(200, { ...isolationHeaders.app, 'Content-Type': type });
      response.end(body);
    };
    if (kind === 'tree')
      readTree(join(suite, decodeURIComponent(name))).then(
        (tree) => send('application/octet-stream', tree),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    else if (kind === 'page.js') send('text/javascript', script);
    else send('text/html', '<!doctype html><title>starter</title><body><script type="module" src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
