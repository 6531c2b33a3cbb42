import { mustFindBrowser } from '@slipway/find-browser';
import type { MachineKind } from '@slipway/sandboxes';
import { BUILDER_PREFIX } from './chromium/builder-browser.ts';
import { type ChromiumMachinesOptions, createChromiumMachines } from './chromium/chromium-machines.ts';
import { createLocalMachines, LOCAL_PREFIX } from './local/local-machines.ts';
import { sweepOrphans } from './processes/sandbox-folder.ts';
import type { SandboxDriverKind } from './sandbox/sandbox-driver-kinds.ts';

type Needs = Omit<ChromiumMachinesOptions, 'executable'> & { browser: string | undefined };

/** Machines for every name; the compiler misses none. */
const kinds: Readonly<Record<SandboxDriverKind, (needs: Needs) => MachineKind>> = {
  chromium: ({ browser, ...options }) =>
    createChromiumMachines({ ...options, executable: mustFindBrowser({ ...process.env, SLIPWAY_CHROMIUM: browser }) }),
  local: () => createLocalMachines(),
};

/** One of `kinds`, by SANDBOX_DRIVER. */
export function createMachines(kind: SandboxDriverKind, needs: Needs): MachineKind {
  return kinds[kind](needs);
}

/** Ends and removes what workers of this machine left that died. Returns of how many sandboxes. */
export async function sweepMachines(): Promise<number> {
  return (await sweepOrphans(BUILDER_PREFIX)) + (await sweepOrphans(LOCAL_PREFIX));
}
