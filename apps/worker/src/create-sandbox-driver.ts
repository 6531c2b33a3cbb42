import { mustFindBrowser } from '@slipway/find-browser';
import { type ChromiumDriverOptions, createChromiumDriver } from './chromium/chromium-driver.ts';
import type { SandboxDriver } from './sandbox/sandbox-driver.ts';
import type { SandboxDriverKind } from './sandbox/sandbox-driver-kinds.ts';

type Needs = Omit<ChromiumDriverOptions, 'executable'> & { browser: string | undefined };

/** A driver for every name; the compiler misses none. */
const drivers: Readonly<Record<SandboxDriverKind, (needs: Needs) => SandboxDriver>> = {
  chromium: ({ browser, ...options }) =>
    createChromiumDriver({ ...options, executable: mustFindBrowser({ ...process.env, SLIPWAY_CHROMIUM: browser }) }),
};

/** The driver that the configuration names. */
export function createSandboxDriver(kind: SandboxDriverKind, needs: Needs): SandboxDriver {
  return drivers[kind](needs);
}
