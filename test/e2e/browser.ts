import { HEADLESS_ARGS } from '@slipway/find-browser/browser-args';
import { mustFindBrowser } from '@slipway/find-browser';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';

/** What a test waits for anything in a page: other tests want the cores too, and nothing is to hang for long. */
export const PATIENCE_MS = 60_000;

/** The machine's Chromium, for tests: packages/tools/setup has made sure that there is one. */
export function openBrowser(options: { headless?: boolean; args?: readonly string[] } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: mustFindBrowser(),
    headless: options.headless ?? true,
    // Chromium's own sandbox does not start under uid 0; these pages are ours.
    args: [...HEADLESS_ARGS, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...(options.args ?? [])],
  });
}

/** A person's browser: a profile of its own, a window in which the IDE has room, and the patience of all tests. */
export async function openContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1300, height: 850 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}
