/**
 * A real container for tests, benches and conformance runs: headless Chromium,
 * the unmodified client, the runtime as built in apps/runtime/dist.
 */
import { fileURLToPath } from 'node:url';
import type { Inspection } from '@slipway/contracts';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { APP_HEADERS, type ContainerHosts, send, serveHosts } from '../../apps/server/src/container-cli/hosts.ts';
import { localRuntime } from '../../apps/server/src/container-cli/local-runtime.ts';
import { readTree } from '../../apps/server/src/container-cli/folder-tree.ts';
import { openBrowser } from '../e2e/browser.ts';
import type { PageResult, PageRun } from './page/page.ts';

export type RunResult = PageResult;

export interface TestContainer {
  readonly page: Page;
  readonly hosts: ContainerHosts;
  /** Mounts files by path, or a whole folder of this machine. */
  mount(files: Readonly<Record<string, string>> | { readonly folder: string; readonly at?: string }): Promise<void>;
  /** Runs a command without a terminal and collects what it prints. */
  run(command: string, args: readonly string[], options?: Partial<Omit<PageRun, 'command' | 'args'>>): Promise<RunResult>;
  /** What the runtime has given out (contracts/container-control); `check` verifies the file system too. */
  inspect(check: boolean): Promise<Inspection>;
  /** What the pages complained of, for messages. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

const RUN_LIMIT_MS = 60_000;

export async function openTestContainer(given?: Browser): Promise<TestContainer> {
  const script = await bundlePage();
  const folders = new Map<string, string>();
  const hosts = await serveHosts(async (url, _request, response) => {
    if (url.pathname === '/') send(response, 200, 'text/html', '<!doctype html><meta charset="utf-8"><title>test</title><link rel="icon" href="data:,"><body><script type="module" src="/page.js"></script>', APP_HEADERS);
    else if (url.pathname === '/page.js') send(response, 200, 'text/javascript', script, APP_HEADERS);
    else if (url.pathname.startsWith('/folder/')) {
      const folder = folders.get(url.pathname);
      if (folder === undefined) return false;
      send(response, 200, 'application/octet-stream', await readTree(folder), APP_HEADERS);
    } else return false;
    return true;
  }, localRuntime());
  const browser = given ?? (await openBrowser());
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(hosts.appOrigin);
  await page.waitForFunction(() => 'slipway' in globalThis);
  await page.evaluate((origin) => globalThis.slipway.boot(origin), hosts.runtimeOrigin);

  return {
    page,
    hosts,
    complaints: () => complaints,
    async mount(files) {
      if ('folder' in files && typeof files.folder === 'string' && Object.keys(files).every((key) => key === 'folder' || key === 'at')) {
        const path = `/folder/${folders.size}`;
        folders.set(path, files.folder);
        await page.evaluate(({ path, at }) => globalThis.slipway.mountFrom(path, at), { path, at: (files as { at?: string }).at });
        return;
      }
      await page.evaluate(async (entries) => {
        for (const [path, text] of entries) {
          const folder = path.slice(0, path.lastIndexOf('/'));
          if (folder !== '') await globalThis.slipway.container.fs.mkdir(folder, { recursive: true });
          await globalThis.slipway.container.fs.writeFile(path, text);
        }
      }, Object.entries(files as Record<string, string>));
    },
    run: (command, args, options = {}) => page.evaluate((run) => globalThis.slipway.run(run), { command, args, limitMs: RUN_LIMIT_MS, ...options }),
    inspect: (check) => page.evaluate((withCheck) => globalThis.slipway.inspect(withCheck), check),
    async close() {
      await context.close();
      if (given === undefined) await browser.close();
      await hosts.close();
    },
  };
}

async function bundlePage(): Promise<string> {
  const result = await build({ entryPoints: [fileURLToPath(new URL('page/page.ts', import.meta.url))], bundle: true, format: 'esm', write: false, target: 'chrome120' });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error('Cannot bundle the test page: no output');
  return file.text;
}
