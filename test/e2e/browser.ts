import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** The machine's Chromium, for tests: packages/setup has made sure that there is one. */
export function browserPath(): string {
  const explicit = process.env['SLIPWAY_CHROMIUM'];
  if (explicit !== undefined) return explicit;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']) {
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const candidate = join(folder, name);
      if (isExecutable(candidate)) return candidate;
    }
  }
  throw new Error('Cannot find Chromium: run npm test once, or set SLIPWAY_CHROMIUM');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    if (error instanceof Error) return false;
    throw error;
  }
}

export function openBrowser(options: { headless?: boolean } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: browserPath(),
    headless: options.headless ?? true,
    // Chromium's own sandbox does not start under uid 0; these pages are ours.
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
}
