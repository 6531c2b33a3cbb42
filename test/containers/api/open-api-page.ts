/**
 * Where the documented API is tested: the unmodified client in a page of the app
 * host, the runtime as built in apps/runtime/dist, previews included.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { serveTestHosts, type TestHosts } from '../../../apps/runtime/src/testing/serve-hosts.ts';
import { openBrowser, openContext } from '../../e2e/browser.ts';

const dist = fileURLToPath(new URL('../../../apps/runtime/dist', import.meta.url));
/** Part of the runtime origin. Tests that need two containers take other labels beside it. */
export const LABEL = 'api1';

/** A browser with the page that a user of the API would have written. */
export interface ApiPage {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly hosts: TestHosts;
  /** The first page, with a booted container. */
  readonly page: Page;
  /** A page with the client and no container, in a context of its own unless one is given. */
  openPage(path?: string, origin?: string, context?: BrowserContext): Promise<Page>;
  close(): Promise<void>;
}

/** `appFiles` are served to the page beside it; `browserArgs` are switches for Chromium. */
export async function openApiPage(
  options: { boot?: boolean; appFiles?: (path: string) => Buffer | undefined; browserArgs?: readonly string[] } = {},
): Promise<ApiPage> {
  if (!existsSync(`${dist}/headless.html`))
    throw new Error('Cannot test the API: build the runtime first (npx tsx apps/runtime/build.ts)');
  const bundle = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
    target: 'chrome120',
  });
  const hosts = await serveTestHosts(dist, bundle.outputFiles[0]?.text ?? '', options.appFiles);
  const browser = await openBrowser({ args: options.browserArgs ?? [] });
  const context = await openContext(browser);
  const openPage: ApiPage['openPage'] = async (path = '/', origin = hosts.app, given) => {
    const page = await (given ?? (await openContext(browser))).newPage();
    await page.goto(origin + path);
    await page.waitForFunction(() => document.title === 'ready');
    return page;
  };
  const page = await openPage('/', hosts.app, context);
  if (options.boot !== false) await boot(page, hosts.runtime(LABEL));
  return {
    browser,
    context,
    hosts,
    page,
    openPage,
    async close() {
      await browser.close();
      await hosts.close();
    },
  };
}

/** Boots the client 1.6.4 of a page, or says why that failed. */
export function boot(page: Page, origin: string, options: object = {}): Promise<void> {
  return page.evaluate(
    async ({ origin, options }) => {
      Object.assign(globalThis, { WEBCONTAINER_API_IFRAME_URL: origin });
      window.container = await window.api.WebContainer.boot(options);
    },
    { origin, options },
  );
}

/**
 * Shows an address of a preview in the page and gives the frame, when
 * the program has answered with something that `selector` finds.
 */
export async function embed(page: Page, url: string, selector = '#page'): Promise<Frame> {
  const element = await page.evaluateHandle((url) => {
    const frame = document.createElement('iframe');
    frame.src = url;
    frame.allow = 'cross-origin-isolated';
    frame.name = `preview-${document.querySelectorAll('iframe').length}`;
    document.body.append(frame);
    return frame;
  }, url);
  const frame = await element.contentFrame();
  if (frame === null) throw new Error(`Cannot show "${url}": there is no frame`);
  await frame.waitForSelector(selector, { state: 'attached' });
  return frame;
}
