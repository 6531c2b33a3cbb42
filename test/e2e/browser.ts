import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../../apps/server/src/container-cli/find-browser.ts';

/** The machine's Chromium, for tests: packages/setup has made sure that there is one. */
export function openBrowser(options: { headless?: boolean } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: findBrowser(),
    headless: options.headless ?? true,
    // Chromium's own sandbox does not start under uid 0; these pages are ours.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}
