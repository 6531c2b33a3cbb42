import { HEADLESS_ARGS } from '@slipway/find-browser/browser-args';
import { mustFindBrowser, mustFindFirefox } from '@slipway/find-browser';
import { acceptOlderFirefox } from '@slipway/find-browser/older-firefox';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, firefox } from 'playwright-core';

/** What a test waits for anything in a page: other tests want the cores too, and nothing is to hang for long. */
export const PATIENCE_MS = 60_000;

/** Whose browser a test or a bench runs in. */
export type Engine = 'chromium' | 'firefox';

/** Parses the value of `--browser`. */
export function parseEngine(name: string | undefined): Engine {
  if (name !== 'chromium' && name !== 'firefox')
    throw new Error(`Cannot use the browser "${name ?? ''}": chromium or firefox is needed`);
  return name;
}

/** What follows `--browser` on a command line; Chromium where it is not there. */
export function engineOf(args: readonly string[]): Engine {
  const at = args.indexOf('--browser');
  return at < 0 ? 'chromium' : parseEngine(args[at + 1]);
}

/** Any test runs in the other browser, too: SLIPWAY_TEST_BROWSER=firefox. */
const DEFAULT_ENGINE = parseEngine(process.env['SLIPWAY_TEST_BROWSER'] ?? 'chromium');

/** The machine's browser, for tests: packages/tools/setup has made sure that there is one. */
export async function openBrowser(
  options: { engine?: Engine | undefined; headless?: boolean; args?: readonly string[] } = {},
): Promise<Browser> {
  if ((options.engine ?? DEFAULT_ENGINE) === 'firefox')
    // A channel of Mozilla's own builds is driven over WebDriver BiDi, as Debian's is.
    return acceptOlderFirefox(
      await firefox.launch({
        channel: 'moz-firefox',
        executablePath: mustFindFirefox(),
        headless: options.headless ?? true,
        args: [...(options.args ?? [])],
      }),
    );
  return await chromium.launch({
    executablePath: mustFindBrowser(),
    headless: options.headless ?? true,
    // Chromium's own sandbox does not start under uid 0; these pages are ours.
    args: [...HEADLESS_ARGS, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...(options.args ?? [])],
  });
}

/** A person's browser: a profile of its own, a window in which the IDE has room, and the patience of all tests. */
export async function openContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1300, height: 850 },
    // A cursor that blinks is a frame that is drawn, sixty times a second in all that is open.
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}
