import { mustFindBrowser } from '@slipway/find-browser';
import { type Browser, chromium } from 'playwright-core';

/** The machine's Chromium, for tests: packages/tools/setup has made sure that there is one. */
export function openBrowser(options: { headless?: boolean; args?: readonly string[] } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: mustFindBrowser(),
    headless: options.headless ?? true,
    // Chromium's own sandbox does not start under uid 0; these pages are ours.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...(options.args ?? [])],
  });
}
