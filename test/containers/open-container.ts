/**
 * A real container for tests, benches and conformance runs: headless Chromium,
 * the unmodified client, the runtime as built in apps/runtime/dist.
 */
import { fileURLToPath } from 'node:url';
import { isolationHeaders } from '@slipway/embed';
import { answer, type AppRoutes, readTree, type ServedHosts, serveHosts } from '@slipway/embed/node';
import type { Inspection, KeptState } from '@slipway/wire';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { localRuntime } from '../../apps/cli/src/container/local-runtime.ts';
import { type Engine, openBrowser, openContext } from '../e2e/browser.ts';
import type { PageResult, PageRun } from './page/page.ts';

/** See `PageResult`. */
export type RunResult = PageResult;

/** How a page ends. */
export type PageEnd = 'reload' | 'crash';

/** A booted container with what tests ask of it. Whoever opened it closes it. */
export interface TestContainer {
  readonly page: Page;
  readonly hosts: ServedHosts;
  readonly runtimeOrigin: string;
  /** Mounts files by path, or a whole folder of this machine. */
  mount(files: Readonly<Record<string, string>> | { readonly folder: string; readonly at?: string }): Promise<void>;
  /** Runs a command without a terminal and collects what it prints. */
  run(
    command: string,
    args: readonly string[],
    options?: Partial<Omit<PageRun, 'command' | 'args'>>,
  ): Promise<RunResult>;
  /** What the runtime has given out (contracts/container-control); `check` verifies the file system too. */
  inspect(check: boolean): Promise<Inspection>;
  /** Ends the page and boots a container of the same origin in the same browser. */
  reopen(end: PageEnd): Promise<void>;
  /** Another tab of the same browser with a container of the same origin. */
  openTab(): Promise<Page>;
  /** What becomes of the home folder. */
  kept(): Promise<KeptState>;
  /** Errors and warnings of the page and of all frames in it, for messages. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

// A test's own limit is longer, so that the message says what the program printed.
const RUN_LIMIT_MS = 60_000;
const LABEL = 'cli';
const PAGE = [
  '<!doctype html><meta charset="utf-8"><title>test</title><link rel="icon" href="data:,">',
  '<body><script type="module" src="/page.js"></script>',
].join('');

/** Boots a container in a browser of its own, or in a context of the one that is given. */
export async function openTestContainer(
  given?: Browser,
  { keep = false, engine }: { keep?: boolean; engine?: Engine | undefined } = {},
): Promise<TestContainer> {
  const script = await bundlePage();
  const folders = new Map<string, string>();
  const hosts = await serveHosts({ ...localRuntime(), app: pageRoutes(script, folders) });
  const runtimeOrigin = hosts.runtime(LABEL);
  const browser = given ?? (await openBrowser({ engine }));
  const context = await openContext(browser);
  const complaints: string[] = [];
  const boot = async (page: Page): Promise<void> => {
    await page.goto(hosts.app);
    await page.waitForFunction(() => 'slipway' in globalThis);
    await page.evaluate(({ origin, keep }) => globalThis.slipway.boot(origin, keep), { origin: runtimeOrigin, keep });
  };
  const openTab = async (): Promise<Page> => {
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    await boot(page);
    return page;
  };
  let page = await openTab();

  return {
    get page() {
      return page;
    },
    openTab,
    async reopen(end) {
      if (end === 'reload') return await boot(page);
      const devtools = await context.newCDPSession(page);
      const crashed = page.waitForEvent('crash');
      // Never answered: who would answer is gone.
      devtools.send('Page.crash').catch(() => undefined);
      await crashed;
      await page.close();
      page = await openTab();
    },
    kept: () => page.evaluate(() => globalThis.slipway.kept()),
    hosts,
    runtimeOrigin,
    complaints: () => complaints,
    async mount(files) {
      if (
        'folder' in files &&
        typeof files.folder === 'string' &&
        Object.keys(files).every((key) => key === 'folder' || key === 'at')
      ) {
        const path = `/folder/${folders.size}`;
        folders.set(path, files.folder);
        await page.evaluate(({ path, at }) => globalThis.slipway.mountFrom(path, at), {
          path,
          at: (files as { at?: string }).at,
        });
        return;
      }
      await page.evaluate(
        async (entries) => {
          for (const [path, text] of entries) {
            const folder = path.slice(0, path.lastIndexOf('/'));
            if (folder !== '') await globalThis.slipway.container.fs.mkdir(folder, { recursive: true });
            await globalThis.slipway.container.fs.writeFile(path, text);
          }
        },
        Object.entries(files as Record<string, string>),
      );
    },
    run: (command, args, options = {}) =>
      page.evaluate((run) => globalThis.slipway.run(run), { command, args, limitMs: RUN_LIMIT_MS, ...options }),
    inspect: (check) => page.evaluate((withCheck) => globalThis.slipway.inspect(withCheck), check),
    async close() {
      await context.close();
      if (given === undefined) await browser.close();
      await hosts.close();
    },
  };
}

/** The page, its script, and the folders that were given out by path. */
function pageRoutes(script: string, folders: ReadonlyMap<string, string>): AppRoutes {
  return async (url, _request, response) => {
    const folder = folders.get(url.pathname);
    const headers = isolationHeaders.app;
    if (url.pathname === '/') answer(response, 200, 'text/html', PAGE, headers);
    else if (url.pathname === '/page.js') answer(response, 200, 'text/javascript', script, headers);
    else if (folder === undefined) return false;
    else answer(response, 200, 'application/octet-stream', await readTree(folder), headers);
    return true;
  };
}

async function bundlePage(): Promise<string> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL('page/page.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
    target: 'chrome120',
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('Cannot bundle the test page: no output');
  return file.text;
}
